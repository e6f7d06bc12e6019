"""The list for auditors of cash that came to the bank, or is still held, past its time, by officer."""

from __future__ import annotations

from typing import Any

from payments.auditing.lists import Column, Measure, Report
from retribusi.counter.choices import DEPOSIT_HOURS


def _hours(value: Any) -> str:
    return f"Tunai sampai di bank dalam {value} jam sejak tunai pertama shift diterima"


REPORT = Report(
    "setoran-terlambat", "Setoran terlambat per petugas",
    "Tunai shift loket yang sampai di bank, atau masih dipegang, lewat batasnya, menurut petugas. Yang belum"
    " disetor dihitung sampai sekarang.",
    "counter:shift_detail",
    (
        Column("petugas", "Petugas"), Column("kali_terlambat_petugas", "Kali terlambat"),
        Column("opd", "OPD"), Column("titik", "Titik"), Column("diterima", "Diterima", "moment"),
        Column("batas_setor", "Batas setor", "moment"), Column("disetor", "Disetor", "moment"),
        Column("jam_terlambat", "Jam terlambat"), Column("jumlah", "Jumlah", "money"),
    ),
    (Measure(DEPOSIT_HOURS, _hours),),
    """
    SELECT h.id::text, u.name, count(*) OVER (PARTITION BY u.id) AS times, o.short_name, c.name AS point,
           cash.since, due.at, t.deposited_at,
           ceil(extract(epoch FROM coalesce(t.deposited_at, %(now)s) - due.at) / 3600)::int AS hours,
           cash.amount
      FROM counter_shift h
      JOIN retribusi_collectionpoint c ON c.id = h.point_id
      JOIN opd_opd o ON o.id = c.opd_id
      JOIN opd_user u ON u.id = h.officer_id
      LEFT JOIN counter_deposit t ON t.id = h.deposit_id
      CROSS JOIN LATERAL (SELECT min(coalesce(s.happened_at, s.made_at)) AS since, sum(r.total) AS amount
                            FROM counter_sale s JOIN retribusi_order r ON r.id = s.order_id
                           WHERE s.shift_id = h.id AND r.channel = 'cash') cash
      JOIN LATERAL (SELECT (value #>> '{}')::int AS hours FROM office_datedrule
                     WHERE key = 'retribusi.cash_deposit_hours'
                       AND (cash.since AT TIME ZONE 'Asia/Jakarta')::date
                           BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                     ORDER BY valid_from DESC LIMIT 1) rule ON true
      CROSS JOIN LATERAL (SELECT cash.since + make_interval(hours => rule.hours) AS at) due
     WHERE (t.id IS NULL OR t.deposited_at >= %(start)s) AND cash.amount > 0
       AND due.at >= %(start)s AND due.at < %(end)s AND due.at < coalesce(t.deposited_at, %(now)s)
       AND (%(opd)s::bigint IS NULL OR c.opd_id = %(opd)s)
     ORDER BY u.name, u.id, cash.since, h.id
    """,
)  # fmt: skip
