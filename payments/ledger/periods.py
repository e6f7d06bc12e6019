"""Months close, one after the other, and open again by an audited decision.

In a closed month nothing new counts: people's journals are refused, events of money count on the first open
day and keep their value date. ``sql/0007_periods.sql`` holds the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import Error, OperationalError, connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import dateformat

from opd import access, audit
from opd.models import User
from opd.office.calendar import add_months
from payments.ledger.errors import BadPeriod, translated
from payments.ledger.models import Block, Journal, PeriodDecision, PeriodState

MOVED = (
    "EXISTS (SELECT FROM ledger_perioddecision d"
    " WHERE d.closed_through >= {day} AND {counted} = d.closed_through + 1)"
)
"""For laws: an event of ``day`` may count on ``counted``, the first day after a month that was closed."""


@dataclass(frozen=True)
class Month:
    """A calendar month by its first day (WIB)."""

    first: date

    @property
    def last(self) -> date:
        return add_months(self.first, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return dateformat.format(self.first, "F Y")


@dataclass(frozen=True)
class Open:
    """What is still open in a month, as a room sees it: a warning to who closes it."""

    label: str
    count: int
    url: str


_rooms: list[Callable[[date, date], Open]] = []


def ask(room: Callable[[date, date], Open]) -> None:
    """Called from a room's AppConfig.ready: ``room(first, last)`` counts what it has open."""
    if room not in _rooms:
        _rooms.append(room)


def still_open(month: Month) -> list[Open]:
    """What every room has open in a month, the empty ones too."""
    return [room(month.first, month.last) for room in _rooms]


def closed_through() -> date | None:
    """The last day that is closed, if any."""
    return PeriodDecision.objects.order_by("-id").values_list("closed_through", flat=True).first()


def first_open_day(day: date) -> date:
    """``day``, or the first day after the last closed month."""
    closed = closed_through()
    return day if closed is None or day > closed else closed + timedelta(days=1)


def next_month(*, today: date) -> Month | None:
    """The month that closes next, once it is over; None while nothing has ended or been posted."""
    closed = closed_through()
    if closed is None:
        oldest = Journal.objects.order_by("effective_date").values_list("effective_date", flat=True).first()
        if oldest is None:
            return None
        month = Month(oldest.replace(day=1))
    else:
        month = Month(closed + timedelta(days=1))
    return month if month.last < today else None


def last_closed() -> Month | None:
    """The month that may be opened again."""
    decision = PeriodDecision.objects.order_by("-id").first()
    if decision is None:
        return None
    month = Month(decision.closed_through.replace(day=1))
    return month if PeriodDecision.objects.filter(month=month.first).exists() else None


def decisions() -> QuerySet[Any]:
    """Every decision, the last first. ``sealed_by`` is the first block that holds all that was posted before
    it; None until that is made."""
    holding = Block.objects.filter(upto_xid__gt=OuterRef("xid")).order_by("id").values("pk")
    return PeriodDecision.objects.select_related("by").annotate(sealed_by=Subquery(holding[:1]))


def close(*, first: date, reason: str, by: User, at: datetime) -> PeriodDecision:
    """Close the month that begins on ``first``.

    ``reason`` names its basis, and explains what is still open. Raises BadPeriod; PermissionDenied without
    ``period.close``.
    """
    access.require(by, "period.close")
    month = Month(first)
    left = [one for one in still_open(month) if one.count]
    after = {"month": str(month), "open": {one.label: one.count for one in left}}
    return _decide(month, PeriodState.CLOSED, "period.close", after, reason=reason, by=by, at=at)


def reopen(*, first: date, reason: str, by: User, at: datetime) -> PeriodDecision:
    """Open the last closed month again, by somebody else than who closed it.

    Raises BadPeriod; PermissionDenied without ``period.close``.
    """
    access.require(by, "period.close")
    month = Month(first)
    after = {"month": str(month)}
    return _decide(month, PeriodState.REOPENED, "period.reopen", after, reason=reason, by=by, at=at)


def _decide(
    month: Month, state: PeriodState, action: str, after: dict[str, Any], *,
    reason: str, by: User, at: datetime,
) -> PeriodDecision:  # fmt: skip
    reason = " ".join(reason.split())[:300]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            values: list[Any] = [month.first, str(state), by.pk, at, reason]
            cursor.execute("SELECT ledger_decide_period(%s, %s, %s, %s, %s)", values)
            decision = PeriodDecision.objects.get(pk=cursor.fetchone()[0])
            audit.record(action, decision, by=by, at=at, after=after, reason=reason)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":
            raise
        raise BadPeriod(
            "Masih ada pembukuan yang berjalan. Coba lagi sebentar; belum ada yang berubah."
        ) from error
    except Error as error:
        if refusal := translated(error):
            raise refusal from error
        raise
    return decision
