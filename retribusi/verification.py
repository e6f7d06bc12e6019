"""Laws of the levies' room: what was sold, what was paid, and what was handed out agree."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from opd.office.verification import Finding, Law, count_and_problems
from retribusi import proofs, receipts, static_code
from retribusi.models import Order, StaticQris, Ticket
from retribusi.services.keys import verifying_keys
from retribusi.tickets import TicketError, TicketFacts, verify


def _totals() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM retribusi_order",
        "SELECT format('pesanan %s berjumlah %s, barisnya %s', o.code, o.total, coalesce(l.sum, 0))"
        " FROM retribusi_order o LEFT JOIN (SELECT order_id, sum(quantity * unit_amount) AS sum"
        " FROM retribusi_orderline GROUP BY order_id) l ON l.order_id = o.id"
        " WHERE o.total IS DISTINCT FROM coalesce(l.sum, 0)",
    )


def _paid_by_money() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM retribusi_order WHERE state = 'paid'",
        "SELECT format('pesanan %s lunas tanpa pembayaran penuh yang terbukukan', o.code)"
        " FROM retribusi_order o LEFT JOIN incoming_payment p ON p.id = o.payment_id"
        " LEFT JOIN incoming_paymentrequest r ON r.id = p.request_id"
        " LEFT JOIN incoming_recognition g ON g.payment_id = p.id AND g.undone_at IS NULL"
        " WHERE o.state = 'paid' AND o.total > 0 AND o.channel = 'qris'"
        " AND (p.id IS NULL OR p.revenue_amount + coalesce(g.amount, 0) <> o.total"
        " OR coalesce(r.payable_kind, g.payable_kind) IS DISTINCT FROM 'retribusi.order'"
        " OR coalesce(r.payable_key, g.payable_key) IS DISTINCT FROM o.key)",
    )


def _money_gives_tickets() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM incoming_payment p JOIN incoming_paymentrequest r ON r.id = p.request_id"
        " WHERE r.payable_kind = 'retribusi.order' AND p.revenue_amount > 0",
        "SELECT format('pembayaran %s selesai dipenuhi, tetapi pesanannya belum lunas', p.id)"
        " FROM incoming_payment p JOIN incoming_paymentrequest r ON r.id = p.request_id"
        " LEFT JOIN retribusi_order o ON o.key = r.payable_key"
        " WHERE r.payable_kind = 'retribusi.order' AND p.revenue_amount > 0 AND p.fulfilment = 'done'"
        " AND o.state IS DISTINCT FROM 'paid'",
    )


def _tickets_counted() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM retribusi_ticket",
        "SELECT format('pesanan %s (%s): %s tiket terbit, seharusnya %s', o.code, o.state,"
        " count(t.id), CASE WHEN o.state <> 'open' THEN l.quantity ELSE 0 END)"
        " FROM retribusi_orderline l JOIN retribusi_order o ON o.id = l.order_id"
        " LEFT JOIN retribusi_ticket t ON t.line_id = l.id"
        " GROUP BY o.id, l.id"
        " HAVING count(t.id) <> CASE WHEN o.state <> 'open' THEN l.quantity ELSE 0 END"
        " OR (o.state = 'void' AND bool_or(t.state <> 'void'))"
        " OR bool_or(t.valid_date <> o.visit_date) OR bool_or(t.point_id <> o.point_id)",
    )


def _signatures() -> Finding:
    """Every ticket's text is signed by a key of ours and says what the row says."""
    keys, rows, problems = verifying_keys(), 0, []
    tickets = Ticket.objects.values_list(
        "pk", "token", "point_id", "valid_date", "serial", "line__tariff__category"
    )
    for pk, text, *stored in tickets.iterator(chunk_size=2000):
        rows += 1
        try:
            facts: TicketFacts | None = verify(text, keys)
        except TicketError:
            facts = None
        if facts is None or [facts.point_id, facts.valid_date, facts.serial, facts.category] != stored:
            problems.append(f"tiket {pk}: tanda tangan atau isinya tidak cocok")
    return Finding(rows, problems[:50])


def _static_codes() -> Finding:
    """Every static QRIS that may be printed is static, whole, and of its account's merchant."""
    standing = StaticQris.objects.filter(withdrawn_at=None).select_related("receiving_account")
    rows = list(standing)
    problems = [
        f"QRIS statis rekening {row.receiving_account.name}: {reason}"
        for row in rows
        for reason in static_code.problems(row.content, row.receiving_account)
    ]
    return Finding(len(rows), problems[:50])


def _tariffs_once() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM retribusi_tariffitem",
        "SELECT format('titik %s: tarif %s berlaku dua kali mulai %s', c.name, a.name,"
        " greatest(a.valid_from, b.valid_from))"
        " FROM retribusi_tariffitem a JOIN retribusi_tariffitem b ON b.point_id = a.point_id"
        " AND b.id > a.id AND lower(b.name) = lower(a.name)"
        " AND daterange(a.valid_from, a.valid_to, '[]') && daterange(b.valid_from, b.valid_to, '[]')"
        " JOIN retribusi_collectionpoint c ON c.id = a.point_id",
    )


def _receipts() -> Finding:
    """Every receipt can be signed and read back as it is; with a key made for this alone."""
    key, now = Ed25519PrivateKey.generate(), timezone.now()
    keys, rows, problems = {1: key.public_key()}, 0, []
    paid = Order.objects.filter(state=Order.State.PAID).select_related("payment")
    for order in paid.iterator(chunk_size=2000):
        rows += 1
        facts = proofs.facts_of(proofs.of_order(order), None, key_id=1, at=now)
        try:
            good = receipts.verify(receipts.sign(facts, key), keys) == facts
        except ValueError:
            good = False
        if not good:
            problems.append(f"pesanan {order.code}: kuitansinya tidak dapat dibuktikan")
    return Finding(rows, problems[:50])


LAWS = (
    Law("retribusi.order_totals", "jumlah pesanan sama dengan jumlah barisnya", _totals),
    Law("retribusi.paid_by_money", "pesanan lunas ditutup tepat oleh satu pembayaran", _paid_by_money),
    Law(
        "retribusi.money_gives_tickets",
        "uang yang dipenuhi menjadikan pesanannya lunas",
        _money_gives_tickets,
    ),
    Law("retribusi.tickets_counted", "tiket terbit hanya dan persis sebanyak yang lunas", _tickets_counted),
    Law("retribusi.receipts", "isi setiap kuitansi dapat ditandatangani dan dibaca kembali", _receipts),
    Law("retribusi.ticket_signatures", "tanda tangan setiap tiket cocok dengan isinya", _signatures),
    Law("points.static_codes", "QRIS statis di poster milik rekening penerimaannya", _static_codes),
    Law("points.tariffs_once", "tarif bernama sama tidak berlaku dua kali pada satu hari", _tariffs_once),
)
