"""Bank lines, matches and differences to take home.

Lines are stored under the room's lock and never change, so the last id of each pins them. Matches are those
that the asked block knows, and whether one was in RKUD is read as it knows it. Batches and differences move
on: they are shown as they stand.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, instants, last_id, one_of, yes
from opd.office.exports.shapes import Column, Table
from payments.ledger.pins import last_block, seal, sealed
from payments.reconciliation.models import ExceptionState
from payments.reconciliation.texts import CREDIT_RULES, RULES, TEXTS

_LAST = f"""
    SELECT ({last_id("reconciliation_settlementline")}), ({last_id("reconciliation_statementline")})
"""


def _marks() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        found = cursor.fetchone()
    return dict(zip(("settlement_line", "statement_line"), found, strict=True))


_SETTLED = f"""
    FROM reconciliation_settlementline l
    JOIN reconciliation_settlementbatch b ON b.id = l.batch_id
    JOIN reconciliation_importedfile f ON f.id = l.file_id
    LEFT JOIN opd_opd o ON o.id = b.opd_id
    WHERE l.id <= %(settlement_line)s AND {days("l.settlement_date")} AND {agencies("b.opd_id")}
"""
_SETTLEMENT = (
    Column("id", "number", "Nomor baris", "l.id"),
    Column("berkas", "text", "Nama berkas bank", "f.name"),
    Column("baris_berkas", "number", "Nomor baris dalam berkas", "l.line_no"),
    Column("sama_dengan", "number", "Baris pertama yang sama, atau sendiri bila ditarik; tidak dihitung",
           "l.same_as_id"),
    Column("kemunculan", "number", "Kemunculan ke berapa dari isi yang sama dalam berkas", "l.occurrence"),
    Column("batch", "text", "Nomor batch", "b.batch_no"),
    Column("tanggal_settlement", "day", "Tanggal settlement", "l.settlement_date"),
    Column("waktu", "instant", "Waktu transaksi (UTC)", "l.trx_time"),
    Column("opd", "text", "Kode OPD; kosong bila merchant tidak terdaftar", "o.code"),
    Column("nmid", "text", "NMID merchant", "l.nmid"),
    Column("terminal", "text", "Terminal", "l.terminal_id"),
    Column("rrn", "text", "RRN", "l.rrn"),
    Column("rujukan_bank", "text", "Nomor rujukan bank", "l.reference_no"),
    Column("rujukan_kita", "text", "Nomor rujukan kita", "l.partner_reference_no"),
    Column("nomor_tagihan", "text", "Nomor tagihan dalam QR", "l.bill_no"),
    Column("penerbit", "text", "Kode penerbit", "l.issuer_code"),
    Column("bruto", "amount", "Rupiah bruto", "l.gross"),
    Column("mdr", "amount", "MDR yang dipotong, rupiah", "l.mdr"),
    Column("neto", "amount", "Rupiah neto", "l.net"),
    Column("status", "text", "Status menurut bank", "l.status"),
)  # fmt: skip
_BATCH = (
    Column("id", "number", "Nomor batch di sini", "b.id"),
    Column("batch", "text", "Nomor batch menurut bank", "b.batch_no"),
    Column("jenis_berkas", "text", "Jenis berkas settlement", "b.profile"),
    Column("tanggal_settlement", "day", "Tanggal settlement", "b.settlement_date"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "b.point"),
    Column("nmid", "text", "NMID merchant", "b.nmid"),
    Column("transaksi", "number", "Banyaknya transaksi", "b.count"),
    Column("bruto", "amount", "Rupiah bruto", "b.gross"),
    Column("mdr", "amount", "MDR yang dipotong, rupiah", "b.mdr"),
    Column("tarif_mdr", "decimal", "Tarif MDR yang berlaku, persen", "b.mdr_percent"),
    Column("mdr_seharusnya", "amount", "MDR menurut tarif, rupiah, dihitung per transaksi", "b.expected_mdr"),
    Column("neto", "amount", "Rupiah neto", "b.net"),
    Column("dikembalikan", "amount", "Dikembalikan kepada pembayar sebelum dikreditkan", "b.refunded"),
    Column("jatuh_tempo", "day", "Hari terakhir masuk RKUD", "b.due_on"),
    Column("dikreditkan", "amount", "Sudah masuk RKUD, rupiah", "b.credited"),
    Column("masuk_rkud", "day", "Hari masuk RKUD", "b.credited_on"),
)
_BATCHES = f"""
    FROM reconciliation_settlementbatch b LEFT JOIN opd_opd o ON o.id = b.opd_id
    WHERE {days("b.settlement_date")} AND {agencies("b.opd_id")}
