"""Orders and tickets to take home, as they stand. Nothing that opens a page or a gate is in them."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, one_of
from opd.office.exports.shapes import Column, Table
from retribusi.models import Order, Ticket

_OF = f"""
    JOIN retribusi_collectionpoint c ON c.id = r.point_id
    JOIN opd_opd o ON o.id = c.opd_id
    WHERE {days("r.visit_date")} AND {agencies("c.opd_id")}
"""
_ORDER = (
    Column("id", "text", "Kunci pesanan", "r.id::text"),
    Column("pesanan", "text", "Kode pesanan", "r.code"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "c.name"),
    Column("tanggal_kunjungan", "day", "Tanggal kunjungan", "r.visit_date"),
    Column("jumlah", "amount", "Rupiah", "r.total"),
    Column("keadaan", "text", f"Keadaan: {one_of(Order.State.choices)}", "r.state"),
    Column("cara", "text", f"Cara bayar: {one_of(Order.Channel.choices)}", "r.channel"),
    Column("pembayaran", "text", "Kunci pembayaran", "r.payment_id::text"),
    Column("kuitansi", "text", "Nomor kuitansi", "r.receipt_number"),
    Column("dibuat", "instant", "Saat dibuat (UTC)", "r.created_at"),
    Column("lunas", "instant", "Saat lunas (UTC)", "r.paid_at"),
)
_LINE = (
    Column("id", "number", "Nomor baris", "l.id"),
    Column("pesanan", "text", "Kunci pesanan", "r.id::text"),
    Column("tarif", "text", "Nama tarif", "t.name"),
    Column("banyaknya", "number", "Banyaknya", "l.quantity"),
    Column("tarif_saat_itu", "decimal", "Rupiah per satuan saat itu", "l.unit_amount"),
    Column("jumlah", "amount", "Rupiah", "l.quantity * l.unit_amount"),
)
_TICKET = (
    Column("id", "number", "Nomor tiket", "k.id"),
    Column("seri", "text", "Nomor seri", "k.serial"),
    Column("pesanan", "text", "Kunci pesanan", "r.id::text"),
    Column("tarif", "text", "Nama tarif", "t.name"),
    Column("titik", "text", "Titik", "c.name"),
    Column("berlaku_pada", "day", "Berlaku pada", "k.valid_date"),
    Column("keadaan", "text", f"Keadaan: {one_of(Ticket.State.choices)}", "k.state"),
    Column("diterbitkan", "instant", "Saat diterbitkan (UTC)", "k.issued_at"),
)
_LINES = f"""
    FROM retribusi_orderline l
    JOIN retribusi_tariffitem t ON t.id = l.tariff_id
    JOIN retribusi_order r ON r.id = l.order_id
    {_OF}
"""
_TICKETS = f"""
    FROM retribusi_ticket k
    JOIN retribusi_orderline l ON l.id = k.line_id
    JOIN retribusi_tariffitem t ON t.id = l.tariff_id
    JOIN retribusi_order r ON r.id = l.order_id
    {_OF}
"""

KIND = Listing(
    code="pesanan", label="Pesanan dan tiket", group=Group.LEVIES, permission="takings.view",
    about="Pesanan pengunjung, isinya, dan tiket yang terbit.", days="Tanggal kunjungan",
    tables=(
        Table("pesanan", _ORDER, f"FROM retribusi_order r {_OF}", "r.visit_date, r.id", steady=False),
        Table("isi-pesanan", _LINE, _LINES, "l.id", steady=False),
        Table("tiket", _TICKET, _TICKETS, "k.id", steady=False),
    ),
).kind()  # fmt: skip
