"""Spends and claims to take home, as they stand."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, instants, one_of, yes
from opd.office.exports.shapes import Column, Table
from payments.spending.masking import masked_sql
from payments.spending.models import (
    Channel,
    ClaimKind,
    ClaimState,
    DisbursementState,
    Source,
    SpendState,
    SpendType,
    TaxKind,
    Way,
)

_OF = f"""
    JOIN opd_opd o ON o.id = s.opd_id
    WHERE {days("s.spend_date")} AND {agencies("s.opd_id")}
"""
_SPENDS = f"""
    FROM spending_spend s
    JOIN planning_budgetline l ON l.id = s.line_id
    LEFT JOIN spending_payee y ON y.id = s.payee_id
    JOIN opd_user u ON u.id = s.raised_by_id
    {_OF}
"""
_SPEND = (
    Column("id", "text", "Kunci belanja", "s.id::text"),
    Column("tanggal", "day", "Tanggal belanja", "s.spend_date"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("nama_opd", "text", "Nama OPD", "o.name"),
    Column("tahun", "number", "Tahun anggaran", "s.year"),
    Column("kode_sub_kegiatan", "text", "Kode sub kegiatan", "l.kode_sub_kegiatan"),
    Column("kode_rekening", "text", "Kode rekening belanja", "l.kode_rekening"),
    Column("uraian", "text", "Uraian", "s.description"),
    Column("sumber", "text", f"Sumber uang: {one_of(Source.choices)}", "s.source"),
    Column("kanal", "text", f"Kanal: {one_of(Channel.choices)}", "s.channel"),
    Column("jenis", "text", f"Jenis belanja: {one_of(SpendType.choices)}", "s.type"),
    Column("penerima", "text", "Nama penerima atau merchant", "coalesce(y.name, s.merchant_name)"),
    Column("rekening", "text", "Rekening penerima, disamarkan", masked_sql("y.account_no")),
    Column("jumlah", "amount", "Rupiah bruto", "s.amount"),
    Column("biaya_vendor", "amount", "Biaya tambahan vendor, tidak dibebankan ke APBD", "s.surcharge"),
    Column("keadaan", "text", f"Keadaan: {one_of(SpendState.choices)}", "s.state"),
    Column("tanggal_bayar", "day", "Tanggal bayar", "s.paid_date"),
    Column("tanggal_sah", "day", "Tanggal disahkan SP2D", "s.passed_date"),
    Column("produk_dalam_negeri", "text", "ya atau tidak", yes("s.is_domestic")),
    Column("diajukan_oleh", "text", "Nama akun yang mengajukan", "u.username"),
    Column("alasan_tutup", "text", "Alasan ditolak atau dibatalkan", "s.close_reason"),
)  # fmt: skip
_PAYMENT = (
    Column("id", "text", "Kunci pembayaran belanja", "d.id::text"),
    Column("belanja", "text", "Kunci belanja", "s.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("cara", "text", f"Cara: {one_of(Way.choices)}", "d.way"),
    Column("keadaan", "text", f"Keadaan: {one_of(DisbursementState.choices)}", "d.state"),
    Column("jumlah", "amount", "Rupiah yang keluar, sesudah pajak dipotong", "d.amount"),
    Column("rujukan_kita", "text", "Nomor rujukan kita", "d.partner_reference_no"),
    Column("rujukan_bank", "text", "Nomor rujukan bank", "d.reference_no"),
    Column("rrn", "text", "RRN", "d.rrn"),
    Column("dibuat", "instant", "Saat dibuat (UTC)", "d.made_at"),
    Column("selesai", "instant", "Saat selesai (UTC)", "d.finished_at"),
    Column("keterangan", "text", "Keterangan", "d.message"),
)
_TAX = (
    Column("id", "number", "Nomor pajak", "t.id"),
    Column("belanja", "text", "Kunci belanja", "s.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jenis", "text", f"Jenis pajak: {one_of(TaxKind.choices)}", "t.kind"),
    Column("jumlah", "amount", "Rupiah yang dipotong", "t.amount"),
    Column("kode_billing", "text", "Kode billing", "t.billing_code"),
    Column("ntpn", "text", "NTPN", "t.ntpn"),
    Column("tanggal_setor", "day", "Tanggal setor", "t.deposited_date"),
)
_BACK = (
    Column("id", "number", "Nomor pengembalian", "r.id"),
    Column("belanja", "text", "Kunci belanja", "s.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jumlah", "amount", "Rupiah yang kembali", "r.amount"),
    Column("tanggal", "day", "Tanggal kembali", "r.paid_date"),
    Column("rujukan", "text", "Rujukan", "r.reference_no"),
    Column("ke_rkud", "text", "ya bila ke RKUD, sesudah SP2D", yes("r.to_rkud")),
    Column("alasan", "text", "Alasan", "r.reason"),
)
_CLAIM = (
    Column("id", "text", "Kunci pengajuan", "c.id::text"),
    Column("jenis", "text", f"Jenis SPP: {one_of(ClaimKind.choices)}", "c.kind"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("nama_opd", "text", "Nama OPD", "o.name"),
    Column("tahun", "number", "Tahun anggaran", "c.year"),
    Column("keperluan", "text", "Keperluan", "c.purpose"),
    Column("jumlah", "amount", "Rupiah", "c.amount"),
    Column("keadaan", "text", f"Keadaan: {one_of(ClaimState.choices)}", "c.state"),
    Column("diajukan", "instant", "Saat diajukan (UTC)", "c.raised_at"),
    Column("oleh", "text", "Nama akun yang mengajukan", "u.username"),
    Column("diverifikasi", "instant", "Saat diverifikasi (UTC)", "c.verified_at"),
    Column("spm", "instant", "Saat SPM terbit (UTC)", "c.ordered_at"),
    Column("sp2d", "day", "Tanggal SP2D", "c.sp2d_date"),
    Column("alasan_tolak", "text", "Alasan ditolak", "c.close_reason"),
)
_CLAIMED = (
    Column("id", "number", "Nomor baris", "i.id"),
    Column("pengajuan", "text", "Kunci pengajuan", "c.id::text"),
    Column("belanja", "text", "Kunci belanja", "i.spend_id::text"),
    Column("jumlah", "amount", "Rupiah", "i.amount"),
    Column("berlaku", "text", "tidak bila SPP-nya ditolak", yes("i.live")),
)
_CLAIMS = f"""
    JOIN opd_opd o ON o.id = c.opd_id
    JOIN opd_user u ON u.id = c.raised_by_id
    WHERE {instants("c.raised_at")} AND {agencies("c.opd_id")}
