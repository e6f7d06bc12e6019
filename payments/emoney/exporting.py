"""E-money to take home as it stands: cards, what went onto them, what came back, the issuers' histories."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, instants, one_of
from opd.office.exports.shapes import Column, Table
from payments.emoney.models import MovementKind, ReturnKind
from payments.spending.masking import card_sql

_OF = f"""
    JOIN emoney_card k ON k.id = m.card_id
    JOIN opd_opd o ON o.id = k.opd_id
    WHERE {agencies("k.opd_id")}
"""
_WHOSE = (
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("kartu", "text", "Nomor kartu, disamarkan", card_sql("k")),
)
_CARD = (
    Column("id", "number", "Nomor kartu di sini", "k.id"),
    *_WHOSE,
    Column("penerbit", "text", "Penerbit", "k.issuer"),
    Column("pemegang", "text", "Nama pemegang", "h.name"),
    Column("nomor_sk", "text", "Nomor SK", "k.decree_number"),
    Column("berlaku_sejak", "day", "Berlaku sejak", "k.valid_from"),
    Column("berlaku_sampai", "day", "Berlaku sampai", "k.valid_to"),
    Column("diblokir", "instant", "Saat diblokir (UTC)", "k.blocked_at"),
)
_CARDS = f"""
    FROM emoney_card k JOIN opd_opd o ON o.id = k.opd_id JOIN opd_user h ON h.id = k.holder_id
    WHERE {agencies("k.opd_id")}
"""
_MOVED = (
    Column("id", "text", "Kunci baris", "m.id::text"),
    *_WHOSE,
    Column("tanggal", "day", "Tanggal menurut bank", "m.paid_date"),
    Column("jumlah", "amount", "Rupiah", "m.amount"),
    Column("rujukan_bank", "text", "Rujukan bank", "m.reference_no"),
    Column("dicatat", "instant", "Saat dicatat (UTC)", "m.made_at"),
)
_BACK = (*_MOVED, Column("jenis", "text", f"Jenis: {one_of(ReturnKind.choices)}", "m.kind"))
_MOVEMENT = (
    Column("id", "number", "Nomor transaksi", "m.id"),
    *_WHOSE,
    Column("urutan", "number", "Urutan pada kartu", "m.position"),
    Column("waktu", "instant", "Waktu transaksi (UTC)", "m.at"),
    Column("jenis", "text", f"Jenis: {one_of(MovementKind.choices)}", "m.kind"),
    Column("merchant", "text", "Merchant", "m.merchant"),
    Column("terminal", "text", "Terminal", "m.terminal"),
    Column("nilai", "amount", "Rupiah", "m.amount"),
    Column("saldo", "decimal", "Saldo kartu sesudahnya, rupiah", "m.balance"),
    Column("rujukan", "text", "Rujukan", "m.reference_no"),
    Column("isi_ulang", "text", "Kunci isi ulang kita", "m.top_up_id::text"),
    Column("belanja", "text", "Kunci belanja", "m.spend_id::text"),
    Column("pengembalian", "text", "Kunci pengembalian", "m.given_back_id::text"),
    Column("penjelasan", "text", "Penjelasan", "m.explanation"),
)
_HISTORY = f"FROM emoney_movement m {_OF} AND {instants('m.at')}"
_BY_DAY = f"{_OF} AND {days('m.paid_date')}"

KIND = Listing(
    code="uang-elektronik", label="Uang elektronik", group=Group.SPENDING, permission="spend.view",
    about="Kartu uang elektronik, isi ulang, uang yang kembali, dan riwayat dari penerbit.",
    days="Tanggal transaksi",
    tables=(
        Table("kartu", _CARD, _CARDS, "k.id", steady=False),
        Table("isi-ulang", _MOVED, f"FROM emoney_topup m {_BY_DAY}", "m.made_at, m.id", steady=False),
        Table("uang-kembali", _BACK, f"FROM emoney_return m {_BY_DAY}", "m.made_at, m.id", steady=False),
        Table("riwayat", _MOVEMENT, _HISTORY, "m.id", steady=False),
    ),
).kind()  # fmt: skip
