"""Small looks for the pages: a month's closing and report, a journal, the card's purse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from opd.access import Scope
from opd.models import Opd, Role
from opd.office.signers import signer
from opd.planning.models import PurseKind
from opd.planning.queries import PurseFigure, purses
from payments.books.days import after, named
from payments.books.models import MonthClosing, Report, ReportKind
from payments.books.queries import ledger
from payments.ledger.models import Entry, Journal
from payments.spending.models import Spend


def closing_of(opd_id: int, year: int, month: int) -> MonthClosing | None:
    rows = MonthClosing.objects.standing().filter(opd=opd_id, year=year, month=month)
    return rows.select_related("closed_by", "opd").first()


def report_of(opd_id: int, year: int, month: int) -> Report | None:
    return Report.objects.filter(opd=opd_id, year=year, month=month, kind=ReportKind.SPENDING).first()


def next_month(opd_id: int) -> tuple[int, int] | None:
    """The month that closes next; None where the books are still empty."""
    last = MonthClosing.objects.standing().filter(opd=opd_id).order_by("-year", "-month").first()
    if last:
        return after(last.year, last.month)
    day = ledger.oldest(opd_id)
    return (day.year, day.month) if day else None


def next_month_named(opd_id: int) -> str:
    found = next_month(opd_id)
    return named(*found) if found else ""


def signers(opd: Opd, on: date) -> list[dict[str, str]]:
    return [signer(Role.PA, opd, on), signer(Role.BENDAHARA_PENGELUARAN, opd, on)]


def card_purse(opd_id: int, year: int) -> PurseFigure:
    return next(one for one in purses(opd_id, year) if one.kind == PurseKind.UP_KKPD)


@dataclass(frozen=True)
class Leg:
    account: str
    book: str
    amount: Decimal
    kode_rekening: str
    memo: str

    @property
    def credit(self) -> Decimal:
        return -self.amount


def journal(pk: int, reach: Scope) -> Journal | None:
    """A journal with a leg of an agency within reach."""
    legs_within = reach.filter(Entry.objects.filter(journal_id=pk))
    return Journal.objects.select_related("by", "reverses").get(pk=pk) if legs_within.exists() else None


def legs(pk: int, reach: Scope) -> list[Leg]:
    rows = reach.filter(Entry.objects.filter(journal_id=pk)).select_related("account").order_by("line_no")
    return [
        Leg(row.account.name, row.get_book_display(), row.amount, row.kode_rekening, row.memo) for row in rows
    ]


def spend_of(source: str) -> Spend | None:
    """The spend that a journal's source names."""
    if not source.startswith("spend:"):
        return None
    try:
        return Spend.objects.select_related("payee").filter(pk=source.split(":")[1]).first()
    except (ValidationError, ValueError):
        return None
