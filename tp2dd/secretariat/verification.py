"""Laws of the secretary's desk, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

APPEND_ONLY = ("requestevent", "regionscore", "figure")
FINAL = ("datarequest", "figurefile", "meeting", "activity", "agreement", "calendarfeed")
KEPT = (*FINAL, "decree", "seat", "holder")


def _requests_are_told() -> Finding:
    """A data request's state is what its last telling event says."""
    return count_and_problems(
        "SELECT count(*) FROM secretariat_datarequest",
        """
        SELECT format('permintaan data %s: keadaan %s, peristiwa terakhir %s', r.id, r.state,
                      coalesce(e.kind, 'tidak ada'))
          FROM secretariat_datarequest r
          LEFT JOIN LATERAL (
                SELECT kind FROM secretariat_requestevent WHERE request_id = r.id AND kind <> 'reminded'
                 ORDER BY id DESC LIMIT 1) e ON true
         WHERE e.kind IS NULL
            OR r.state <> CASE e.kind WHEN 'asked' THEN 'open' WHEN 'sent_back' THEN 'open' ELSE e.kind END
         ORDER BY r.id
        """,
    )


def _figures_add_up() -> Finding:
    """A saved file has as many rows as it says; of tax they sum up to its control total."""
    return count_and_problems(
        "SELECT count(*) FROM secretariat_figurefile WHERE state = 'saved'",
        """
        SELECT format('berkas angka %s: %s baris dan Rp %s, tersimpan %s baris dan Rp %s', f.id, f.rows,
                      f.total, count(g.id), coalesce(sum(g.amount), 0))
          FROM secretariat_figurefile f LEFT JOIN secretariat_figure g ON g.file_id = f.id
         WHERE f.state = 'saved'
         GROUP BY f.id
        HAVING count(g.id) <> f.rows OR (f.kind = 'tax' AND coalesce(sum(g.amount), 0) <> f.control_total)
         ORDER BY f.id
        """,
    )


def _seats_have_one_holder() -> Finding:
    """Nobody holds a seat on a day on which somebody else does, or on which its decree does not hold."""
    return count_and_problems(
        "SELECT count(*) FROM secretariat_holder",
        """
        SELECT format('kedudukan %s: %s di luar masanya', s.id, h.name)
          FROM secretariat_holder h
          JOIN secretariat_seat s ON s.id = h.seat_id JOIN secretariat_decree d ON d.id = s.decree_id
         WHERE h.valid_from < d.valid_from
            OR coalesce(h.valid_to, 'infinity') > coalesce(d.valid_to, 'infinity')
            OR EXISTS (
               SELECT FROM secretariat_holder o
                WHERE o.seat_id = h.seat_id AND o.id <> h.id
                  AND o.valid_from <= coalesce(h.valid_to, 'infinity')
                  AND coalesce(o.valid_to, 'infinity') >= h.valid_from)
         ORDER BY s.id
        """,
    )


def _guards() -> Finding:
    words = (("append_only", APPEND_ONLY), ("final", FINAL), ("kept", KEPT))
    return guards_standing(
        [
            (f"secretariat_{table}", f"secretariat_{table}_{word}")
            for word, tables in words
            for table in tables
        ]
    )


LAWS = (
    Law("secretariat.told", "setiap perubahan permintaan data ada riwayatnya", _requests_are_told),
    Law("secretariat.figures", "angka bulanan sama dengan jumlah kontrolnya", _figures_add_up),
    Law(
        "secretariat.holders",
        "setiap kedudukan TP2DD punya satu pemegang pada satu hari",
        _seats_have_one_holder,
    ),
    Law("secretariat.guards", "penjaga meja sekretaris terpasang di basis data", _guards),
)