"""

_STATEMENT = (
    Column("id", "number", "Nomor baris", "l.id"),
    Column("berkas", "text", "Nama berkas bank", "f.name"),
    Column("baris_berkas", "number", "Nomor baris dalam berkas", "l.line_no"),
    Column("sama_dengan", "number", "Baris pertama yang sama, atau sendiri bila ditarik; tidak dihitung",
           "l.same_as_id"),
    Column("rekening", "text", "Nomor rekening", "l.account"),
    Column("tanggal_buku", "day", "Tanggal buku", "l.post_date"),
    Column("tanggal_valuta", "day", "Tanggal valuta", "l.effective_date"),
    Column("uraian", "text", "Uraian menurut bank", "l.description"),
    Column("rujukan", "text", "Nomor rujukan", "l.reference_no"),
    Column("debit", "amount", "Rupiah keluar", "l.debit"),
    Column("kredit", "amount", "Rupiah masuk", "l.credit"),
    Column("saldo", "decimal", "Saldo sesudah baris ini, rupiah", "l.balance"),
)  # fmt: skip
_STATED = f"""
    FROM reconciliation_statementline l JOIN reconciliation_importedfile f ON f.id = l.file_id
    WHERE l.id <= %(statement_line)s AND {days("l.post_date")}
"""


def _undone(match: str) -> tuple[Column, Column]:
    """Empty unless the asked block knows that it was undone."""
    known = f"CASE WHEN {sealed(match, 'undone_xid')} THEN {match}."
    return (
        Column(
            "dibatalkan", "instant", "Saat dibatalkan (UTC); kosong bila berlaku", f"{known}undone_at END"
        ),
        Column("alasan_batal", "text", "Alasan pembatalan", f"{known}undo_reason END"),
    )


_MATCH = (
    Column("id", "number", "Nomor pencocokan", "m.id"),
    Column("pembayaran", "text", "Kunci pembayaran", "m.payment_id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("dibayar", "instant", "Saat dibayar (UTC)", "p.paid_at"),
    Column("jumlah", "amount", "Rupiah menurut kita, bruto", "p.amount"),
    Column("baris_settlement", "number", "Nomor baris settlement", "m.line_id"),
    Column("bruto", "amount", "Rupiah menurut bank, bruto", "l.gross"),
    Column("aturan", "text", f"Aturan: {one_of(RULES.items())}", "m.rule"),
    Column("jumlah_sama", "text", "ya bila kedua jumlah sama", yes("m.agrees")),
    Column("dicocokkan", "instant", "Saat dicocokkan (UTC)", "m.matched_at"),
    Column("masuk_rkud", "day", "Hari masuk RKUD, bila jurnalnya sudah tersegel", "c.effective_date"),
    Column("jurnal_rkud", "number", "Nomor jurnal masuk RKUD", "c.id"),
    Column("jurnal_pendapatan", "number", "Nomor jurnal pendapatan", "v.id"),
    *_undone("m"),
)
_MATCHES = f"""
    FROM reconciliation_match m
    JOIN incoming_payment p ON p.id = m.payment_id
    JOIN opd_opd o ON o.id = p.opd_id
    JOIN reconciliation_settlementline l ON l.id = m.line_id
    LEFT JOIN ledger_journal c ON c.id = m.credited_journal AND {sealed("c")}
    LEFT JOIN ledger_journal v ON v.id = m.revenue_journal AND {sealed("v")}
    WHERE {sealed("m")} AND {instants("p.paid_at")} AND {agencies("p.opd_id")}
"""
_DIRECT = (
    Column("id", "number", "Nomor pencocokan kredit", "d.id"),
    Column("pembayaran", "text", "Kunci pembayaran lewat virtual account", "d.payment_id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("dibayar", "instant", "Saat dibayar (UTC)", "p.paid_at"),
    Column("jumlah", "amount", "Rupiah", "p.amount"),
    Column("baris_rekening_koran", "number", "Nomor baris rekening koran", "d.line_id"),
    Column("dicocokkan", "instant", "Saat dicocokkan (UTC)", "d.matched_at"),
    Column("masuk_rkud", "day", "Hari masuk RKUD, bila jurnalnya sudah tersegel", "c.effective_date"),
    Column("jurnal_rkud", "number", "Nomor jurnal masuk RKUD", "c.id"),
    Column("jurnal_pendapatan", "number", "Nomor jurnal pendapatan", "v.id"),
    *_undone("d"),
)
_DIRECTS = f"""
    FROM reconciliation_directcredit d
    JOIN incoming_payment p ON p.id = d.payment_id
    JOIN opd_opd o ON o.id = p.opd_id
    LEFT JOIN ledger_journal c ON c.id = d.credited_journal AND {sealed("c")}
    LEFT JOIN ledger_journal v ON v.id = d.revenue_journal AND {sealed("v")}
    WHERE {sealed("d")} AND {instants("p.paid_at")} AND {agencies("p.opd_id")}
