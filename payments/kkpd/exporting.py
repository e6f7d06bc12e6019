"""Card purchases and bills to take home, as they stand."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, one_of
from opd.office.exports.shapes import Column, Table
from payments.kkpd.models import LineState, Via
from payments.spending.masking import card_sql
from payments.spending.models import SpendState

_CARD = card_sql("k")
_IN = days("l.transaction_date")
_LINES = f"""
    FROM kkpd_dprline l
    JOIN spending_spend s ON s.id = l.spend_id
    JOIN planning_budgetline b ON b.id = s.line_id
    JOIN kkpd_card k ON k.id = l.card_id
    JOIN opd_user h ON h.id = k.holder_id
    JOIN opd_opd o ON o.id = s.opd_id
    LEFT JOIN kkpd_dpr r ON r.id = l.dpr_id
    LEFT JOIN office_document n ON n.id = r.document_id
    LEFT JOIN kkpd_billline t ON t.report_id = l.id
    WHERE {_IN} AND {agencies("s.opd_id")}
"""
_LINE = (
    Column("id", "text", "Kunci baris DPR", "l.id::text"),
    Column("tanggal", "day", "Tanggal transaksi", "l.transaction_date"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("pemegang", "text", "Nama pemegang kartu", "h.name"),
    Column("kartu", "text", "Nomor kartu, disamarkan", _CARD),
    Column("merchant", "text", "Merchant", "s.merchant_name"),
    Column("uraian", "text", "Uraian", "s.description"),
    Column("sub_kegiatan", "text", "Kode sub kegiatan", "b.kode_sub_kegiatan"),
    Column("kode_rekening", "text", "Kode rekening belanja", "b.kode_rekening"),
    Column("melalui", "text", f"Melalui: {one_of(Via.choices)}", "l.via"),
    Column("rrn", "text", "RRN", "l.rrn"),
    Column("jumlah", "amount", "Rupiah", "s.amount"),
    Column("keadaan", "text", f"Keadaan belanja: {one_of(SpendState.choices)}", "s.state"),
    Column("belanja", "text", "Kunci belanja", "s.id::text"),
    Column("dpr", "text", "Nomor DPR", "coalesce(nullif(n.official_number, ''), n.number_text)"),
    Column("baris_tagihan", "number", "Nomor baris tagihan", "t.id"),
    Column("ditarik", "instant", "Saat ditarik (UTC)", "l.withdrawn_at"),
)
_BILLED = f"""
    FROM kkpd_billline l
    JOIN kkpd_bill t ON t.id = l.bill_id
    JOIN kkpd_card k ON k.id = l.card_id
    JOIN opd_opd o ON o.id = t.opd_id
    WHERE {_IN} AND {agencies("t.opd_id")}
"""
_BILL_LINE = (
    Column("id", "number", "Nomor baris tagihan", "l.id"),
    Column("tagihan", "text", "Nomor tagihan", "t.number"),
    Column("baris_berkas", "number", "Nomor baris dalam berkas", "l.line_no"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("kartu", "text", "Nomor kartu, disamarkan", _CARD),
    Column("tanggal", "day", "Tanggal transaksi", "l.transaction_date"),
    Column("tanggal_posting", "day", "Tanggal posting", "l.posting_date"),
    Column("merchant", "text", "Merchant", "l.merchant"),
    Column("mcc", "text", "MCC", "l.mcc"),
    Column("rrn", "text", "RRN", "l.rrn"),
    Column("jumlah", "amount", "Rupiah", "l.amount"),
    Column("keadaan", "text", f"Keadaan: {one_of(LineState.choices)}", "l.state"),
    Column("alasan", "text", "Alasan ditolak", "l.reason"),
    Column("baris_dpr", "text", "Kunci baris DPR", "l.report_id::text"),
    Column("dibayar_pemegang", "day", "Hari dibayar pemegang, bila ditolak", "l.holder_paid_date"),
)
_BILLS = f"""
    FROM kkpd_bill t JOIN opd_opd o ON o.id = t.opd_id
    WHERE {agencies("t.opd_id")}
      AND EXISTS (SELECT FROM kkpd_billline l WHERE l.bill_id = t.id AND {_IN})
"""
_BILL = (
    Column("id", "text", "Kunci tagihan", "t.id::text"),
    Column("tagihan", "text", "Nomor tagihan", "t.number"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("nama_opd", "text", "Nama OPD", "o.name"),
    Column("tahun", "number", "Tahun anggaran", "t.year"),
    Column("bank", "text", "Kode bank penerbit", "t.bank_code"),
    Column("jatuh_tempo", "day", "Jatuh tempo", "t.due_date"),
    Column("baris", "number", "Banyaknya baris", "t.count"),
    Column("jumlah", "amount", "Rupiah seluruh tagihan", "t.total"),
    Column("diimpor", "instant", "Saat diimpor (UTC)", "t.imported_at"),
    Column("spp", "text", "Kunci SPP-GU KKPD", "t.claim_id::text"),
    Column("tanggal_bayar", "day", "Tanggal dilunasi", "t.paid_date"),
    Column("rujukan_bank", "text", "Rujukan bank", "t.reference_no"),
)

KIND = Listing(
    code="kkpd", label="KKPD", group=Group.SPENDING, permission="spend.view",
    about="Belanja dengan kartu kredit pemerintah daerah, tagihan penerbit, dan baris-barisnya.",
    days="Tanggal transaksi",
    tables=(
        Table("belanja-kartu", _LINE, _LINES, "l.transaction_date, l.id", steady=False),
        Table("tagihan", _BILL, _BILLS, "t.imported_at, t.id", steady=False),
        Table("baris-tagihan", _BILL_LINE, _BILLED, "l.id", steady=False),
    ),
).kind()  # fmt: skip
