"""What a treasurer reads: takings of a span of days with their lights, and one payment's whole story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from opd.access import Scope
from opd.office.calendar import bounds
from payments.incoming import queries as incoming
from payments.incoming.models import MoneyException, PaymentRequest, ReceivingAccount
from payments.incoming.rules import Method
from payments.ledger.journals import JournalDetail, journal_of
from payments.money import format_rupiah
from payments.reconciliation.queries import Lights, hours, lights
from retribusi import things
from retribusi.models import Order
from retribusi.services.paying import KIND


@dataclass(frozen=True)
class LitPayment:
    """A payment in the list; ``lights`` tells how far its money is."""

    payment: incoming.PaymentRow
    lights: Lights
    paid_for: str


@dataclass(frozen=True)
class ChannelSum:
    """What officers took at the counter outside of QRIS: rupiah, and how often."""

    label: str
    sales: int
    amount: Decimal


@dataclass(frozen=True)
class TakingsPage:
    rows: list[LitPayment]
    sums: incoming.Sums
    points: list[incoming.Taking]
    counter: list[ChannelSum]
    older: str


@dataclass(frozen=True)
class Event:
    at: datetime | date
    text: str
    detail: str = ""


@dataclass(frozen=True)
class PaymentStory:
    payment: incoming.PaymentRow
    lights: Lights
    order: Order | None
    events: list[Event]
    journals: list[JournalDetail]
    troubles: list[MoneyException]


def accounts(scope: Scope) -> list[tuple[int, str]]:
    """Receiving accounts in reach, by name."""
    return list(scope.filter(ReceivingAccount.objects.all()).order_by("name").values_list("pk", "name"))


def filtered(
    scope: Scope, *, first: date, last: date, account: int | None, kind: str, text: str
) -> incoming.PaymentFilter:
    """``text`` may be an amount, a RRN, a reference, or the name of what was paid for: an order's code as it
    was read out, a SKRD's number."""
    return incoming.PaymentFilter(
        scope=scope,
        first=first,
        last=last,
        accounts=None if account is None else [account],
        kinds=[kind] if kind else None,
        text=text,
        payable_keys=things.find(text),
    )


def takings_page(where: incoming.PaymentFilter, *, before: str) -> TakingsPage:
    page = incoming.payments_of(where, before=before)
    takings = _takings(where)
    sums = sum((one.sums for one in takings), incoming.Sums())
    return TakingsPage(_lit(page.rows), sums, takings, _at_the_counter(where), page.older)


def _takings(where: incoming.PaymentFilter) -> list[incoming.Taking]:
    """Sums by account: from the sums by hour, and from the payments themselves where some are picked out."""
    if where.kinds is not None or where.payable_kind or where.text:
        return incoming.takings(where)
    found = hours.by_account(where.scope, where.first, where.last, accounts=where.accounts)
    names = ReceivingAccount.objects.in_bulk(found)
    rows = [
        incoming.Taking(pk, names[pk].name, incoming.Sums(one.payments, one.paid, one.levy, one.kept))
        for pk, one in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.sums.amount, row.account_name))


def _at_the_counter(where: incoming.PaymentFilter) -> list[ChannelSum]:
    """EDC, e-money and cash of the same days and points; nothing where payments of one kind are looked
    for."""
    if where.kinds or where.text:
        return []
    start, end = bounds(where.first)[0], bounds(where.last)[1]
    paid = Order.objects.filter(state=Order.State.PAID, paid_at__gte=start, paid_at__lt=end, total__gt=0)
    paid = where.scope.filter(paid.exclude(channel=Order.Channel.QRIS), "point__opd")
    if where.accounts is not None:
        paid = paid.filter(point__receiving_account__in=where.accounts)
    by_channel: Any = paid.order_by().values_list("channel").annotate(n=Count("pk"), sum=Sum("total"))
    found = {channel: (count, amount) for channel, count, amount in by_channel}
    return [ChannelSum(str(one.label), *found[one]) for one in Order.Channel if one in found]


def export(where: incoming.PaymentFilter) -> Iterator[LitPayment]:
    """All of them, oldest first, with their lights, a thousand at a time."""
    batch: list[incoming.PaymentRow] = []
    for row in incoming.every_payment(where):
        batch.append(row)
        if len(batch) == 1000:
            yield from _lit(batch)
            batch = []
    yield from _lit(batch)


def story(payment_id: UUID, scope: Scope) -> PaymentStory:
    """Raises Payment.DoesNotExist, also outside the scope."""
    payment = incoming.payment_row(payment_id, scope)
    lit = lights([payment_id])[payment_id]
    order = Order.objects.filter(key=payment.payable_key).first() if payment.payable_kind == KIND else None
    journals = journal_of(f"payment:{payment_id}")
    request = PaymentRequest.objects.filter(payments=payment_id).first()
    return PaymentStory(
        payment=payment,
        lights=lit,
        order=order,
        events=_events(payment, lit, order, request, journals),
        journals=journals,
        troubles=list(MoneyException.objects.filter(payment=payment_id).order_by("at")),
    )


def _lit(rows: list[incoming.PaymentRow]) -> list[LitPayment]:
    found = lights([row.id for row in rows])
    names = things.spoken((row.payable_kind, row.payable_key) for row in rows)
    return [LitPayment(row, found[row.id], names.get(row.payable_key, "")) for row in rows]


def _events(
    payment: incoming.PaymentRow,
    lit: Lights,
    order: Order | None,
    request: PaymentRequest | None,
    journals: list[JournalDetail],
) -> list[Event]:
    events: list[Event] = []
    if order:
        events.append(Event(order.created_at, f"Pesanan {order.spoken} dibuat"))
    if request and request.method == Method.QRIS:
        events.append(Event(request.created_at, "QRIS diminta dari bank", request.partner_reference_no))
    events.append(
        Event(payment.paid_at, "Dibayar pengunjung, menurut bank", f"Diketahui dari: {payment.seen_by}")
    )
    received = next((each.journal for each in journals if each.journal.kind == "payment_received"), None)
    if received:
        events.append(Event(received.recorded_at, f"Dibukukan sebagai penerimaan (jurnal {received.id})"))
    events += [
        Event(each.journal.recorded_at, f"Diklaim sebagai tiket (jurnal {each.journal.id})")
        for each in journals
        if each.journal.kind == "payment_recognised"
    ]
    if lit.settled:
        events.append(Event(lit.settled, "Disetor bank penerima"))
    if lit.credited:
        events.append(Event(lit.credited, "Masuk RKUD"))
    if lit.booked:
        shares = request.shares if request else []
        codes = [f"{share['kode_lra']} {format_rupiah(Decimal(share['amount']))}" for share in shares]
        detail = "; ".join(codes) or payment.kode_lra
        events.append(Event(lit.booked, "Dibukukan sebagai pendapatan", detail))
    return events
