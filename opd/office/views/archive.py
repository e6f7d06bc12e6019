"""Arsip inaktif: what went to the archive storage, month by month, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs
from opd.office import archiving, rules
from opd.office.archiving import Holding, Month
from opd.office.models import DatedRule


@dataclass(frozen=True)
class Shown:
    """One kind of what is archived; ``before`` None where no rule is in force."""

    label: str
    rule: DatedRule | None
    before: date | None
    waiting: int
    months: list[Month]

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months)

    @property
    def size(self) -> int:
        return sum(month.size for month in self.months)


@needs("audit.view")
@require_GET
@reads_replica
def archive(request: HttpRequest) -> HttpResponse:
    holdings = [_shown(one, timezone.localdate()) for one in archiving.holdings()]
    return render(request, "office/archive.html", {"holdings": holdings, "months": _by_month(holdings)})


def _shown(holding: Holding, today: date) -> Shown:
    months = holding.months()
    try:
        rule = rules.in_force(holding.rule, today)
    except rules.RuleMissing:
        return Shown(holding.label, None, None, 0, months)
    before = archiving.active_since(rule, today)
    return Shown(holding.label, rule, before, holding.waiting(before), months)


def _by_month(holdings: Iterable[Shown]) -> list[tuple[Month, str]]:
    """Newest first; within a month in the order of the holdings."""
    rows = [(month, one.label) for one in holdings for month in one.months]
    return sorted(rows, key=lambda row: row[0].first, reverse=True)
