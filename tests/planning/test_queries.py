"""What the pages and the spending rooms read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from opd.access import NOWHERE, Scope
from opd.planning import queries, services
from opd.planning.models import BudgetLine, PurseKind
from tests.opd.cast import agency
from tests.planning.world import AT, DAY, YEAR, line, purses, rp, tourism

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope(None)


def spent(at_line: BudgetLine, amount: int, key: str, on: date) -> None:
    services.hold(key=key, line_id=at_line.pk, amount=rp(amount), on=on, purse=None, by=None, at=AT)
    services.realise(key=key, amount=rp(amount), on=on, by=None, at=AT)


def test_lines_say_what_is_free_within_pagu_and_spd() -> None:
    at_line = line(1_000_000, released=600_000)
    services.hold(key="k", line_id=at_line.pk, amount=rp(100_000), on=DAY, purse=None, by=None, at=AT)
    (seen,) = queries.lines(EVERYWHERE, queries.LineFilter(YEAR))
    assert (seen.free, seen.used, seen.percent) == (rp(500_000), rp(100_000), 10)
    sums = queries.totals(queries.found(EVERYWHERE, queries.LineFilter(YEAR)))
    assert (sums.lines, sums.pagu, sums.free) == (1, rp(1_000_000), rp(500_000))


def test_a_scope_hides_other_agencies() -> None:
    line()
    other = agency("120", "Dinas Pendidikan")
    line(opd=other)
    assert not queries.lines(NOWHERE, queries.LineFilter(YEAR))
    seen = queries.lines(Scope(frozenset({other.pk})), queries.LineFilter(YEAR))
    assert [row.opd_id for row in seen] == [other.pk]
    assert queries.offices(Scope(frozenset({other.pk})), year=YEAR) == [other]


def test_filters_narrow_the_list() -> None:
    full = line(100)
    line(100, rekening="5.1.02.04.01.0001")
    spent(full, 95, "k", DAY)
    ask = queries.LineFilter
    assert [row.id for row in queries.lines(EVERYWHERE, ask(YEAR, only="hampir"))] == [full.pk]
    assert len(queries.lines(EVERYWHERE, ask(YEAR, only="tersisa"))) == 2
    assert len(queries.lines(EVERYWHERE, ask(YEAR, text="5.1.02.04"))) == 1
    assert not queries.lines(EVERYWHERE, ask(2025))


def test_months_set_plan_beside_what_was_spent_net_of_returns() -> None:
    at_line = line(1_200_000, months=dict.fromkeys(range(1, 13), 100_000))
    spent(at_line, 150_000, "a", date(2026, 3, 5))
    spent(at_line, 50_000, "b", date(2026, 6, 5))
    services.correct_realisation(
        key="a", correction_key="c", amount=rp(30_000), reason="Kembali", by=None, at=AT, to_purse=False
    )
    seen = queries.months(at_line.opd_id, YEAR)
    assert [seen[2].realised, seen[5].realised] == [rp(150_000), rp(20_000)]
    assert (seen[5].plan_until, seen[5].realised_until, seen[5].left) == (
        rp(600_000),
        rp(170_000),
        rp(430_000),
    )
    assert seen[0].released_until == rp(1_200_000)
    assert queries.months(at_line.opd_id, YEAR, line_id=at_line.pk) == seen


def test_a_return_in_the_next_year_falls_into_december() -> None:
    at_line = line(1_000)
    spent(at_line, 500, "a", DAY)
    services.correct_realisation(
        key="a",
        correction_key="c",
        amount=rp(100),
        reason="Kembali",
        by=None,
        at=datetime(2027, 2, 1, tzinfo=UTC),
        to_purse=False,
    )
    assert queries.months(at_line.opd_id, YEAR)[11].realised_until == rp(400)


def test_purses_show_the_share_of_the_decree() -> None:
    purses(total=1_000_000)
    cash, card, tu = queries.purses(tourism().pk, YEAR)
    assert (cash.kind, cash.share, cash.free) == (PurseKind.UP_CASH, rp(600_000), rp(600_000))
    assert (card.share, tu.share, tu.limit) == (rp(400_000), None, rp(0))


def test_choices_name_the_line_and_what_is_left() -> None:
    (choice,) = queries.line_choices(line(1_000_000).opd_id, YEAR)
    assert choice.label.replace("\u00a0", " ").endswith("PAD · sisa Rp 1.000.000")
    assert choice.free == rp(1_000_000)


def test_reading_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(1, 8):
        line(rekening=f"5.1.02.01.01.{number:04}")
    office = tourism()
    with django_assert_max_num_queries(1):
        queries.lines(EVERYWHERE, queries.LineFilter(YEAR))
    with django_assert_max_num_queries(7):
        queries.months(office.pk, YEAR)
    with django_assert_max_num_queries(1):
        queries.line_choices(office.pk, YEAR)
