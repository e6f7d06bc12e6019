"""Payments as lists, pages, exports and sums by day. Days are WIB and inclusive; amounts are rupiah."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from opd.access import Scope
from opd.office.calendar import bounds
from payments.incoming.models import Payment
from payments.incoming.rules import Kind, Method
from payments.incoming.texts import KIND_LABELS, METHOD_LABELS
from payments.money import MoneyError, parse

PAGE = 50
_RECOGNISED = Coalesce(F("standing__amount"), Decimal(0))
_LEVY = F("revenue_amount") + _RECOGNISED
_KEPT = F("liability_amount") - _RECOGNISED


@dataclass(frozen=True)
class PaymentFilter:
    """All given conditions hold. ``accounts`` are ids of receiving accounts; None means every one.

    ``text`` finds an amount in rupiah, a RRN, or a reference; ``payable_keys`` finds by thing, beside it.
    """

    scope: Scope
    first: date
    last: date
    accounts: Collection[int] | None = None
    kinds: Collection[str] | None = None
    payable_kind: str = ""
    text: str = ""
    payable_keys: Collection[str] = ()


@dataclass(frozen=True)
class PaymentRow:
    """A payment in a treasurer's list."""

    id: UUID
    kind: str
    amount: Decimal
    revenue_amount: Decimal
    liability_amount: Decimal
    paid_at: datetime
    rrn: str
    reference_no: str
    partner_reference_no: str
    issuer: str
    payer_mask: str
    method: str
    seen_by: str
    fulfilment: str
    opd_id: int
    opd_name: str
    kode_lra: str
    account_id: int
    account_name: str
    nmid: str
    request_id: UUID | None
    payable_kind: str
    payable_key: str
    description: str
    recognised: bool

    @property
    def kind_label(self) -> str:
        return "Diklaim" if self.recognised else KIND_LABELS[Kind(self.kind)]

    @property
    def method_label(self) -> str:
        return METHOD_LABELS[Method(self.method)]


@dataclass(frozen=True)
class PaymentPage:
    """Newest first; ``older`` is the cursor of the next page, empty on the last."""

    rows: list[PaymentRow]
    older: str = ""


def payments_of(where: PaymentFilter, *, before: str = "", size: int = PAGE) -> PaymentPage:
    """A page of payments by paid time, in one query. A malformed ``before`` counts as none."""
    found = _matching(where)
    edge = _edge(before)
    if edge is not None:
        found = found.filter(Q(paid_at__lt=edge[0]) | Q(paid_at=edge[0], pk__lt=edge[1]))
    rows = [_row(payment) for payment in _joined(found).order_by("-paid_at", "-pk")[: size + 1]]
    shown = rows[:size]
    older = f"{shown[-1].paid_at.isoformat()}_{shown[-1].id}" if len(rows) > size else ""
    return PaymentPage(shown, older)


def every_payment(where: PaymentFilter) -> Iterator[PaymentRow]:
    """All of them, oldest first, streamed: for exports."""
    for payment in _joined(_matching(where)).order_by("paid_at", "pk").iterator(chunk_size=2000):
        yield _row(payment)


def payment_row(payment_id: UUID, scope: Scope) -> PaymentRow:
    """Raises Payment.DoesNotExist, also outside the scope."""
    return _row(_joined(_recognised(scope.filter(Payment.objects.filter(pk=payment_id)))).get())


def _matching(where: PaymentFilter) -> QuerySet[Payment]:
    start, end = bounds(where.first, where.last)
    found = _recognised(where.scope.filter(Payment.objects.filter(paid_at__gte=start, paid_at__lt=end)))
    if where.accounts is not None:
        found = found.filter(receiving_account__in=where.accounts)
    if where.kinds is not None:
        found = found.filter(kind__in=where.kinds)
    if where.payable_kind:
        found = found.filter(request__payable_kind=where.payable_kind)
    return found.filter(_found_by(where)) if where.text else found


