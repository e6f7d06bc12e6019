"""Money against the clock: QRIS by working days, cash by hours, and what is late right now."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from opd.access import Scope
from opd.office.models import Holiday
from retribusi.counter.services import selling, shifts
from retribusi.counter.services.selling import Channel
from retribusi.walkins import clock
from tests.counter.cast import Desk, pieces
from tests.retribusi.cast import AT
from tests.walkins.cast import DAY, Gate

ALL = Scope(None)


def test_a_credit_the_next_day_is_in_time(gate: Gate) -> None:
    gate.settle(gate.credit())
    (row,) = clock.pace(ALL, first=DAY, last=DAY, at=AT + timedelta(days=1))
    assert (row.count, row.done, row.late, row.median, row.unit) == (1, 1, 0, Decimal("0.0"), "hari")


def test_money_that_never_came_is_late_after_the_working_day(gate: Gate) -> None:
    gate.credit()
    assert clock.late_now(ALL, at=AT + timedelta(days=1)) == []
    (late,) = clock.late_now(ALL, at=AT + timedelta(days=2))
    assert (late.since, late.due_on, late.amount) == (DAY, DAY + timedelta(days=1), Decimal(13_000))
    (row,) = clock.pace(ALL, first=DAY, last=DAY, at=AT + timedelta(days=2))
    assert (row.late, row.median) == (1, None)
    assert clock.breaches([row]) == [clock.OpdBreach(row.opd, 1, 1)]


def test_weekends_and_holidays_give_time(gate: Gate) -> None:
    friday = date(2026, 11, 27)
    Holiday.objects.create(day=date(2026, 11, 30), name="Libur uji")
    gate.credit(at=AT + timedelta(days=3))
    assert (friday - DAY).days == 3
    assert clock.late_now(ALL, at=AT + timedelta(days=7)) == []
    (late,) = clock.late_now(ALL, at=AT + timedelta(days=8))
    assert late.due_on == date(2026, 12, 1)


def test_cash_is_timed_in_hours_by_officer(gate: Gate) -> None:
    own = Desk(gate.museum, gate.officer, gate.treasurer, gate.bud)
    shift = shifts.open_shift(point=gate.museum.point, change_amount=Decimal(0), by=gate.officer, at=AT)
    selling.sell(basket=own.basket(Channel.CASH), by=gate.officer, at=AT)
    closed = shifts.close_shift(
        shift_id=shift.pk, counted=pieces(10_000), explanation="", by=gate.officer, at=AT
    )
    (late,) = clock.late_now(ALL, at=AT + timedelta(hours=30))
    assert late.what == f"Tunai, {gate.officer.name}"
    own.deposit(closed, after=26)
    (row,) = clock.pace(ALL, first=DAY, last=DAY, at=AT + timedelta(hours=30))
    assert (row.officer, row.late, row.median, row.unit) == (
        gate.officer.name, 1, Decimal("26.0"), "jam",
    )  # fmt: skip
    assert clock.late_now(ALL, at=AT + timedelta(hours=30)) == []


def test_cash_entered_later_is_timed_from_when_it_was_taken(gate: Gate) -> None:
    """As its deposit is: the hours without network count."""
    own = Desk(gate.museum, gate.officer, gate.treasurer, gate.bud)
    shift, taken = own.open(), AT - timedelta(hours=1)
    selling.sell(basket=own.basket(Channel.CASH, happened_at=taken), by=gate.officer, at=AT)
    own.deposit(own.close(shift, 10_000), after=2)
    (row,) = clock.pace(ALL, first=DAY, last=DAY, at=AT + timedelta(hours=9))
    assert row.median == Decimal("3.0")
