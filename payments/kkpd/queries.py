"""Read models of the card's cycle: lines, cards, bills, what is late, what is exposed, and the recap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet, Sum

from opd.access import Scope, scope
from opd.models import Opd, User
from opd.planning.models import BudgetLine
from payments.kkpd import rules
from payments.kkpd.models import Bill, BillFile, BillLine, Card, Dpr, DprLine, LineState
from payments.spending.models import Source, Spend, SpendState

M = TypeVar("M", bound=Model)
ZERO = Decimal("0.00")
_SPENT = (SpendState.PAID, SpendState.VERIFIED, SpendState.PASSED)


def oversight(user: User) -> Scope:
    """The agencies whose cards, lines and bills a person sees in whole: every role but holders."""
    one, other = scope(user, "spend.view"), scope(user, "kkpd.cards")
    if one.opd_ids is None or other.opd_ids is None:
        return Scope(None)
    return Scope(one.opd_ids | other.opd_ids)


def cards(user: User) -> QuerySet[Card]:
    """An agency's cards for those who oversee them; a holder sees his own."""
    return _own_or_overseen(Card.objects.select_related("opd", "holder"), user, "opd", "holder")


def lines(user: User) -> QuerySet[DprLine]:
    """Reported purchases, newest first."""
    rows = DprLine.objects.select_related(
        "spend__line", "spend__opd", "card__holder", "dpr__document", "bill_line__bill"
    )
    found = _own_or_overseen(rows, user, "card__opd", "card__holder")
    return found.order_by("-transaction_date", "-reported_at")


def dprs(user: User) -> QuerySet[Dpr]:
    rows = Dpr.objects.select_related("opd", "card__holder", "document", "signed_by")
    found = _own_or_overseen(rows, user, "opd", "card__holder")
    summed = found.annotate(count=Count("lines"), sum=Sum("lines__spend__amount"))
    return summed.order_by("-made_at", "-pk")


def _own_or_overseen(rows: QuerySet[M], user: User, opd: str, holder: str) -> QuerySet[M]:
    reach = oversight(user)
    if reach.opd_ids is None:
        return rows
    return rows.filter(Q(**{f"{opd}__in": reach.opd_ids}) | Q(**{holder: user}))


def bills(user: User) -> QuerySet[Any]:
    """Bills of the agencies that a person oversees, with ``open`` (lines) and ``passed``, ``rejected`` and
    ``unpaid`` (rupiah, None for nothing)."""
    rejected = Q(lines__state=LineState.REJECTED)
    summed = Bill.objects.select_related("opd", "claim").annotate(
        open=Count("lines", filter=Q(lines__state=LineState.OPEN)),
        passed=Sum("lines__amount", filter=Q(lines__dpt__isnull=False)),
        rejected=Sum("lines__amount", filter=rejected),
        unpaid=Sum("lines__amount", filter=rejected & Q(lines__holder_paid_at=None)),
    )
    return oversight(user).filter(summed).order_by("-imported_at", "-pk")


def waiting_files(user: User) -> QuerySet[BillFile]:
    """Bills in a bank's own writing that this person may bring in, and that wait for their columns."""
    rows = BillFile.objects.filter(bill=None, dropped_at=None).select_related("opd")
    return scope(user, "kkpd.bill").filter(rows).order_by("-uploaded_at", "-pk")


@dataclass(frozen=True)
class LineFilter:
    """``state`` is a word of the list's filter, "" for all; days are WIB, inclusive."""

    state: str = ""
    opd_id: int | None = None
    first: date | None = None
    last: date | None = None


_STATES = {
    "belum": Q(dpr=None, withdrawn_at=None, freed_at=None),
    "pptk": Q(dpr__isnull=False, dpr__signed_at=None),
    "belum-ditagih": Q(bill_line=None, withdrawn_at=None, freed_at=None),
    "ditagih": Q(bill_line__isnull=False),
    "ditolak": Q(spend__state=SpendState.REJECTED),
}


def chosen_lines(user: User, where: LineFilter) -> QuerySet[DprLine]:
    rows = lines(user).filter(_STATES.get(where.state, Q()))
    conditions = {
        "card__opd": where.opd_id, "transaction_date__gte": where.first, "transaction_date__lte": where.last,
    }  # fmt: skip
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def total(rows: QuerySet[DprLine]) -> Decimal:
    return rows.order_by().aggregate(sum=Sum("spend__amount"))["sum"] or ZERO


def gatherable(card: Card) -> QuerySet[DprLine]:
    """Lines of a card that no DPR holds yet."""
    rows = DprLine.objects.filter(card=card, dpr=None, withdrawn_at=None).select_related("spend__line")
    return rows.exclude(spend__state__in=[SpendState.REJECTED, SpendState.CANCELLED])


def unmatched_reports(line: BillLine) -> QuerySet[DprLine]:
    """Reports of the line's card that no bill line holds: what a person may match it with."""
    rows = DprLine.objects.filter(card=line.card_id, withdrawn_at=None, bill_line=None)
    return rows.exclude(spend__state=SpendState.CANCELLED).select_related("spend")


@dataclass(frozen=True)
class Recap:
    """An agency's budget beside what it paid with cards (rupiah), for goods and for capital."""

    opd: Opd
    goods: Decimal
    goods_spent: Decimal
    capital: Decimal
    capital_spent: Decimal

    @property
    def goods_share(self) -> Decimal | None:
        return rules.share(self.goods_spent, self.goods)

    @property
    def capital_share(self) -> Decimal | None:
        return rules.share(self.capital_spent, self.capital)


def recap(reach: Scope, year: int) -> list[Recap]:
    """Rekap KKPD: barang/jasa (5.1.02) and modal (5.2) of each agency with a budget in a year."""
    budget = reach.filter(BudgetLine.objects.filter(year=year)).order_by()
    spent = reach.filter(Spend.objects.filter(year=year, source=Source.KKPD, state__in=_SPENT)).order_by()
    planned = _by_opd(budget, "kode_rekening", "pagu")
    paid = _by_opd(spent, "line__kode_rekening", "amount")
    offices = Opd.objects.filter(pk__in=planned).order_by("name")
    none = (ZERO, ZERO)
    return [
        Recap(
            opd, planned[opd.pk][0], paid.get(opd.pk, none)[0], planned[opd.pk][1], paid.get(opd.pk, none)[1]
        )
        for opd in offices
    ]


def _by_opd(rows: QuerySet[M], code: str, amount: str) -> dict[int, tuple[Decimal, Decimal]]:
    grouped = rows.values_list("opd").annotate(
        goods=Sum(amount, filter=Q(**{f"{code}__startswith": rules.GOODS})),
        capital=Sum(amount, filter=Q(**{f"{code}__startswith": rules.CAPITAL})),
    )
    return {opd: (goods or ZERO, capital or ZERO) for opd, goods, capital in grouped}
