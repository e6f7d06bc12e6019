"""When a credit is due: banks do not pay out on Saturdays, Sundays and holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from opd.office import rules
from opd.office.models import Holiday

CREDIT_DAYS = "reconciliation.credit_working_days"
MDR_PERCENT = "reconciliation.mdr_percent"
_FURTHEST = timedelta(days=60)


def credit_due(settled: date) -> date:
    """The last day on which a batch of ``settled`` is in RKUD in time. Raises RuleMissing."""
    closed = Holiday.objects.filter(day__gt=settled, day__lte=settled + _FURTHEST)
    return after_working_days(settled, int(rules.value(CREDIT_DAYS, settled)), {h.day for h in closed})


def after_working_days(day: date, count: int, holidays: Collection[date]) -> date:
    """The ``count``-th working day after ``day``; pure."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            count -= 1
    return day