def _found_by(where: PaymentFilter) -> Q:
    text = where.text.strip()
    wanted = Q(rrn=text) | Q(partner_reference_no=text) | Q(reference_no=text)
    if where.payable_keys:
        keys = where.payable_keys
        wanted |= Q(request__payable_key__in=keys) | Q(standing__payable_key__in=keys)
    try:
        return wanted | Q(amount=parse(text))
    except MoneyError:
        return wanted


def _recognised(found: QuerySet[Payment]) -> QuerySet[Payment]:
    """With ``standing``: what a person recognised a payment without a request as."""
    condition = Q(recognitions__undone_at=None)
    return found.annotate(standing=FilteredRelation("recognitions", condition=condition))


def _joined(found: QuerySet[Payment]) -> QuerySet[Payment]:
    return found.select_related("request", "receiving_account", "opd").annotate(
        levy=Coalesce(F("standing__amount"), Decimal(0)),
        levy_of=F("standing__payable_kind"),
        levy_key=F("standing__payable_key"),
        levy_what=F("standing__description"),
        levy_code=F("standing__kode_lra"),
    )


def _edge(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _, key = cursor.partition("_")
    try:
        paid_at, payment_id = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return (paid_at, payment_id) if paid_at.tzinfo else None


def _row(payment: Any) -> PaymentRow:
    request, account = payment.request, payment.receiving_account
    return PaymentRow(
        id=payment.pk,
        kind=payment.kind,
        amount=payment.amount,
        revenue_amount=payment.revenue_amount + payment.levy,
        liability_amount=payment.liability_amount - payment.levy,
        paid_at=payment.paid_at,
        rrn=payment.rrn,
        reference_no=payment.reference_no,
        partner_reference_no=payment.partner_reference_no,
        issuer=payment.issuer,
        payer_mask=payment.payer_mask,
        method=payment.method,
        seen_by=payment.get_seen_by_display(),
        fulfilment=payment.fulfilment,
        opd_id=payment.opd_id,
        opd_name=payment.opd.name,
        kode_lra=payment.kode_lra or payment.levy_code or "",
        account_id=account.pk,
        account_name=account.name,
        nmid=account.nmid,
        request_id=payment.request_id,
        payable_kind=request.payable_kind if request else payment.levy_of or "",
        payable_key=request.payable_key if request else payment.levy_key or "",
        description=request.description if request else payment.levy_what or "",
        recognised=payment.levy > 0,
    )


@dataclass(frozen=True)
class Sums:
    """What a whole filter comes to."""

    payments: int = 0
    amount: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)
    liability: Decimal = Decimal(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.payments + other.payments,
            self.amount + other.amount,
            self.revenue + other.revenue,
            self.liability + other.liability,
        )


@dataclass(frozen=True)
class Taking:
    """What one receiving account took in the days of a filter."""

    account_id: int
    account_name: str
    sums: Sums


def sums(where: PaymentFilter) -> Sums:
    """The totals of all that matches, in one query."""
    found = _matching(where).aggregate(
        payments=Count("pk"),
        amount=Sum("amount", default=Decimal(0)),
        revenue=Sum(_LEVY, default=Decimal(0)),
        liability=Sum(_KEPT, default=Decimal(0)),
    )
    return Sums(**found)


def takings(where: PaymentFilter) -> list[Taking]:
    """Sums by account, the largest first, in one query and one pass over what matches."""
    rows = (
        _matching(where)
        .values("receiving_account_id", "receiving_account__name")
        .annotate(n=Count("pk"), total=Sum("amount"), revenue=Sum(_LEVY), liability=Sum(_KEPT))
        .order_by("-total", "receiving_account__name")
    )
    return [
        Taking(
            row["receiving_account_id"],
            row["receiving_account__name"],
            Sums(row["n"], row["total"], row["revenue"], row["liability"]),
        )
        for row in rows
    ]
