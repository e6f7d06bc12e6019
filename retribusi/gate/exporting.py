"""What was shown at the gates, to take home. Nothing that opens a gate is in it."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, instants, one_of, yes
from opd.office.exports.shapes import Column, Table
from retribusi.gate.models import Entry, Explanation
from retribusi.gate.rules import OUTCOMES

_SCANS = f"""
    FROM gate_entry e
    JOIN gate_device d ON d.id = e.device_id
    JOIN opd_user u ON u.id = d.officer_id
    JOIN retribusi_collectionpoint c ON c.id = e.point_id
    JOIN opd_opd o ON o.id = c.opd_id
    LEFT JOIN retribusi_ticket t ON t.id = e.ticket_id
    LEFT JOIN gate_explanation x ON x.entry_id = e.id
    LEFT JOIN opd_user m ON m.id = x.made_by_id
    WHERE {instants("e.entered_at")} AND {agencies("c.opd_id")}
"""
_SCAN = (
    Column("id", "text", "Kunci kejadian", "e.id::text"),
    Column("masuk", "instant", "Saat di gerbang menurut perangkat, diluruskan (UTC)", "e.entered_at"),
    Column("diterima", "instant", "Saat diterima server (UTC)", "e.synced_at"),
    Column("tanpa_jaringan", "text", "Dipindai tanpa jaringan: ya atau tidak", yes("e.offline")),
    Column("selisih_jam", "number", "Selisih jam perangkat, detik", "e.skew_seconds"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "c.name"),
    Column("perangkat", "text", "Nama perangkat", "d.name"),
    Column("petugas", "text", "Nama pengguna petugas", "u.username"),
    Column("tiket", "text", "Nomor seri tiket; kosong bila bukan tiket kita", "t.serial"),
    Column("cara", "text", f"Cara: {one_of(Entry.Way.choices)}", "e.way"),
    Column("jawaban", "text", f"Jawaban: {one_of(OUTCOMES)}", "e.outcome"),
    Column("diizinkan", "text", "Orangnya masuk: ya atau tidak", yes("e.let_in")),
    Column("sebab", "text", f"Penjelasan: {one_of(Explanation.Cause.choices)}", "x.cause"),
    Column("keterangan", "text", "Keterangan penjelasan", "x.note"),
    Column("dijelaskan_oleh", "text", "Nama pengguna yang menjelaskan", "m.username"),
)

KIND = Listing(
    code="gerbang", label="Tiket di gerbang", group=Group.LEVIES, permission="gate.view",
    about="Setiap tiket yang ditunjukkan di gerbang, jawabannya, dan penjelasan benturannya.",
    days="Hari di gerbang",
    tables=(Table("tiket-di-gerbang", _SCAN, _SCANS, "e.entered_at, e.id", steady=False),),
).kind()  # fmt: skip