"""

KINDS = (
    Listing(
        code="belanja", label="Belanja", group=Group.SPENDING, permission="spend.view",
        about="Setiap belanja dengan upaya bayar, pajak, dan pengembaliannya.", days="Tanggal belanja",
        tables=(
            Table("belanja", _SPEND, _SPENDS, "s.spend_date, s.id", steady=False),
            Table("pembayaran-belanja", _PAYMENT,
                  f"FROM spending_disbursement d JOIN spending_spend s ON s.id = d.spend_id {_OF}",
                  "d.made_at, d.id", steady=False),
            Table("pajak", _TAX, f"FROM spending_taxline t JOIN spending_spend s ON s.id = t.spend_id {_OF}",
                  "t.id", steady=False),
            Table("pengembalian-belanja", _BACK,
                  f"FROM spending_refund r JOIN spending_spend s ON s.id = r.spend_id {_OF}",
                  "r.id", steady=False),
        ),
    ).kind(),
    Listing(
        code="spp", label="SPP, SPM, dan SP2D", group=Group.SPENDING, permission="claim.view",
        about="Setiap pengajuan SPP sampai SP2D, dan belanja di dalamnya.", days="Hari diajukan",
        tables=(
            Table("spp", _CLAIM, f"FROM spending_claim c {_CLAIMS}", "c.raised_at, c.id", steady=False),
            Table("isi-spp", _CLAIMED,
                  f"FROM spending_claimline i JOIN spending_claim c ON c.id = i.claim_id {_CLAIMS}",
                  "i.id", steady=False),
        ),
    ).kind(),
)  # fmt: skip
