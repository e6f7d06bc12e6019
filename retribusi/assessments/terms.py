"""What the law fixes about assessments: dated rules of this room, each with its legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from opd.office import rules as dated
from opd.office.calendar import add_months
from opd.office.models import DatedRule
from retribusi.assessments.models import Letter
from retribusi.assessments.rules import Age, InterestRule

INTEREST = "retribusi.late_interest"
INTEREST_CODES = "retribusi.late_interest_codes"
DUE_DAYS = "retribusi.skrd_due_days"
CALENDAR = "retribusi.collection_calendar"
LAPSE_YEARS = "retribusi.collection_lapse_years"
ALLOWANCE = "retribusi.receivable_allowance"


@dataclass(frozen=True)
class InterestTable:
    """Every interest rule that ever held; a debt follows the one in force on its due day."""

    rules: tuple[tuple[date, date | None, InterestRule], ...]

    def on(self, day: date) -> InterestRule:
        """Raises RuleMissing."""
        for first, last, rule in self.rules:
            if first <= day and (last is None or day <= last):
                return rule
        raise dated.RuleMissing(INTEREST, day)


def interest_table() -> InterestTable:
    """One query, for as many debts as wanted; the latest start wins."""
    rows = DatedRule.objects.filter(key=INTEREST).order_by("-valid_from")
    return InterestTable(tuple((row.valid_from, row.valid_to, _interest(row.value)) for row in rows))


def _interest(value: dict[str, str | int | None]) -> InterestRule:
    days = value["month_days"]
    return InterestRule(
        percent=Decimal(str(value["percent"])),
        most_months=int(str(value["most_months"])),
        month_days=None if days is None else int(days),
        round_to=Decimal(str(value["round_to"])),
    )


def interest_codes(on: date) -> tuple[str, str]:
    """The account codes (LRA, LO) of late interest. Raises RuleMissing."""
    value = dated.value(INTEREST_CODES, on)
    return str(value["kode_lra"]), str(value["kode_lo"])


def due_on(issued_on: date) -> date:
    """The last day without interest of a SKRD issued on a day. Raises RuleMissing."""
    return issued_on + timedelta(days=int(dated.value(DUE_DAYS, issued_on)))


def calendar(on: date) -> dict[Letter.Kind, int]:
    """Days from the due day to each letter. Raises RuleMissing."""
    value = dated.value(CALENDAR, on)
    return {kind: int(value[kind.value]) for kind in Letter.Kind}


def lapses_on(since: date) -> date:
    """The last day on which a claim may be collected, ``since`` its due day or last letter. Raises
    RuleMissing."""
    return add_months(since, 12 * int(dated.value(LAPSE_YEARS, since)))


def ages(on: date) -> list[Age]:
    """The classes of receivables, the youngest first. Raises RuleMissing."""
    rows = dated.value(ALLOWANCE, on)
    return [Age(int(row["over_days"]), str(row["label"]), Decimal(str(row["percent"]))) for row in rows]
