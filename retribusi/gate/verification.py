"""Laws of the gate: a ticket lets one person in, on its day, at its place; all else is in plain sight."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

_GUARDS = frozenset({
    *(("gate_device", f"gate_device_{word}") for word in ("kept", "guard")),
    *(("gate_entry", f"gate_entry_{word}") for word in ("kept", "guard")),
    *(("gate_explanation", f"gate_explanation_{word}") for word in ("append_only", "guard")),
})  # fmt: skip


def _once() -> Finding:
    """A used ticket has one accepted entry; an accepted entry has used its ticket up, for good.

    Tickets of a sale entered later were paper: their holders are in, by no entry of ours.
    """
    return count_and_problems(
        "SELECT count(*) FROM gate_entry WHERE outcome = 'accepted'",
        """
        SELECT format('tiket %s berkeadaan %s dengan %s kali masuk', t.code, t.state, count(e.id))
          FROM retribusi_ticket t
          LEFT JOIN gate_entry e ON e.ticket_id = t.id AND e.outcome = 'accepted'
         WHERE NOT EXISTS (SELECT FROM retribusi_orderline l JOIN counter_sale s ON s.order_id = l.order_id
                           WHERE l.id = t.line_id AND s.happened_at IS NOT NULL)
         GROUP BY t.id
        HAVING count(e.id) > 1 OR (t.state = 'used') <> (count(e.id) = 1 AND t.state <> 'void')
        """,
    )


def _in_place() -> Finding:
    """Who went in had a ticket of that place and WIB day."""
    return count_and_problems(
        "SELECT count(*) FROM gate_entry WHERE outcome = 'accepted'",
        """
        SELECT format('tiket %s masuk di titik %s pada %s, berlaku di titik %s pada %s', t.code, e.point_id,
                      (e.entered_at AT TIME ZONE 'Asia/Jakarta')::date, t.point_id, t.valid_date)
          FROM gate_entry e JOIN retribusi_ticket t ON t.id = e.ticket_id
         WHERE e.outcome = 'accepted'
           AND (t.point_id <> e.point_id
                OR t.valid_date <> (e.entered_at AT TIME ZONE 'Asia/Jakarta')::date)
        """,
    )


def _conflicts() -> Finding:
    """Who was let in without a ticket that held is on the record as a conflict; only that is explained."""
    return count_and_problems(
        "SELECT count(*) FROM gate_entry WHERE let_in AND outcome <> 'accepted'",
        """
        SELECT format('benturan %s tidak ada di jejak audit', e.id) FROM gate_entry e
         WHERE e.let_in AND e.outcome <> 'accepted'
           AND NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.action = 'gate.conflict'
                           AND a.subject_type = 'gate.entry' AND a.subject_id = e.id::text)
        UNION ALL
        SELECT format('penjelasan %s bukan tentang benturan', x.id) FROM gate_explanation x
          JOIN gate_entry e ON e.id = x.entry_id WHERE NOT e.let_in OR e.outcome = 'accepted'
        """,
    )


def _guards() -> Finding:
    return guards_standing(sorted(_GUARDS))


LAWS = (
    Law("gate.once", "setiap tiket memasukkan satu orang saja", _once),
    Law("gate.in_place", "yang masuk memegang tiket tempat dan hari itu", _in_place),
    Law("gate.conflicts", "setiap benturan di gerbang tercatat", _conflicts),
    Law("gate.guards", "penjaga gerbang terpasang di basis data", _guards),
)
