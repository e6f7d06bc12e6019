"""Visitors are counted once an hour, corrected in plain sight, and stand beside tickets and money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from opd.access import Scope, scope
from retribusi.walkins import gaps
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.models import HeadCount
from retribusi.walkins.services import heads
from tests.retribusi.cast import AT
from tests.walkins.cast import Gate

DAY = AT.date()
ALL = Scope(None)


def count(gate: Gate, number: int, *, hour: int | None = 9, note: str = "") -> HeadCount:
    return heads.count(
        point=gate.museum.point, day=DAY, hour=hour, heads=number, note=note, by=gate.officer, at=AT
    )


def test_a_correction_stands_and_the_first_number_stays(gate: Gate) -> None:
    first = count(gate, 12)
    assert count(gate, 12) == first
    with pytest.raises(WalkInError, match="alasan koreksinya"):
        count(gate, 15)
    second = count(gate, 15, note="rombongan terlewat")
    assert (second.corrects, HeadCount.objects.standing().get()) == (first, second)
    assert HeadCount.objects.count() == 2


def test_a_day_is_counted_whole_or_by_the_hour(gate: Gate) -> None:
    count(gate, 12)
    with pytest.raises(WalkInError, match="per jam"):
        count(gate, 80, hour=None)


@pytest.mark.parametrize(("days", "hour", "number"), [(1, 9, 5), (-32, 9, 5), (0, 24, 5), (0, 9, -1)])
def test_impossible_numbers_are_refused(gate: Gate, days: int, hour: int, number: int) -> None:
    with pytest.raises(WalkInError):
        heads.count(
            point=gate.museum.point, day=DAY + timedelta(days=days), hour=hour, heads=number, note="",
            by=gate.officer, at=AT,
        )  # fmt: skip
    assert HeadCount.objects.count() == 0


def test_an_auditor_does_not_count(gate: Gate) -> None:
    with pytest.raises(PermissionDenied):
        heads.count(point=gate.museum.point, day=DAY, hour=9, heads=1, note="", by=gate.auditor, at=AT)


def test_tickets_money_and_heads_stand_side_by_side(gate: Gate) -> None:
    gate.museum.paid(adults=2, children=1)
    gate.claim(gate.credit())
    gate.credit(5000)
    count(gate, 9)
    (row,) = gaps.gaps(ALL, first=DAY, last=DAY)
    assert (row.tickets, row.worth, row.heads, row.missing) == (6, Decimal(26_000), 9, 3)
    assert (row.arrived, row.settled, row.unclaimed) == (Decimal(31_000), Decimal(0), Decimal(5000))
    assert gaps.missing([row]) == 3
    assert gaps.trend([row]) == [gaps.DayTrend(DAY, 6, 9)]


def test_a_void_ticket_and_a_corrected_number_do_not_count(gate: Gate) -> None:
    payment = gate.credit()
    gate.claim(payment)
    gate.undo(payment)
    count(gate, 4)
    count(gate, 3, note="salah baca")
    (row,) = gaps.gaps(ALL, first=DAY, last=DAY)
    assert (row.tickets, row.heads, row.unclaimed) == (0, 3, Decimal(13_000))


def test_a_day_that_nobody_counted_has_no_gap(gate: Gate) -> None:
    gate.museum.paid()
    (row,) = gaps.gaps(scope(gate.treasurer, "takings.view"), first=DAY, last=DAY)
    assert (row.heads, row.missing, gaps.trend([row])) == (None, None, [])


def test_another_agency_sees_nothing(gate: Gate) -> None:
    gate.museum.paid()
    assert gaps.gaps(Scope(frozenset({gate.museum.opd.pk + 1})), first=DAY, last=DAY) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE walkins_headcount SET heads = 1",
        "DELETE FROM walkins_headcount",
        "INSERT INTO walkins_headcount (point_id, day, hour, heads, note, counted_at, counted_by_id)"
        " SELECT point_id, day, NULL, 5, '', counted_at, counted_by_id FROM walkins_headcount",
    ],
)
def test_the_database_keeps_what_was_counted(gate: Gate, statement: str) -> None:
    count(gate, 12)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
