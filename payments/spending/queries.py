"""Read models of spending: lists, figures, choices for forms, and what a page shows of one spend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from opd.access import Scope
from opd.models import AuditEvent, Opd
from opd.planning.models import BudgetLine
from payments.spending.models import Payee, Refund, Source, Spend, SpendState, TaxLine, TreasuryAccount
from payments.spending.rules import SPENT

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class SpendFilter:
    """All given conditions hold; "" and None mean any. Days are WIB, inclusive, of the spend."""

    opd_id: int | None = None
    source: str = ""
    channel: str = ""
    state: str = ""
    type: str = ""
    text: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Totals:
    rows: int
    amount: Decimal


def spends(reach: Scope, where: SpendFilter) -> QuerySet[Spend]:
    """Spends within reach, newest first, with what a list row shows."""
    rows = reach.filter(Spend.objects.select_related("opd", "line", "payee", "raised_by"))
    conditions = {
        "opd": where.opd_id, "source": where.source, "channel": where.channel, "state": where.state,
        "type": where.type, "spend_date__gte": where.first, "spend_date__lte": where.last,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    if where.text:
        rows = rows.filter(
            Q(description__icontains=where.text)
            | Q(payee__name__icontains=where.text)
            | Q(merchant_name__icontains=where.text)
            | Q(line__kode_rekening__startswith=where.text)
        )
    return rows


def totals(rows: QuerySet[Spend]) -> Totals:
    """Over all pages, in SQL."""
    found = rows.order_by().aggregate(sum=Sum("amount"))
    return Totals(rows.count(), found["sum"] or ZERO)


def waiting(reach: Scope, *states: SpendState) -> QuerySet[Spend]:
    return reach.filter(Spend.objects.filter(state__in=states))


def offices(reach: Scope, year: int) -> list[Opd]:
    """Agencies within reach that have a budget in a year."""
    ids = reach.filter(BudgetLine.objects.filter(year=year)).values("opd")
    return list(Opd.objects.filter(pk__in=ids).order_by("name", "pk"))


def spending_offices(reach: Scope) -> list[tuple[int, str]]:
    """Agencies that have spends, for the filter."""
    ids = reach.filter(Spend.objects.all()).order_by().values("opd").distinct()
    return list(Opd.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name"))


def payees(reach: Scope, *, text: str = "", opd_id: int | None = None, state: str = "") -> QuerySet[Payee]:
    """The payee book within reach; ``state`` is "" all, "aktif" or "blokir"."""
    rows = reach.filter(Payee.objects.select_related("opd"))
    if opd_id:
        rows = rows.filter(opd=opd_id)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(account_no__endswith=text) | Q(npwp__endswith=text))
    if state:
        rows = rows.filter(blocked_at__isnull=state == "aktif")
    return rows.order_by("opd__name", "name", "pk")


def payable_payees(opd_id: int) -> QuerySet[Payee]:
    """Those that an agency may pay: not blocked."""
    return Payee.objects.filter(opd=opd_id, blocked_at=None).order_by("name", "pk")


def treasury_accounts(reach: Scope) -> QuerySet[TreasuryAccount]:
    rows = TreasuryAccount.objects.select_related("opd", "partner")
    return reach.filter(rows).order_by("opd__name", "kind", "-valid_from")


@dataclass(frozen=True)
class TaxFilter:
    """``state``: "" withheld and open, "disetor" deposited, "semua" all. Days are of the payment."""

    opd_id: int | None = None
    state: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None


def taxes(reach: Scope, where: TaxFilter) -> QuerySet[TaxLine]:
    """Taxes withheld from paid spends, the oldest payment first."""
    rows = TaxLine.objects.select_related("spend__opd", "spend__line", "spend__payee", "deposited_by")
    rows = reach.filter(rows.filter(spend__state__in=[str(state) for state in SPENT]), "spend__opd")
    if where.state != "semua":
        rows = rows.filter(deposited_date__isnull=where.state != "disetor")
    conditions = {
        "spend__opd": where.opd_id, "kind": where.kind, "spend__paid_date__gte": where.first,
        "spend__paid_date__lte": where.last,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    return rows.order_by("spend__paid_date", "spend__pk", "kind")


def undeposited(reach: Scope) -> QuerySet[TaxLine]:
    """What the treasurers withheld and still owe the state; an LS is BUD's."""
    return taxes(reach, TaxFilter()).exclude(spend__source=Source.LS)


def refunds_of(spend_ids: list[UUID]) -> Mapping[UUID, Decimal]:
    """What came back of each spend (rupiah); those without refunds are absent."""
    rows = Refund.objects.filter(spend__in=spend_ids).order_by().values_list("spend")
    return dict(rows.annotate(sum=Sum("amount")))


def history(spend: Spend) -> QuerySet[AuditEvent]:
    """What happened to a spend, oldest first."""
    rows = AuditEvent.objects.filter(subject_type="spending.spend", subject_id=str(spend.pk))
    return rows.select_related("by").order_by("at", "pk")
