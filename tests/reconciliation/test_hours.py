"""The sums by hour equal the rows they stand for, whatever happens and whenever they are counted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from opd.access import EVERYWHERE, Scope
from opd.models import Role, User
from payments.incoming.models import Payment
from payments.reconciliation import services
from payments.reconciliation.match_models import CreditMatch, Match
from payments.reconciliation.models import HourChange, HourSum
from payments.reconciliation.queries import day_rows
from payments.reconciliation.queries.hours import COLUMNS, HOUR, KEYS, by_account, by_day, spans
from payments.reconciliation.queries.standing import MORE_SUMS, PAYMENTS, SUMS
from payments.reconciliation.services import hours
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import WIB, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, stalls
from tests.reconciliation.test_two_at_once import together

FIRST, LAST = DAY - timedelta(days=2), DAY + timedelta(days=1)
WHY = "Uji jumlah per jam"
START = datetime(2026, 11, 1, tzinfo=UTC)
_DAYS = f"""
    SELECT (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day, {SUMS}, {MORE_SUMS}
    FROM {PAYMENTS} WHERE p.opd_id = ANY(%s) GROUP BY 1
"""


def from_rows(*opds: int) -> dict[date, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [list(opds)])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def told(scope: Scope) -> dict[date, tuple[Any, ...]]:
    return {
        day: tuple(getattr(sums, name) for name in COLUMNS)
        for day, sums in by_day(scope, FIRST, LAST).items()
    }


def stored() -> list[tuple[Any, ...]]:
    return sorted(HourSum.objects.values_list(*KEYS, *COLUMNS))


def as_the_rows_say(scene: Scene) -> None:
    one, other = scene.tourism.pk, scene.culture.pk
    assert told(EVERYWHERE) == from_rows(one, other)
    assert told(Scope(frozenset({one}))) == from_rows(one)
    accounts = by_account(EVERYWHERE, FIRST, LAST)
    assert sum(sums.paid for sums in accounts.values()) == sum(
        row[1] for row in from_rows(one, other).values()
    )
    assert by_account(EVERYWHERE, FIRST, LAST, accounts=[scene.museum.pk]).keys() <= {scene.museum.pk}


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.mark.parametrize("seed", range(6))
def test_random_activity_counted_at_random_moments_equals_its_rows(
    scene: Scene, bud: User, seed: int
) -> None:
    """Sales over three days, files, matches undone and made again; the count runs in between or not."""
    chance = Random(seed)
    sales: defaultdict[date, list[files.Sale]] = defaultdict(list)

    def sell() -> None:
        at = datetime(2026, 11, 22, tzinfo=WIB) + timedelta(minutes=chance.randrange(3 * 24 * 60))
        _, sale = scene.sold(chance.choice([5000, 7500]), museum=chance.random() < 0.4, at=at)
        sales[at.date()].append(sale)

    def settle() -> None:
        listed = sales.pop(chance.choice(sorted(sales)), []) if sales else []
        if listed:
            imported(files.settlement(*listed), name=f"{chance.random()}.csv")
            imported(files.statement(credit_of(*listed)), name=f"{chance.random()}.csv")

    def undo() -> None:
        match = Match.objects.standing().order_by("pk").first()
        if match is not None:
            services.undo_match(match_id=match.pk, reason=WHY, keep_apart=False, by=bud, at=AT)

    def undo_credit() -> None:
        credit = CreditMatch.objects.standing().order_by("pk").first()
        if credit is not None:
            services.undo_credit(match_id=credit.pk, reason=WHY, keep_apart=False, by=bud, at=AT)

    def again() -> None:
        services.reconcile(file_id=None, at=AT)

    for _ in range(14):
        chance.choices([sell, settle, undo, undo_credit, again], [8, 3, 1, 1, 2])[0]()
        if chance.random() < 0.3:
            hours.roll()
            assert not HourChange.objects.exists()
        as_the_rows_say(scene)
    hours.roll()
    kept = stored()
    assert sum(row[len(KEYS)] for row in kept) == Payment.objects.count()
    hours.rebuild()
    assert stored() == kept
    as_the_rows_say(scene)


def test_a_count_with_nothing_changed_writes_nothing(scene: Scene) -> None:
    scene.sold()
    assert (hours.roll(), hours.roll()) == (1, 0)


def test_days_are_those_of_wib(scene: Scene) -> None:
    scene.sold(5000, at=datetime(2026, 11, 23, 23, 59, tzinfo=WIB))
    scene.sold(3000, at=datetime(2026, 11, 24, 0, 0, tzinfo=WIB))
    for _ in range(2):
        later, earlier = day_rows(EVERYWHERE, FIRST, LAST)
        assert [later.day, earlier.day] == [DAY, DAY - timedelta(days=1)]
        assert [later.paid, earlier.paid] == [3000, 5000]
        hours.roll()


@pytest.fixture
def town(transactional_db: None) -> Iterator[Scene]:
    with stalls() as scene:
        yield scene


@pytest.mark.django_db(transaction=True)
def test_counting_beside_sales_and_files_misses_nothing(town: Scene) -> None:
    """Sales, an import and two counts at once; what readers add up is never more than was paid."""
    sold = [town.sold(5000)[1] for _ in range(4)]
    planned = [town.sale(town.request(5000)) for _ in range(8)]

    def count() -> None:
        for _ in range(15):
            hours.roll()
            sums = by_day(EVERYWHERE, DAY, DAY)[DAY]
            assert sums.paid == 5000 * sums.payments
            assert 4 <= sums.payments <= 12

    together(
        count,
        count,
        lambda: [town.paid(sale) for sale in planned],
        lambda: (imported(files.settlement(*sold)), imported(files.statement(credit_of(*sold)))),
    )
    hours.roll()
    as_the_rows_say(town)
    assert by_day(EVERYWHERE, DAY, DAY)[DAY].credited == 20_000


@pytest.mark.django_db
def test_every_table_that_says_how_far_a_payment_is_notes_its_hour() -> None:
    """A table that ``standing`` comes to read needs the triggers of ``0022_hour_changes``."""
    read = set(re.findall(r"\b((?:incoming|reconciliation)_\w+)", PAYMENTS))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
            " WHERE tgname ~ '_hours(_insert|_update)?$' AND tgenabled = 'A' GROUP BY 1"
        )
        noting = dict(cursor.fetchall())
    assert noting == {table: 1 if table == "incoming_payment" else 2 for table in read}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 9))
def test_spans_hold_every_hour_and_are_few(marks: list[int], most: int) -> None:
    listed = [START + n * HOUR for n in marks]
    found = spans(listed, most=most)
    assert 1 <= len(found) <= most
    assert all(any(start <= hour < end for start, end in found) for hour in listed)
    assert all(start in listed and end - HOUR in listed for start, end in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    if len(found) < most:
        runs = sum(1 for hour in set(listed) if hour - HOUR not in listed)
        assert len(found) == runs
