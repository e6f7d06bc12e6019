"""Printed tickets: each number has one fate, whoever tries otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from retribusi.karcis import ranges, services
from retribusi.karcis.models import Batch, Use
from retribusi.karcis.services import KarcisError
from tests.incoming.test_races import together
from tests.karcis.cast import Drawer, problems
from tests.retribusi.cast import AT


@given(st.integers(1, 60), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 8)), max_size=8))
def test_what_is_left_and_what_is_gone_are_the_whole(size: int, cuts: list[tuple[int, int]]) -> None:
    numbers, gone = set(range(1, size + 1)), []
    for first, more in cuts:
        run = set(range(first, first + more + 1))
        if run <= numbers:
            numbers -= run
            gone.append((first, first + more))
    found = ranges.left((1, size), gone)
    assert [number for first, last in found for number in range(first, last + 1)] == sorted(numbers)
    assert ranges.size(found) == len(numbers)


def test_a_series_is_received_once(drawer: Drawer) -> None:
    with pytest.raises(KarcisError, match="sudah pernah diterima"):
        drawer.receive(drawer.desk.museum.adult, series="d", first=100, last=200)
    drawer.receive(drawer.desk.museum.adult, series="D", first=101, last=200)
    assert Batch.objects.count() == 3


@pytest.mark.parametrize(("told", "message"), [
    ({"series": " "}, "seri karcis"), ({"document": ""}, "berita acara"), ({"first": 0}, "paling kecil 1"),
    ({"first": 11}, "tidak melebihi"), ({"last": 100_001}, "100.000 lembar"),
    ({"received_on": AT.date() + timedelta(days=1)}, "setelah hari ini"),
])  # fmt: skip
def test_a_receipt_that_cannot_be_changes_nothing(drawer: Drawer, told: dict[str, Any], message: str) -> None:
    with pytest.raises(KarcisError, match=message):
        drawer.receive(drawer.desk.museum.adult, **told)
    assert Batch.objects.count() == 2


def test_only_the_treasurer_receives_and_spoils(drawer: Drawer) -> None:
    facts: dict[str, Any] = {"first": 1, "last": 2, "by": drawer.desk.officer, "at": AT}
    with pytest.raises(PermissionDenied):
        services.spoil(batch=drawer.adult, reason="Robek di percetakan", **facts)
    with pytest.raises(PermissionDenied):
        services.receive(
            tariff=drawer.desk.museum.adult, series="Z", received_on=date(2026, 1, 1), document="BA", **facts
        )


def test_a_spoiled_number_is_gone_for_good(drawer: Drawer) -> None:
    spoil: dict[str, Any] = {"batch": drawer.adult, "by": drawer.desk.treasurer, "at": AT}
    services.spoil(first=5, last=7, reason="Basah kena hujan", **spoil)
    assert drawer.left(drawer.adult) == "1–4, 8–100"
    for first, last in ((7, 7), (1, 5), (100, 101), (6, 4)):
        with pytest.raises(KarcisError):
            services.spoil(first=first, last=last, reason="Basah kena hujan", **spoil)
    with pytest.raises(KarcisError, match="mengapa"):
        services.spoil(first=8, last=8, reason=" x ", **spoil)
    assert Use.objects.count() == 1


@pytest.mark.parametrize("statement", [
    "UPDATE karcis_batch SET last = 200", "DELETE FROM karcis_batch", "UPDATE karcis_use SET first = 2",
    "DELETE FROM karcis_use", "TRUNCATE karcis_use",
])  # fmt: skip
def test_the_database_keeps_what_was_told(drawer: Drawer, statement: str) -> None:
    services.spoil(
        batch=drawer.adult, first=1, last=1, reason="Robek sebelum dijual", by=drawer.desk.treasurer, at=AT
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_two_who_sell_the_same_sheets_at_once_sell_them_once(drawer: Drawer) -> None:
    drawer.desk.open()

    def sell(first: int, last: int) -> object:
        try:
            return drawer.sell((drawer.adult, first, last))
        except KarcisError as error:
            return error

    together(lambda: sell(1, 5), lambda: sell(3, 8), lambda: sell(5, 5))
    sold = sorted((use.first, use.last) for use in Use.objects.all())
    assert sold in ([(1, 5)], [(3, 8)], [(5, 5)])
    assert problems() == []
