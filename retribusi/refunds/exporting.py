"""Money that goes back, or pays another bill, to take home as it stands. Contacts are masked."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, instants, one_of
from opd.office.exports.shapes import Column, Table
from payments.incoming.models import Compensation
from payments.incoming.refund_texts import PATH_LABELS, STANDING_LABELS
from retribusi.refunds.models import REASONS, RefundRequest

_REFUND = (
    Column("id", "text", "Kunci pengembalian", "r.id::text"),
    Column("pembayaran", "text", "Kunci pembayaran", "r.payment_id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jalan", "text", f"Jalan: {one_of(PATH_LABELS.items())}", "r.path"),
    Column("keadaan", "text", f"Keadaan: {one_of(STANDING_LABELS.items())}", "r.state"),
    Column("jumlah", "amount", "Rupiah", "r.amount"),
    Column("retribusi", "amount", "Bagian retribusi", "r.revenue_amount"),
    Column("titipan", "amount", "Bagian titipan", "r.liability_amount"),
    Column("alasan", "text", "Alasan", "r.reason"),
    Column("nomor_kita", "text", "Nomor pengembalian kita", "r.partner_refund_no"),
    Column("nomor_bank", "text", "Nomor pengembalian bank", "r.refund_no"),
    Column("skrdlb", "text", "Nomor SKRDLB", "r.skrdlb_number"),
    Column("spm", "text", "Nomor SPM", "r.spm_number"),
    Column("sp2d", "text", "Nomor SP2D", "r.sp2d_number"),
    Column("diusulkan", "instant", "Saat diusulkan (UTC)", "r.proposed_at"),
    Column("pengusul", "text", "Nama akun pengusul", "u.username"),
    Column("diputus", "instant", "Saat diputus (UTC)", "r.decided_at"),
    Column("pemutus", "text", "Nama akun pemutus", "v.username"),
    Column("selesai", "instant", "Saat selesai (UTC)", "r.closed_at"),
    Column("jurnal", "number", "Nomor jurnal", "r.journal_id"),
    Column("keterangan", "text", "Keterangan", "r.message"),
)
_COMPENSATION = (
    Column("id", "text", "Kunci kompensasi", "r.id::text"),
    Column("pembayaran", "text", "Kunci pembayaran", "r.payment_id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jumlah", "amount", "Rupiah", "r.amount"),
    Column("uraian", "text", "Untuk tagihan apa", "r.description"),
    Column("kode_lra", "text", "Kode rekening LRA", "r.kode_lra"),
    Column("surat", "text", "Nomor surat pembayar", "r.letter_number"),
    Column("keadaan", "text", f"Keadaan: {one_of(Compensation.State.choices)}", "r.state"),
    Column("diusulkan", "instant", "Saat diusulkan (UTC)", "r.proposed_at"),
    Column("pengusul", "text", "Nama akun pengusul", "u.username"),
    Column("pemutus", "text", "Nama akun pemutus", "v.username"),
    Column("jurnal", "number", "Nomor jurnal", "r.journal_id"),
    Column("jurnal_batal", "number", "Nomor jurnal pembatalan", "r.undo_journal_id"),
)
_REQUEST = (
    Column("id", "text", "Kunci permohonan", "r.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("pesanan", "text", "Kunci pesanan", "r.order_id::text"),
    Column("skrd", "text", "Kunci SKRD", "r.skrd_id::text"),
    Column("alasan", "text", f"Alasan: {one_of(REASONS)}", "r.reason"),
    Column("kontak", "text", "Kontak, disamarkan", "r.contact_mask"),
    Column("keadaan", "text", f"Keadaan: {one_of(RefundRequest.State.choices)}", "r.state"),
    Column("masuk", "instant", "Saat masuk (UTC)", "r.filed_at"),
    Column("tenggat", "day", "Tenggat keputusan", "r.due_on"),
    Column("dijawab", "instant", "Saat dijawab (UTC)", "r.answered_at"),
    Column("jawaban", "text", "Jawaban", "r.answer"),
    Column("pengembalian", "text", "Kunci pengembalian", "r.refund_id::text"),
)


def _decided(table: str) -> str:
    return f"""
        FROM {table} r
        JOIN opd_opd o ON o.id = r.opd_id
        JOIN opd_user u ON u.id = r.proposed_by_id
        LEFT JOIN opd_user v ON v.id = r.decided_by_id
        WHERE {instants("r.proposed_at")} AND {agencies("r.opd_id")}
    """


_REQUESTS = f"""
    FROM refunds_refundrequest r JOIN opd_opd o ON o.id = r.opd_id
    WHERE {instants("r.filed_at")} AND {agencies("r.opd_id")}
"""

KIND = Listing(
    code="pengembalian", label="Pengembalian", group=Group.RECEIPTS, permission="refund.view",
    about="Pengembalian kepada pembayar, kompensasi titipan, dan permohonan pembayar.",
    days="Hari diusulkan atau diminta",
    tables=(
        Table("pengembalian", _REFUND, _decided("incoming_refund"), "r.proposed_at, r.id", steady=False),
        Table("kompensasi", _COMPENSATION, _decided("incoming_compensation"), "r.proposed_at, r.id",
              steady=False),
        Table("permohonan", _REQUEST, _REQUESTS, "r.filed_at, r.id", steady=False),
    ),
).kind()  # fmt: skip
