from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from opd.models import Role
from tests.opd.cast import person
from tests.reconciliation.files import credit_of, settlement, statement
from tests.reconciliation.scene import Scene, imported
from tp2dd import queries
from tp2dd.models import TakingsDay
from tp2dd.periods import Period
from tp2dd.rollup import refresh
from tp2dd.verification import LAWS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def test_roll_up_counts_days_in_wib_and_again_changes_nothing(scene: Scene) -> None:
    scene.sold(5000, at=datetime(2026, 11, 2, 16, 59, tzinfo=UTC))
    scene.sold(3000, at=datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    for _ in range(2):
        refresh(since=date(2026, 11, 1), at=NOW)
        rows = TakingsDay.objects.order_by("day").values_list("day", "payments", "paid", "settled", "booked")
        assert list(rows) == [
            (date(2026, 11, 2), 1, Decimal(5000), Decimal(0), Decimal(0)),
            (date(2026, 11, 3), 1, Decimal(3000), Decimal(0), Decimal(0)),
        ]


def test_days_without_money_are_listed_as_zero(scene: Scene) -> None:
    scene.sold(3000, museum=True, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
    refresh(since=date(2026, 11, 1), at=NOW)
    days = queries.by_day(NOVEMBER)
    assert len(days) == 30
    assert [day for day, sums in days if sums.paid] == [date(2026, 11, 5)]


def test_totals_are_the_sum_of_points_and_of_days(scene: Scene) -> None:
    for museum, amount in ((False, 5000), (False, 7000), (True, 3000)):
        scene.sold(amount, museum=museum, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
    refresh(since=date(2026, 11, 1), at=NOW)
    whole = queries.totals(NOVEMBER)
    assert (whole.payments, whole.paid) == (3, Decimal(15000))
    assert sum(row.totals.paid for row in queries.by_point(NOVEMBER)) == whole.paid
    assert sum(sums.paid for _, sums in queries.by_day(NOVEMBER)) == whole.paid
    assert queries.totals(NOVEMBER, account=scene.museum.pk).paid == Decimal(3000)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 0, "belum ada pembanding"), (110, 100, "naik 10%"), (90, 100, "turun 10%"), (100, 100, "setara"),
        (2000, 100, "jauh di atas"),
    ],
)  # fmt: skip
def test_trend_is_told_in_words(now: int, before: int, words: str) -> None:
    told = queries.in_words(queries.Totals(1, Decimal(now)), queries.Totals(1, Decimal(before)))
    assert told.startswith(words)


def test_member_sees_figures_chart_and_table(scene: Scene, client: Client) -> None:
    scene.sold(13000, at=timezone.now())
    refresh(since=date(2026, 1, 1), at=timezone.now())
    client.force_login(
        person("tp2dd", Role.TP2DD_MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    text = client.get("/tp2dd/penerimaan/").content.decode()
    assert "Rp\u00a013.000" in text
    assert '<svg class="bars"' in text
    assert "Per titik" in text


def test_empty_dashboard_says_what_to_do_next(client: Client) -> None:
    client.force_login(
        person("tp2dd", Role.TP2DD_MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert (
        "Belum ada penerimaan"
        in client.get("/tp2dd/penerimaan/?sejak=bukan-tanggal&titik=x").content.decode()
    )


def test_days_download_as_csv_with_plain_numbers(scene: Scene, client: Client) -> None:
    scene.sold(3000, museum=True, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
    refresh(since=date(2026, 11, 1), at=NOW)
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    body = (
        client.get("/tp2dd/penerimaan/?unduh=csv&sejak=2026-11-05&sampai=2026-11-05")
        .getvalue()
        .decode("utf-8-sig")
    )
    assert body.splitlines()[1] == "2026-11-05,1,3000.00,0.00,0.00,0.00"


def test_a_treasurer_does_not_reach_the_dashboard(client: Client) -> None:
    client.force_login(person("lain"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/tp2dd/penerimaan/").status_code == 403


def test_dashboard_needs_a_bounded_number_of_queries(
    scene: Scene, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for museum in (True, False, True):
        scene.sold(1000, museum=museum, at=timezone.now())
    refresh(since=date(2026, 1, 1), at=timezone.now())
    client.force_login(
        person("tp2dd", Role.TP2DD_MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    with django_assert_max_num_queries(10):
        client.get("/tp2dd/penerimaan/")


def test_verify_sees_a_roll_up_that_says_more_than_the_books(scene: Scene) -> None:
    scene.sold(3000, museum=True, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
    refresh(since=date(2026, 11, 1), at=NOW)
    above, late = LAWS[:2]
    assert (above.check().rows, above.check().problems, late.check().problems) == (1, [], [])
    TakingsDay.objects.update(paid=Decimal(3001))
    assert "melebihi pembukuan" in above.check().problems[0]


def test_verify_sees_a_roll_up_that_stopped_long_ago(scene: Scene) -> None:
    scene.sold(3000, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
    refresh(since=date(2026, 11, 1), at=datetime(2026, 11, 5, 4, tzinfo=UTC))
    scene.sold(1000, at=datetime(2026, 11, 5, 5, tzinfo=UTC))
    TakingsDay.objects.update(refreshed_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "tertinggal" in LAWS[1].check().problems[0]


def test_the_money_moves_from_paid_to_settled_to_rkud_to_revenue(scene: Scene) -> None:
    _, first = scene.sold(5000)
    _, second = scene.sold(3000, museum=True)

    def totals() -> tuple[int, ...]:
        refresh(since=date(2026, 11, 1), at=NOW)
        t = queries.totals(NOVEMBER)
        return int(t.paid), int(t.settled), int(t.credited), int(t.booked)

    assert totals() == (8000, 0, 0, 0)
    imported(settlement(first, second))
    assert totals() == (8000, 8000, 0, 0)
    imported(statement(credit_of(first)))
    assert totals() == (8000, 8000, 5000, 5000)


def test_a_member_finds_the_dashboard_on_the_first_page(client: Client, scene: Scene) -> None:
    scene.sold(7000, at=timezone.now())
    refresh(since=date(2026, 1, 1), at=timezone.now())
    client.force_login(
        person("tp2dd", Role.TP2DD_MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    text = client.get("/kantor/").content.decode()
    assert "Rp\u00a07.000 dalam 14 hari terakhir" in text
