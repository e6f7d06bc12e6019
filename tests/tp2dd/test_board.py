"""The dashboard: its rows equal what they stand for, its words add up, its page leads on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import WIB, credit_of
from tests.reconciliation.scene import Scene, imported
from tp2dd.board import figures, rolling, services, why
from tp2dd.board.grains import levy_name, lines
from tp2dd.board.laws import LAWS
from tp2dd.board.models import Baseline, ChannelDay, DayChange, EffortMonth, Measure, Side
from tp2dd.periods import Period
from tp2dd.roadmap import services as roadmap
from tp2dd.rollout import share
from tp2dd.rollout.share import Grain, Shares

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
TODAY = date(2026, 11, 27)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def kept() -> tuple[list[Any], list[Any]]:
    days = sorted(
        ChannelDay.objects.values_list("day", "opd_id", "side", "channel", "type", "count", "value")
    )
    months = sorted(EffortMonth.objects.values_list("month", "opd_id", "payments", "credited", "credit_days"))
    return days, months


def counted() -> None:
    rolling.count_channels()
    rolling.count_efforts(today=TODAY)


def paid_by_hand(scene: Scene) -> dict[tuple[date, int, str], tuple[int, Decimal]]:
    """By day, agency and way of paying, from payments one by one: shares nothing with the roll-up."""
    found: dict[tuple[date, int, str], tuple[int, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT paid_at, opd_id, method, revenue_amount FROM incoming_payment")
        for at, opd, method, amount in cursor.fetchall():
            if amount:
                key = (at.astimezone(WIB).date(), opd, method)
                count, value = found.get(key, (0, Decimal(0)))
                found[key] = (count + 1, value + amount)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_random_activity_counted_at_random_moments_equals_its_rows(scene: Scene, seed: int) -> None:
    chance = Random(seed)
    unsettled: list[files.Sale] = []

    def sell() -> None:
        at = datetime(2026, 11, 20, tzinfo=WIB) + timedelta(minutes=chance.randrange(4 * 24 * 60))
        unsettled.append(scene.sold(chance.choice([5000, 9000]), museum=chance.random() < 0.5, at=at)[1])

    def settle() -> None:
        if unsettled:
            imported(files.settlement(*unsettled), name=f"{chance.random()}.csv")
            imported(files.statement(credit_of(*unsettled)), name=f"{chance.random()}.csv")
            unsettled.clear()

    deeds: list[Callable[[], None]] = [sell, settle, counted]
    for _ in range(15):
        chance.choices(deeds, [8, 1, 3])[0]()
    counted()
    assert not DayChange.objects.exists()
    days, months = kept()
    assert {row[:2] + row[3:4]: row[5:] for row in days} == paid_by_hand(scene)
    assert sum(row[2] for row in months) == sum(row[5] for row in days)
    rolling.rebuild(today=TODAY)
    assert kept() == (days, months)
    assert [problem for law in LAWS for problem in law.check().problems] == []


def test_a_count_takes_only_days_that_changed(scene: Scene) -> None:
    scene.sold(at=datetime(2026, 11, 20, 10, tzinfo=WIB))
    scene.sold(at=datetime(2026, 11, 22, 10, tzinfo=WIB))
    assert [rolling.count_channels(), rolling.count_channels()] == [2, 0]
    scene.sold(at=datetime(2026, 11, 22, 23, 59, tzinfo=WIB))
    assert rolling.count_channels() == 1


def test_verify_sees_a_board_that_says_something_else(scene: Scene) -> None:
    scene.sold(at=datetime(2026, 8, 20, 10, tzinfo=WIB))
    counted()
    channels, efforts = LAWS
    assert [law.check().rows > 0 and not law.check().problems for law in LAWS] == [True, True]
    ChannelDay.objects.update(value=1)
    EffortMonth.objects.update(payments=7)
    assert "2026-08-20" in channels.check().problems[0]
    assert "2026-08-01" in efforts.check().problems[0]
    ChannelDay.objects.all().delete()
    assert channels.check().problems


def test_the_work_of_a_month_is_told_beside_how_it_was(scene: Scene) -> None:
    sale = scene.sold(at=datetime(2026, 11, 23, 10, tzinfo=WIB))[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    counted()
    services.record_baseline(
        measure=Measure.CREDIT_DAYS,
        value=Decimal(4),
        period="Triwulan I 2025",
        source="Notulen",
        by=person("sekretaris", Role.SEKRETARIS_TP2DD),
        at=timezone.now(),
    )
    found = {one.measure: one for one in figures.efforts(NOVEMBER, Shares({}, {}))}
    days = found[Measure.CREDIT_DAYS]
    row = EffortMonth.objects.get()
    assert (row.payments, row.credited) == (1, 1)
    assert days.now == row.credit_days
    assert days.before == 4
    assert found[Measure.CORRECTIONS].now == 0
    assert found[Measure.CORRECTIONS].in_words == "keadaan sebelumnya belum dicatat"


def test_a_target_of_the_roadmap_stands_beside_its_fact(scene: Scene) -> None:
    secretary = person("sekretaris", Role.SEKRETARIS_TP2DD)
    for number, base in enumerate((50, 80)):
        row = roadmap.record_roadmap(
            title="Peta jalan", goal="Nontunai", decree_number=f"K/{number}", first_year=2026, last_year=2027,
            decree_date=date(2025 + number, 1, 2), by=secretary, at=timezone.now(),
        )  # fmt: skip
        roadmap.add_indicator(
            roadmap_id=row.pk, name=f"Porsi {number}", unit="persen", baseline=None, fact="revenue_share",
            targets={2026: Decimal(base)}, by=secretary, at=timezone.now(),
        )  # fmt: skip
    half = Shares({"cash": Decimal(25), "digital": Decimal(75)}, {"cash": 1, "digital": 3})
    (aim,) = figures.aimed(2026, revenue=half, spending=Shares({}, {}), mandatory=0)
    assert (aim.name, str(aim.target), aim.now, aim.is_reached) == ("Porsi 1", "80", Decimal("75.0"), False)
    assert figures.aimed(2027, revenue=half, spending=half, mandatory=0) == []


MONEY = st.decimals(0, 10_000, places=2)


@st.composite
def half_lines(draw: st.DrawFn) -> list[Grain]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(1, 3), st.sampled_from(["goods", "travel"]),
                      st.sampled_from(["cash", "digital", "unknown"]), MONEY), max_size=12,
        )
    )  # fmt: skip
    return [
        Grain(opd, f"OPD {opd}", kind, type_, date(2026, 11, 1), 1, value, kind)
        for opd, type_, kind, value in rows
    ]


@given(half_lines(), half_lines())
def test_the_parts_of_a_move_add_up_to_it(before: list[Grain], now: list[Grain]) -> None:
    was, is_ = share.total(before).by_value, share.total(now).by_value
    found = why.parts(before, now, lambda line: line.opd)
    if was is None or is_ is None:
        assert found == []
        return
    assert abs(sum((part.points for part in found), Decimal(0)) - (is_ - was)) < Decimal("1e-20")


@given(half_lines())
def test_an_agency_is_compared_with_the_others_alone(rows: list[Grain]) -> None:
    for row in why.beside(rows):
        mine = [line for line in rows if line.opd_id == row.opd_id]
        assert row.share == share.total(mine).by_value
        if row.alike is not None:
            assert 0 <= row.alike <= 1
        if len({line.opd_id for line in rows}) == 1:
            assert row.alike is None


def test_words_name_who_moved_the_share_and_who_held_it() -> None:
    def line(opd: str, kind: str, value: int) -> Grain:
        return Grain(len(opd), opd, kind, "goods", date(2026, 11, 1), 1, Decimal(value), kind)

    before = [line("Dinas A", "cash", 100), line("Dinas BB", "digital", 100)]
    now = [line("Dinas A", "digital", 100), line("Dinas BB", "digital", 90), line("Dinas BB", "cash", 10)]
    words = why.in_words(why.parts(before, now, lambda one: one.opd))
    assert words == "terutama karena Dinas A (+50,0 poin); ditahan oleh Dinas BB (\u22125,0 poin)"
    assert why.in_words(why.parts(before, before, lambda one: one.opd)) == ""


def test_a_levy_is_named_by_the_longest_account_it_belongs_to() -> None:
    levies = [
        {"name": "Rekreasi", "prefixes": ["4.1.02.02.17"]},
        {"name": "Usaha", "prefixes": ["4.1.02.02"]},
    ]
    assert levy_name("4.1.02.02.17.0001", levies) == "Rekreasi"
    assert levy_name("4.1.02.02.1", levies) == "Usaha"
    assert levy_name("4.1.04", levies) == "Rekening 4.1.04"


@pytest.fixture
def member(scene: Scene) -> User:
    return person("tp2dd", Role.TP2DD_MEMBER)


def test_the_page_shows_both_sides_and_leads_to_the_rows(scene: Scene, member: User, client: Client) -> None:
    scene.sold(13_000, at=timezone.now())
    scene.sold(5000, museum=True, at=timezone.now())
    counted()
    client.force_login(member, backend=BACKEND)
    page = client.get(reverse("tp2dd:dashboard")).content.decode()
    assert "Retribusi nontunai" in page
    assert "Belanja nontunai" in page
    assert "Apakah kerja menjadi lebih ringan?" in page
    assert "100,0%" in page
    rows_url = reverse("tp2dd:detail", args=["penerimaan"])
    detail = client.get(rows_url, {"opd": scene.tourism.pk}).content.decode()
    assert "Rp\u00a013.000" in detail
    assert "Rp\u00a05.000" not in detail
    assert "Tempat rekreasi" in detail
    answer = client.get(rows_url, {"unduh": "csv"})
    rows = answer.getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert client.get("/tp2dd/nontunai/lain/").status_code == 404


def test_an_empty_board_says_what_to_do(member: User, client: Client) -> None:
    client.force_login(member, backend=BACKEND)
    page = client.get(reverse("tp2dd:dashboard"), {"sejak": "bukan", "opd": "999"}).content.decode()
    assert "Belum ada transaksi" in page
    page = client.get(reverse("tp2dd:detail", args=["belanja"])).content.decode()
    assert "Belum ada transaksi" in page


def test_the_board_needs_as_many_queries_for_many_agencies_as_for_one(
    scene: Scene, member: User, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for museum in (True, False, True):
        scene.sold(1000, museum=museum, at=timezone.now())
    counted()
    client.force_login(member, backend=BACKEND)
    with django_assert_max_num_queries(32):
        client.get(reverse("tp2dd:dashboard"))


def test_only_the_secretary_records_how_it_was(member: User, client: Client) -> None:
    url = reverse("tp2dd:baseline")
    client.force_login(member, backend=BACKEND)
    assert client.get(url).status_code == 403
    client.force_login(person("sekretaris", Role.SEKRETARIS_TP2DD), backend=BACKEND)
    told = {"measure": "sale_minutes", "value": "-1", "period": "2025", "source": "Notulen"}
    assert client.post(url, told).status_code == 200
    assert not Baseline.objects.exists()
    assert client.post(url, {**told, "value": "6,5"}).status_code == 302
    assert "6,5" in client.get(url).content.decode()
    assert lines(Side.REVENUE, NOVEMBER) == []
