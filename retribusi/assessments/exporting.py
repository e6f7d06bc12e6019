"""SKRD to take home with their lines, decisions, and what was paid, as they stand."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, one_of
from opd.office.exports.shapes import Column, Table
from retribusi.assessments.models import Decision

_OF = f"WHERE {days('s.issued_on')} AND {agencies('s.opd_id')}"
_SKRD = (
    Column("id", "text", "Kunci SKRD", "s.id::text"),
    Column("nomor", "text", "Nomor SKRD", "n.number_text"),
    Column("tanggal", "day", "Tanggal terbit", "s.issued_on"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("nama_opd", "text", "Nama OPD", "o.name"),
    Column("titik", "text", "Titik", "c.name"),
    Column("wajib_retribusi", "text", "Nama wajib retribusi", "w.name"),
    Column("nik_npwp", "text", "NIK atau NPWP, disamarkan", "w.identity_mask"),
    Column("masa_sejak", "day", "Masa sejak", "s.period_from"),
    Column("masa_sampai", "day", "Masa sampai", "s.period_to"),
    Column("jatuh_tempo", "day", "Jatuh tempo", "s.due_on"),
    Column("ketetapan", "amount", "Rupiah yang ditetapkan", "s.principal"),
    Column("dibatalkan", "instant", "Saat dibatalkan (UTC)", "n.voided_at"),
    Column("alasan_batal", "text", "Alasan batal", "n.void_reason"),
    Column("mengganti", "text", "Kunci SKRD yang diganti", "s.replaces_id::text"),
)
_SKRDS = f"""
    FROM assessments_skrd s
    JOIN office_document n ON n.id = s.document_id
    JOIN opd_opd o ON o.id = s.opd_id
    JOIN retribusi_collectionpoint c ON c.id = s.point_id
    JOIN assessments_wajibretribusi w ON w.id = s.wajib_retribusi_id
    {_OF}
"""
_LINE = (
    Column("id", "number", "Nomor baris", "l.id"),
    Column("skrd", "text", "Kunci SKRD", "s.id::text"),
    Column("uraian", "text", "Uraian", "l.name"),
    Column("banyaknya", "number", "Banyaknya", "l.quantity"),
    Column("tarif", "decimal", "Rupiah per satuan saat itu", "l.unit_amount"),
    Column("jumlah", "amount", "Rupiah", "l.quantity * l.unit_amount"),
    Column("kode_lra", "text", "Kode rekening LRA", "l.kode_lra"),
    Column("kode_lo", "text", "Kode rekening LO", "l.kode_lo"),
)
_DEBT = (
    Column("id", "text", "Kunci tagihan", "l.id::text"),
    Column("skrd", "text", "Kunci SKRD", "s.id::text"),
    Column("angsuran", "number", "Angsuran ke", "l.position"),
    Column("jumlah", "amount", "Rupiah tanpa bunga", "l.amount"),
    Column("bunga_terbawa", "amount", "Bunga saat angsuran diberikan, rupiah", "l.carried"),
    Column("jatuh_tempo", "day", "Jatuh tempo", "l.due_on"),
    Column("diganti", "instant", "Saat diganti oleh keputusan (UTC)", "l.retired_at"),
    Column("lunas", "instant", "Saat lunas (UTC)", "l.paid_at"),
    Column("bunga_dibayar", "amount", "Bunga yang dibayar, rupiah", "l.interest_paid"),
    Column("pembayaran", "text", "Kunci pembayaran", "l.payment_id::text"),
    Column("kompensasi", "text", "Kunci kompensasi titipan", "l.compensation_id::text"),
    Column("kuitansi", "text", "Nomor kuitansi", "l.receipt_number"),
)
_DECISION = (
    Column("id", "number", "Nomor keputusan di sini", "l.id"),
    Column("skrd", "text", "Kunci SKRD", "s.id::text"),
    Column("jenis", "text", f"Jenis: {one_of(Decision.Kind.choices)}", "l.kind"),
    Column("nomor", "text", "Nomor keputusan", "l.number"),
    Column("tanggal", "day", "Tanggal keputusan", "l.decided_on"),
    Column("keringanan", "amount", "Rupiah yang dihapus", "l.amount"),
    Column("alasan", "text", "Alasan", "l.reason"),
)


def _part(table: str) -> str:
    return f"FROM assessments_{table} l JOIN assessments_skrd s ON s.id = l.skrd_id {_OF}"


KIND = Listing(
    code="skrd", label="SKRD", group=Group.LEVIES, permission="assessments.view",
    about="Ketetapan retribusi dengan isi, keputusan, dan yang sudah dibayar.", days="Tanggal terbit",
    tables=(
        Table("skrd", _SKRD, _SKRDS, "s.issued_on, s.id", steady=False),
        Table("isi-skrd", _LINE, _part("skrdline"), "l.id", steady=False),
        Table("tagihan-skrd", _DEBT, _part("debt"), "l.made_at, l.id", steady=False),
        Table("keputusan", _DECISION, _part("decision"), "l.id", steady=False),
    ),
).kind()  # fmt: skip
