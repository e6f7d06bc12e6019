"""What is not finished in a treasurer's books on a day, and what a year's end must bring to zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from opd.planning.models import PurseKind
from opd.planning.queries import PurseFigure, purses
from payments.books.models import CashKind, CashMovement, MonthClosing
from payments.books.queries import ledger
from payments.books.shelf import BANK, CARD, CASH, TAX
from payments.spending.models import Claim, ClaimState, Spend, SpendState, TaxLine

ZERO = Decimal("0.00")
OPEN_SPENDS = (SpendState.SUBMITTED, SpendState.APPROVED, SpendState.TESTED, SpendState.PAYING)
UNPASSED = (SpendState.PAID, SpendState.VERIFIED)


@dataclass(frozen=True)
class Panjar:
    """An advance and what is still to be accounted for (rupiah)."""

    row: CashMovement
    settled: Decimal

    @property
    def left(self) -> Decimal:
        return self.row.amount - self.settled


_PASSING = {"gu-nihil": ("UP", ("up", "gu")), "tu-nihil": ("TU", ("tu",))}
"""Claims that bring no money, by their word in the address, and the spends they account for at year end."""


def advances(opd_id: int, on: date, *, only_open: bool = True) -> list[Panjar]:
    rows = CashMovement.objects.filter(opd=opd_id, kind=CashKind.ADVANCE, moved_date__lte=on)
    rows = (
        rows.select_related("holder").annotate(settled_sum=Sum("settlements__amount")).order_by("moved_date")
    )
    found = [Panjar(row, row.settled_sum or ZERO) for row in rows]
    return [one for one in found if one.left] if only_open else found


def listed(opd_id: int, on: date) -> list[dict[str, Any]]:
    """For a hand-over: what the next treasurer takes on, as JSON."""
    panjar = advances(opd_id, on)
    found = [
        ("Belanja yang belum dibayar", *_sum(Spend.objects.filter(opd=opd_id, state__in=OPEN_SPENDS))),
        ("Belanja yang belum disahkan SP2D", *_sum(Spend.objects.filter(opd=opd_id, state__in=UNPASSED))),
        ("Pajak yang belum disetor", *_sum(undeposited(opd_id))),
        ("SPP yang belum menjadi SP2D", *_sum(open_claims(opd_id))),
        ("Panjar yang belum dipertanggungjawabkan", len(panjar), sum((one.left for one in panjar), ZERO)),
    ]
    return [
        {"label": label, "count": count, "amount": f"{amount:.2f}"} for label, count, amount in found if count
    ]


def undeposited(opd_id: int) -> QuerySet[TaxLine]:
    rows = TaxLine.objects.filter(spend__opd=opd_id, spend__state__in=[*UNPASSED, SpendState.PASSED])
    return rows.filter(deposited_date=None).exclude(spend__source="ls")


def open_claims(opd_id: int) -> QuerySet[Claim]:
    return Claim.objects.filter(opd=opd_id).exclude(state__in=[ClaimState.PAID, ClaimState.REJECTED])


def _sum(rows: QuerySet[Any]) -> tuple[int, Decimal]:
    found = rows.order_by().aggregate(rows=Count("pk"), sum=Sum("amount"))
    return found["rows"], found["sum"] or ZERO


@dataclass(frozen=True)
class Step:
    """Something that must be zero before a year closes. ``url`` leads to where it becomes zero."""

    code: str
    label: str
    amount: Decimal
    count: int
    action: str
    url: str

    @property
    def is_done(self) -> bool:
        return not self.amount and not self.count


def year_end(opd_id: int, year: int) -> list[Step]:
    """Every step to zero, in the order in which they are taken."""
    last = date(year, 12, 31)
    held = ledger.balances(opd_id, last)
    figures = {one.kind: one for one in purses(opd_id, year)}
    unpaid = _sum(Spend.objects.filter(opd=opd_id, year=year, state__in=OPEN_SPENDS))
    claims = _sum(open_claims(opd_id).filter(year=year))
    cash_url = reverse("books:cash_list")
    return [
        Step("spends", "Belanja yang masih menunggu", unpaid[1], unpaid[0], "Selesaikan atau batalkan",
             "/belanja/"),
        Step("claims", "SPP yang belum menjadi SP2D", claims[1], claims[0], "Selesaikan SPP",
             "/belanja/spp/"),
        *_passing(opd_id, year),
        Step("card", "Utang belanja KKPD", -held[CARD], 0, "Lunasi tagihan kartu", "/kkpd/"),
        Step("tax", "Pajak yang belum disetor", -held[TAX], 0, "Setor pajak", "/belanja/pajak/"),
        Step("emoney", "Saldo kartu uang elektronik", held["emoney_advance"], 0, "Kembalikan saldo",
             "/uang-elektronik/"),
        Step("advance", "Panjar yang belum dipertanggungjawabkan", held["work_advance"], 0,
             "Pertanggungjawabkan panjar", cash_url),
        Step("cash", "Uang tunai di brankas", held[CASH], 0, "Setor tunai ke rekening", cash_url),
        _purse_step("up", "Sisa UP yang belum disetor ke RKUD", figures[PurseKind.UP_CASH], year),
        _purse_step("tu", "Sisa TU yang belum disetor ke RKUD", figures[PurseKind.TU], year),
        Step("bank", "Saldo rekening bendahara", held[BANK], 0, "Setor sisa ke RKUD", _return_url(year)),
        Step("month", "Bulan yang belum ditutup", ZERO, _open_months(opd_id, year), "Tutup bulan",
             reverse("books:closing_list")),
    ]  # fmt: skip


def _passing(opd_id: int, year: int) -> list[Step]:
    """Spends of UP and TU that no SP2D has passed: GU or TU Nihil accounts for them without new money."""
    steps = []
    for word, (fund, sources) in _PASSING.items():
        rows = Spend.objects.filter(opd=opd_id, year=year, source__in=sources, state__in=UNPASSED)
        count, amount = _sum(rows)
        url = reverse("spending:claim_new", args=[word]) + f"?opd={opd_id}"
        label, action = f"Belanja {fund} yang belum disahkan SP2D", f"Ajukan SPP-{word.upper()[:2]} Nihil"
        steps.append(Step(word, label, amount, count, action, url))
    return steps


def _purse_step(code: str, label: str, purse: PurseFigure, year: int) -> Step:
    return Step(code, label, purse.free, 0, "Setor sisa ke RKUD", _return_url(year))


def _return_url(year: int) -> str:
    return reverse("books:year_end") + f"?bulan={year}-12&setor=1#setor"


def _open_months(opd_id: int, year: int) -> int:
    """How many months from the year's first entry to December stand open."""
    standing = MonthClosing.objects.standing().filter(opd=opd_id)
    if standing.filter(year=year, month=12).exists():
        return 0
    last = standing.filter(year=year).order_by("-month").first()
    return 12 - (last.month if last else 0)