"""

_CREDIT = (
    Column("id", "number", "Nomor pencocokan dana masuk", "m.id"),
    Column("baris_rekening_koran", "number", "Nomor baris rekening koran", "m.line_id"),
    Column("tanggal_buku", "day", "Tanggal buku", "s.post_date"),
    Column("batch", "number", "Nomor batch di sini", "m.batch_id"),
    Column("nomor_batch", "text", "Nomor batch menurut bank", "b.batch_no"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("jumlah", "amount", "Rupiah dari dana masuk itu untuk batch ini", "m.amount"),
    Column("aturan", "text", f"Aturan: {one_of(CREDIT_RULES.items())}", "m.rule"),
    Column("dicocokkan", "instant", "Saat dicocokkan (UTC)", "m.matched_at"),
    *_undone("m"),
)
_CREDITS = f"""
    FROM reconciliation_creditmatch m
    JOIN reconciliation_statementline s ON s.id = m.line_id
    JOIN reconciliation_settlementbatch b ON b.id = m.batch_id
    LEFT JOIN opd_opd o ON o.id = b.opd_id
    WHERE {sealed("m")} AND {days("s.post_date")} AND {agencies("b.opd_id")}
"""

_DIFFERENCE = (
    Column("id", "number", "Nomor selisih", "e.id"),
    Column("tanggal", "day", "Tanggal", "e.day"),
    Column("jenis", "text", f"Jenis: {one_of((kind, text.label) for kind, text in TEXTS.items())}", "e.kind"),
    Column("keadaan", "text", f"Keadaan: {one_of(ExceptionState.choices)}", "e.state"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "e.point"),
    Column("nilai", "amount", "Rupiah yang dipersoalkan", "e.amount"),
    Column("menurut_kita", "amount", "Rupiah menurut kita", "e.ours"),
    Column("menurut_bank", "amount", "Rupiah menurut bank", "e.theirs"),
    Column("rujukan", "text", "Rujukan", "e.reference"),
    Column("pembayaran", "text", "Kunci pembayaran", "e.payment_id::text"),
    Column("ditemukan", "instant", "Saat ditemukan (UTC)", "e.opened_at"),
    Column("ditutup", "instant", "Saat ditutup (UTC)", "e.closed_at"),
    Column("oleh", "text", "Nama akun yang menjelaskan", "u.username"),
    Column("penjelasan", "text", "Penjelasan", "e.reason"),
)
_DIFFERENCES = f"""
    FROM reconciliation_reconciliationexception e
    LEFT JOIN opd_opd o ON o.id = e.opd_id
    LEFT JOIN opd_user u ON u.id = e.closed_by_id
    WHERE {days("e.day")} AND {agencies("e.opd_id")}
"""

_SEE = "reconciliation.view"
KINDS = (
    Listing(
        code="settlement", label="Settlement QRIS", group=Group.RECONCILIATION, permission=_SEE,
        about="Setiap baris settlement dari bank penerima, dan batch-nya dengan MDR dan kredit di RKUD.",
        days="Tanggal settlement", marks=_marks,
        tables=(
            Table("baris-settlement", _SETTLEMENT, _SETTLED, "l.id"),
            Table("batch", _BATCH, _BATCHES, "b.settlement_date, b.id", steady=False),
        ),
    ).kind(),
    Listing(
        code="rekening-koran", label="Rekening koran RKUD", group=Group.RECONCILIATION, permission=_SEE,
        about="Setiap baris rekening koran yang diimpor.", days="Tanggal buku", marks=_marks, whole=True,
        tables=(Table("baris-rekening-koran", _STATEMENT, _STATED, "l.id"),),
    ).kind(),
    Listing(
        code="pencocokan", label="Pencocokan", group=Group.RECONCILIATION, permission=_SEE,
        about="Pembayaran dan baris bank yang merupakan uang yang sama, aturannya, dan jurnalnya.",
        days="Hari pembayaran", marks=last_block, facts=seal,
        tables=(
            Table("pencocokan", _MATCH, _MATCHES, "m.id"),
            Table("kredit-va", _DIRECT, _DIRECTS, "d.id"),
            Table("kredit-batch", _CREDIT, _CREDITS, "m.id"),
        ),
    ).kind(),
    Listing(
        code="selisih", label="Selisih", group=Group.RECONCILIATION, permission=_SEE,
        about="Setiap selisih dengan keadaan dan penjelasannya.", days="Tanggal selisih",
        tables=(Table("selisih", _DIFFERENCE, _DIFFERENCES, "e.id", steady=False),),
    ).kind(),
)  # fmt: skip
