"""Orders as something to pay for: what incoming money asks of this room, and what it tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from payments.incoming.models import Payment
from payments.incoming.registry import NotPayable, Quote, Share, Why
from payments.reconciliation.queries import lights
from retribusi.models import CollectionPoint, Order, OrderLine
from retribusi.services.fulfilment import mark_paid, touch, void_unused
from retribusi.things import Names


class OrderPayable:
    """Registered as ``retribusi.order``; the key is ``Order.key``. Nothing here calls outside."""

    def quote(self, key: str) -> Quote:
        order = self._order(key)
        if order.is_paid:
            raise NotPayable(_("Pesanan ini sudah lunas."), Why.PAID)
        if order.state == Order.State.VOID:
            raise NotPayable(_("Pesanan ini sudah dibatalkan."), Why.VOID)
        if order.point.status != CollectionPoint.Status.LIVE:
            raise NotPayable(_("Tempat ini sedang tidak menjual tiket. Anda belum dikenai biaya."))
        return quote_of(order)

    def on_settled(self, key: str, payment_id: UUID, at: datetime) -> None:
        """Paid in full: tickets, once. The request that was paid becomes the order's, whatever it showed."""
        order = self._order(key)
        request_id = Payment.objects.values_list("request_id", flat=True).get(pk=payment_id)
        Order.objects.filter(pk=order.pk).update(request_id=request_id)
        mark_paid(order, payment_id=payment_id, at=at)

    def on_exception(self, key: str, payment_id: UUID, kind: str, at: datetime) -> None:
        """Late, double, short or unexpected money: the order stays as it is, its page tells where the
        money is."""
        touch(key)

    def on_refunded(self, key: str, payment_id: UUID, amount: Decimal, at: datetime) -> None:
        """Money went back. Once all of what paid the order is gone, its unused tickets are void."""
        order = self._order(key)
        if order.payment_id == payment_id and lights([payment_id])[payment_id].all_refunded:
            void_unused(order, at=at)
        touch(key)

    def _order(self, key: str) -> Order:
        return Order.objects.select_related("point").get(key=key)


def quote_of(order: Order) -> Quote:
    """What an order costs, by account codes of its day, whether its place sells now or not.

    Raises NotPayable for an order of zero rupiah.
    """
    lines = list(order.lines.select_related("tariff").prefetch_related("tariff__codes"))
    shares = _shares(lines, order.visit_date)
    if not shares:
        raise NotPayable(_("Tidak ada yang harus dibayar."))
    what = ", ".join(f"{line.quantity} {line.tariff.name}" for line in lines)
    return Quote(
        amount=order.total,
        description=f"Retribusi {order.point.name}: {what}"[:200],
        opd_id=order.point.opd_id,
        kode_lra=shares[0].kode_lra,
        kode_lo=shares[0].kode_lo,
        shares=shares if len(shares) > 1 else (),
    )


def _shares(lines: list[OrderLine], day: date) -> tuple[Share, ...]:
    """The order's amount by account codes of its day, largest first; lines of zero rupiah have no part."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.tariff.codes_on(day)] += line.amount
    found = [Share(kode_lra, kode_lo, amount) for (kode_lra, kode_lo), amount in sums.items() if amount]
    return tuple(sorted(found, key=lambda share: (-share.amount, share.kode_lra)))


def _spoken(keys: Collection[str]) -> dict[str, str]:
    return {order.key: order.spoken for order in Order.objects.filter(key__in=keys)}


def _find(text: str) -> list[str]:
    """Orders by the code that was read out, or by their receipt's number."""
    code = "".join(text.split()).upper()
    named = Q(code=code.replace("-", "")) | Q(receipt_number=code)
    return list(Order.objects.filter(named).values_list("key", flat=True))


NAMES = Names(spoken=_spoken, find=_find)
