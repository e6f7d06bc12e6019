"""Tanda Bukti Penerimaan to take home. The payer, as everywhere outside the receipt, is masked."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days
from opd.office.exports.shapes import Column, Table
from retribusi.stbp.papers import STBP

_RECEIPTS = f"""
    FROM office_document d
    JOIN opd_opd o ON o.id = d.opd_id
    LEFT JOIN opd_user i ON i.id = d.issued_by_id
    WHERE d.kind = '{STBP.code}' AND {days("d.day")} AND {agencies("d.opd_id")}
"""
_RECEIPT = (
    Column("id", "number", "Kunci dokumen", "d.id"),
    Column("nomor", "text", "Nomor TBP", "d.number_text"),
    Column("urutan", "number", "Nomor urut dalam OPD dan tahun", "d.sequence"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "(d.facts ->> 'point')"),
    Column("tanggal", "day", "Tanggal penerimaan", "d.day"),
    Column("penyetor", "text", "Penyetor, disamarkan", "(left(d.facts ->> 'payer', 1) || '•••')"),
    Column("cara", "text", "Cara diterima", "(d.facts ->> 'way')"),
    Column("jumlah", "amount", "Rupiah", "d.amount"),
    Column("jenis_penerimaan", "text", "Jenis objek penerimaan", "d.subject_type"),
    Column("penerimaan", "text", "Kunci penerimaan", "d.subject_id"),
    Column("sidik_isi", "text", "SHA-256 isi yang dibekukan", "d.sha256"),
    Column("diterbitkan", "instant", "Saat diterbitkan (UTC)", "d.issued_at"),
    Column("diterbitkan_oleh", "text", "Nama pengguna penerbit; kosong bila sistem", "i.username"),
    Column("dibatalkan", "instant", "Saat dibatalkan (UTC)", "d.voided_at"),
    Column("alasan_batal", "text", "Alasan dibatalkan", "d.void_reason"),
)

KIND = Listing(
    code="tbp", label="Tanda Bukti Penerimaan", group=Group.LEVIES, permission="takings.view",
    about="Setiap TBP bernomor urut, termasuk yang dibatalkan.", days="Tanggal penerimaan",
    tables=(Table("tbp", _RECEIPT, _RECEIPTS, "d.id", steady=False),),
).kind()  # fmt: skip
