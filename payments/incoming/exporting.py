"""Payments to take home: as the last sealed block knows them."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, instants, one_of
from opd.office.exports.shapes import Column, Table
from payments.incoming.models import Payment
from payments.incoming.texts import KIND_LABELS, METHOD_LABELS
from payments.ledger.pins import last_block, seal, sealed

_WHERE = f"WHERE {sealed('j')} AND {instants('p.paid_at')} AND {agencies('p.opd_id')}"
_PAYMENTS = """
    FROM incoming_payment p
    JOIN ledger_journal j ON j.id = p.journal_id
    JOIN incoming_receivingaccount a ON a.id = p.receiving_account_id
    JOIN opd_opd o ON o.id = p.opd_id
    LEFT JOIN incoming_paymentrequest r ON r.id = p.request_id
"""
_CLAIMS = f"""
    FROM incoming_recognition c
    JOIN incoming_payment p ON p.id = c.payment_id
    JOIN ledger_journal j ON j.id = c.journal_id
    JOIN opd_opd o ON o.id = p.opd_id
    LEFT JOIN ledger_journal u ON u.id = c.undo_journal_id AND {sealed("u")}
"""

_PAYMENT = (
    Column("id", "text", "Kunci pembayaran", "p.id::text"),
    Column("dibayar", "instant", "Saat dibayar menurut bank (UTC)", "p.paid_at"),
    Column("hari", "day", "Hari pembayaran (WIB)", "p.paid_at AT TIME ZONE 'Asia/Jakarta'"),
    Column("dibukukan", "instant", "Saat dibukukan (UTC)", "p.recorded_at"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("rekening_penerimaan", "text", "Nama rekening penerimaan", "a.name"),
    Column("nmid", "text", "NMID merchant", "a.nmid"),
    Column("terminal", "text", "Terminal; kosong bila satu untuk semua", "a.terminal_id"),
    Column("cara", "text", f"Cara bayar: {one_of(METHOD_LABELS.items())}", "p.method"),
    Column("sifat", "text", f"Terhadap tagihannya: {one_of(KIND_LABELS.items())}", "p.kind"),
    Column("jumlah", "amount", "Rupiah yang dibayar, bruto", "p.amount"),
    Column("retribusi", "amount", "Bagian retribusi saat diterima", "p.revenue_amount"),
    Column("titipan", "amount", "Bagian kewajiban (titipan) saat diterima", "p.liability_amount"),
    Column("kode_lra", "text", "Kode rekening LRA; kosong bila terbagi atau belum pasti", "p.kode_lra"),
    Column("kode_lo", "text", "Kode rekening LO; kosong bila terbagi atau belum pasti", "p.kode_lo"),
    Column("rujukan_kita", "text", "Nomor rujukan kita", "p.partner_reference_no"),
    Column("jenis_tagihan", "text", "Jenis tagihan, misalnya order", "r.payable_kind"),
    Column("kunci_tagihan", "text", "Kunci tagihan", "r.payable_key"),
    Column("uraian", "text", "Uraian tagihan", "r.description"),
    Column("diketahui_dari", "text", f"Sumber: {one_of(Payment.SEEN_BY)}", "p.seen_by"),
    Column("jurnal", "number", "Nomor jurnal penerimaan", "p.journal_id"),
)
_REFERENCE = (
    Column("id", "text", "Kunci pembayaran; lihat pembayaran.csv", "p.id::text"),
    Column("rrn", "text", "RRN; dapat menyusul dari berkas bank", "p.rrn"),
    Column("rujukan_bank", "text", "Nomor rujukan bank", "p.reference_no"),
    Column("penerbit", "text", "Kode penerbit", "p.issuer"),
    Column("pembayar", "text", "Pembayar, disamarkan", "p.payer_mask"),
    Column("pemenuhan", "text", f"Pemenuhan: {one_of(Payment.Fulfilment.choices)}", "p.fulfilment"),
)
_CLAIM = (
    Column("id", "text", "Kunci klaim", "c.id::text"),
    Column("pembayaran", "text", "Kunci pembayaran; lihat pembayaran.csv", "p.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jumlah", "amount", "Rupiah yang diklaim sebagai retribusi", "c.amount"),
    Column("kode_lra", "text", "Kode rekening LRA", "c.kode_lra"),
    Column("uraian", "text", "Untuk apa", "c.description"),
    Column("diklaim", "instant", "Saat diklaim (UTC)", "c.recognised_at"),
    Column("jurnal", "number", "Nomor jurnal klaim", "c.journal_id"),
    Column("dibatalkan", "instant", "Saat dibatalkan (UTC); kosong bila berlaku", "u.recorded_at"),
    Column("jurnal_batal", "number", "Nomor jurnal pembatalan", "u.id"),
)

KIND = Listing(
    code="pembayaran",
    label="Pembayaran masuk",
    about=(
        "Setiap pembayaran yang sudah tersegel, bagian retribusi dan titipannya, rujukan bank, dan klaim uang"
        " QRIS statis."
    ),
    group=Group.RECEIPTS,
    permission="takings.view",
    days="Hari pembayaran",
    marks=last_block,
    facts=seal,
    tables=(
        Table("pembayaran", _PAYMENT, f"{_PAYMENTS} {_WHERE}", "p.paid_at, p.id"),
        Table("klaim", _CLAIM, f"{_CLAIMS} {_WHERE}", "c.recognised_at, c.id"),
        Table("rujukan-bank", _REFERENCE, f"{_PAYMENTS} {_WHERE}", "p.paid_at, p.id", steady=False),
    ),
).kind()
