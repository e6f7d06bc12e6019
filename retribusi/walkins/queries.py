"""Read models of the printed QRIS: what came in and is not claimed, what was, and what only a file tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from opd.access import Scope
from opd.office.calendar import bounds
from payments.incoming.models import Payment, Recognition, Refund
from payments.incoming.refund_rules import Standing
from payments.incoming.rules import Kind, Method
from payments.reconciliation.models import ReconciliationException
from retribusi.models import CollectionPoint, Order
from retribusi.services.paying import KIND

_GOING_BACK = Refund.objects.filter(payment=OuterRef("pk")).exclude(state=str(Standing.REFUSED))
_STANDING = Recognition.objects.standing().filter(payment=OuterRef("pk"))


@dataclass(frozen=True)
class Credit:
    """Money without a request at one of our places; ``order`` is the claim that stands."""

    payment: Payment
    point: CollectionPoint
    order: Order | None

    @property
    def tail(self) -> str:
        """The few characters by which payer and officer know it again."""
        return self.payment.payer_mask or (f"•••{self.payment.rrn[-4:]}" if self.payment.rrn else "–")


def points(reach: Scope) -> QuerySet[CollectionPoint]:
    """Places in reach that money can come in at."""
    rows = CollectionPoint.objects.filter(receiving_account__isnull=False)
    return reach.filter(rows.select_related("opd"))


def credits(
    reach: Scope, *, first: date, last: date, point_id: int | None = None, claimed: bool = False
) -> QuerySet[Payment]:
    """QRIS payments without a request at places in reach on WIB days, the newest first; claimed or not.

    Money that goes back to its payer, or may, is not there to be claimed.
    """
    start, end = bounds(first, last)
    places = points(reach)
    if point_id is not None:
        places = places.filter(pk=point_id)
    rows = Payment.objects.filter(
        request=None, kind=str(Kind.UNEXPECTED), method=str(Method.QRIS), paid_at__gte=start, paid_at__lt=end,
        receiving_account__in=places.values("receiving_account"),
    )  # fmt: skip
    free = ~Exists(_STANDING) & ~Exists(_GOING_BACK)
    rows = rows.filter(Exists(_STANDING) if claimed else free)
    return rows.order_by("-paid_at", "-pk")


def with_places(payments: Sequence[Payment]) -> list[Credit]:
    """The places and standing claims of some payments, in two queries."""
    accounts = [payment.receiving_account_id for payment in payments]
    places = {
        place.receiving_account_id: place
        for place in CollectionPoint.objects.filter(receiving_account__in=accounts).select_related("opd")
    }
    orders: dict[Any, Order] = {
        order.payment_id: order
        for order in Order.objects.filter(payment__in=[payment.pk for payment in payments])
    }
    return [
        Credit(payment, places[payment.receiving_account_id], orders.get(payment.pk)) for payment in payments
    ]


def of_files(reach: Scope) -> QuerySet[ReconciliationException]:
    """Settled at one of our places, but no notice ever came: to be recorded first, then claimed."""
    nmids = points(reach).values("receiving_account__nmid")
    rows: QuerySet[ReconciliationException] = ReconciliationException.objects.waiting().filter(
        kind="missing_ours", settlement_line__nmid__in=nmids, settlement_line__partner_reference_no=""
    )
    newest = reach.filter(rows).select_related("settlement_line")
    return newest.order_by("-settlement_line__trx_time")


def history(payment: Payment) -> list[Recognition]:
    """Every claim of a payment, oldest first, undone ones too."""
    rows = payment.recognitions.filter(payable_kind=KIND)
    return list(rows.select_related("recognised_by", "undone_by"))


def amount_of(rows: QuerySet[Payment]) -> Decimal:
    total: Decimal | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or Decimal("0.00")
