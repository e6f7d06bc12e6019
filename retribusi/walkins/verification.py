"""Laws of this room: claims are orders, counts stand once, every unknown merchant has its case."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

_GUARDS = (
    ("walkins_headcount", "walkins_headcount_append_only"),
    ("walkins_headcount", "walkins_headcount_guard"),
    ("walkins_phantomcase", "walkins_phantomcase_guard"),
    ("walkins_phantomcase", "walkins_phantomcase_kept"),
    ("walkins_sighting", "walkins_sighting_append_only"),
)


def _claims() -> Finding:
    """A claim that stands is a paid order of its amount, for the day of its money; an undone one is void."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_recognition WHERE payable_kind = 'retribusi.order'",
        """
        SELECT format('klaim %s: pesanannya (%s) tidak sesuai', g.id, coalesce(o.code, 'tidak ada'))
          FROM incoming_recognition g JOIN incoming_payment p ON p.id = g.payment_id
          LEFT JOIN retribusi_order o ON o.key = g.payable_key
         WHERE g.payable_kind = 'retribusi.order'
           AND (o.total = g.amount
                AND o.visit_date = (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
                AND CASE WHEN g.undone_at IS NULL THEN o.state = 'paid' AND o.payment_id = p.id
                    ELSE o.state = 'void' AND o.payment_id IS NULL END) IS NOT TRUE
        """,
    )


def _void() -> Finding:
    """Only a wrong claim makes an order void."""
    return count_and_problems(
        "SELECT count(*) FROM retribusi_order WHERE state = 'void'",
        """
        SELECT format('pesanan %s dibatalkan tanpa klaim yang dibatalkan', o.code) FROM retribusi_order o
         WHERE o.state = 'void' AND NOT EXISTS (
               SELECT FROM incoming_recognition g WHERE g.payable_key = o.key AND g.undone_at IS NOT NULL)
        """,
    )


def _heads() -> Finding:
    """One number stands for an hour of a place, and a day is counted in one way."""
    return count_and_problems(
        "SELECT count(*) FROM walkins_headcount",
        """
        WITH standing AS (
            SELECT h.* FROM walkins_headcount h
             WHERE NOT EXISTS (SELECT FROM walkins_headcount c WHERE c.corrects_id = h.id))
        SELECT format('titik %s tanggal %s: %s hitungan untuk jam %s', point_id, day, count(*), hour)
          FROM standing GROUP BY point_id, day, hour HAVING count(*) > 1
        UNION ALL
        SELECT format('titik %s tanggal %s dihitung per jam dan sepanjang hari', point_id, day)
          FROM standing GROUP BY point_id, day
        HAVING bool_or(hour IS NULL) AND bool_or(hour IS NOT NULL)
        """,
    )


def _cases() -> Finding:
    """A case stands as its last note says, and begins with something seen."""
    return count_and_problems(
        "SELECT count(*) FROM walkins_phantomcase",
        """
        SELECT format('kasus %s: keadaannya %s, catatannya %s', c.number, c.state, s.state)
          FROM walkins_phantomcase c
          LEFT JOIN LATERAL (
                SELECT state FROM walkins_sighting WHERE case_id = c.id ORDER BY id DESC LIMIT 1) s ON true
         WHERE s.state IS DISTINCT FROM c.state OR NOT EXISTS (
               SELECT FROM walkins_sighting f
                WHERE f.case_id = c.id AND f.kind IN ('credit', 'file', 'report'))
        """,
    )


def _alarms() -> Finding:
    """Money for a merchant outside the register has its case within ten minutes."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_moneyexception WHERE kind = 'unknown_terminal'",
        """
        SELECT format('kejanggalan %s (NMID %s) tanpa kasus', e.id, e.nmid) FROM incoming_moneyexception e
         WHERE e.kind = 'unknown_terminal' AND e.at < now() - interval '10 minutes'
           AND NOT EXISTS (SELECT FROM walkins_sighting s WHERE s.trouble_id = e.id)
        """,
    )


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law("walkins.claims", "setiap klaim QRIS statis adalah pesanan dengan jumlah dan hari uangnya", _claims),
    Law("walkins.void", "pesanan hanya dibatalkan oleh klaim yang dibatalkan", _void),
    Law("walkins.heads", "satu hitungan kepala berlaku untuk satu jam", _heads),
    Law("walkins.cases", "keadaan setiap kasus sama dengan catatan terakhirnya", _cases),
    Law("walkins.alarms", "uang ke merchant di luar daftar punya kasus", _alarms),
    Law("walkins.guards", "penjaga QRIS statis terpasang di basis data", _guards),
)
