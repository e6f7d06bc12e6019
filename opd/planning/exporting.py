"""Budget lines to take home, as they stand."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies
from opd.office.exports.shapes import Column, Table

_YEARS = (
    "l.year BETWEEN extract(year FROM greatest(%(first)s::date, '0001-01-01'))"
    " AND extract(year FROM least(%(last)s::date, '9999-12-31'))"
)
_LINES = f"""
    FROM planning_budgetline l JOIN opd_opd o ON o.id = l.opd_id
    WHERE {_YEARS} AND {agencies("l.opd_id")}
"""
_LINE = (
    Column("id", "number", "Kunci baris anggaran", "l.id"),
    Column("tahun", "number", "Tahun anggaran", "l.year"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("nama_opd", "text", "Nama OPD", "o.name"),
    Column("sub_kegiatan", "text", "Kode sub kegiatan", "l.kode_sub_kegiatan"),
    Column("nama_sub_kegiatan", "text", "Sub kegiatan", "l.nama_sub_kegiatan"),
    Column("kode_rekening", "text", "Kode rekening", "l.kode_rekening"),
    Column("nama_rekening", "text", "Nama rekening", "l.nama_rekening"),
    Column("sumber_dana", "text", "Sumber dana", "l.sumber_dana"),
    Column("pagu", "amount", "Rupiah pagu", "l.pagu"),
    Column("spd", "amount", "Rupiah SPD", "l.released"),
    Column("ditahan", "amount", "Rupiah yang ditahan pengajuan berjalan", "l.held"),
    Column("realisasi", "amount", "Rupiah realisasi", "l.realised"),
)

KIND = Listing(
    code="anggaran", label="Anggaran", group=Group.SPENDING, permission="planning.view",
    about="Baris anggaran dengan pagu, SPD, yang ditahan, dan realisasinya.", days="Tahun anggaran dari hari",
    tables=(Table("anggaran", _LINE, _LINES, "l.id", steady=False),),
).kind()  # fmt: skip
