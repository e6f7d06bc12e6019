"""The share without cash: what counts, what stands apart, by value and by count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from opd.planning.models import FileKind, SipdRow
from payments.spending import services as spending
from payments.spending.models import Channel, Source, Spend, Way
from payments.spending.rules import CHECKS
from tests.emoney.world import AT, DAY, World, bought, build, rp
from tests.opd.cast import agency, person
from tests.planning.world import saved_file
from tp2dd.board import rolling
from tp2dd.board.grains import lines
from tp2dd.board.models import Side
from tp2dd.periods import Period
from tp2dd.rollout import share
from tp2dd.rollout.share import Grain, Shares
from tp2dd.rollout.share_views import bars

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
PAID = date(2026, 6, 20)
WAYS = {Channel.CASH: Way.CASH, Channel.CMS: Way.CMS_MANUAL}


@pytest.fixture
def world(db: None) -> World:
    return build()


def paid(world: World, channel: Channel, amount: int, *, day: date = PAID) -> Spend:
    found = User.objects.filter(username="pptk").first()
    pptk = found or person("pptk", Role.PPTK, world.opd)
    payee = spending.add_payee(
        opd_id=world.opd.pk, by=pptk, at=AT,
        draft=spending.PayeeDraft(
            f"Toko {channel} {amount}", account_no=f"77{amount:08d}", bank_code="999", bank_name="Bank",
            account_name="Toko",
        ),
    )  # fmt: skip
    draft = spending.SpendDraft(
        opd_id=world.opd.pk, year=2026, line_id=world.line.pk, source=Source.UP, channel=channel,
        amount=rp(amount), description="Alat tulis", spend_date=day, payee_id=payee.pk,
    )  # fmt: skip
    spend = spending.raise_spend(draft=draft, by=pptk, at=AT)
    spending.submit(spend_id=spend.pk, by=pptk, at=AT)
    world.approve(spend)
    spending.test_spend(
        spend_id=spend.pk,
        checks=dict.fromkeys(CHECKS, True),
        note="Bukti menyusul",
        by=world.treasurer,
        at=AT,
    )
    account = None if channel == Channel.CASH else world.account.pk
    return spending.record_paid(
        spend_id=spend.pk, way=WAYS[channel], paid_date=day, reference_no=f"R{amount}", rrn="",
        account_id=account, by=world.treasurer, at=AT,
    )  # fmt: skip


def reported_by_sipd(world: World, amount: int, *, number: str = "TBP/1") -> SipdRow:
    return SipdRow.objects.create(
        file=saved_file(world.opd, FileKind.SIPD), line_no=2, raw={}, identity=number, occurrence=1,
        opd=world.opd, line=world.line, document_number=number,
        document_kind="TBP", document_date=DAY, amount=rp(amount),
        state="counted", decided_at=AT,
    )  # fmt: skip


def june(**other: Any) -> Shares:
    return share.total(share.grains(JUNE, opd_ids=None, **other))


def test_cash_counts_in_the_denominator(world: World) -> None:
    paid(world, Channel.CASH, 100_000)
    paid(world, Channel.CMS, 300_000)
    tap = bought(world, 100_000)
    world.approve(world.report(tap))
    world.charge(tap)
    found = june()
    assert (found.cash, found.digital, found.total, found.count) == (rp(100_000), rp(400_000), rp(500_000), 3)
    assert (found.by_value, found.by_count) == (Decimal("0.8"), Decimal(2) / 3)


def test_what_sipd_reports_beyond_stands_apart_and_is_not_guessed(world: World) -> None:
    paid(world, Channel.CMS, 300_000)
    reported_by_sipd(world, 100_000)
    reported_by_sipd(world, -40_000, number="TBP/2")
    found = june()
    assert (found.by_value, found.unknown, found.unknown_count) == (Decimal(1), rp(60_000), 1)
    assert found.at_least == rp(300_000) / rp(360_000)


def test_a_spend_that_is_not_paid_does_not_count(world: World) -> None:
    tap = bought(world)
    world.report(tap)
    assert june() == Shares({}, {})
    assert june().by_value is None


def test_money_that_came_back_is_taken_off(world: World) -> None:
    spend = paid(world, Channel.CMS, 300_000)
    spending.refund(
        spend_id=spend.pk, amount=rp(50_000), paid_date=PAID, reference_no="K1", reason="Barang kurang",
        by=world.treasurer, at=AT,
    )  # fmt: skip
    assert june().digital == rp(250_000)


def test_filters_narrow_and_tables_add_up(world: World) -> None:
    paid(world, Channel.CASH, 100_000)
    paid(world, Channel.CMS, 300_000)
    reported_by_sipd(world, 10_000)
    lines = share.grains(JUNE, opd_ids=None)
    for groups in (
        share.by_opd(lines),
        share.by_channel(lines),
        share.by_type(lines),
        share.by_month(lines, JUNE),
    ):
        assert sum(group.shares.total for group in groups) == rp(410_000)
        assert sum(group.shares.count for group in groups) == 3
    assert june(channel="cash").total == rp(100_000)
    assert june(type="capital").total == 0
    assert june(opd=agency("120", "Dinas Pendidikan").pk).total == 0
    assert share.total(share.grains(JUNE, opd_ids=[world.opd.pk + 1])).total == 0
    assert share.total(share.grains(Period(date(2026, 5, 1), date(2026, 5, 31)), opd_ids=None)).count == 0


def test_months_without_spending_are_shown(world: World) -> None:
    paid(world, Channel.CMS, 300_000)
    lines = share.grains(JUNE, opd_ids=None)
    months = share.by_month(lines, Period(date(2026, 5, 3), date(2026, 7, 2)))
    assert [(month.label, month.shares.total) for month in months] == [
        ("Mei 2026", 0), ("Jun 2026", rp(300_000)), ("Jul 2026", 0)
    ]  # fmt: skip
    assert [each["bar"].tick for each in bars(months)] == ["Mei", "Jun", "Jul"]
    assert bars(share.by_month([], JUNE)) == []


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (None, None, "belum ada belanja"), ("0.5", None, "belum ada pembanding"), ("0.5", "0.5", "sama"),
        ("0.532", "0.5", "naik 3,2 poin"), ("0.4", "0.5", "turun 10,0 poin"),
    ],
)  # fmt: skip
def test_the_trend_of_a_share_is_told_in_points(now: str | None, before: str | None, words: str) -> None:
    told = share.in_words(Decimal(now) if now else None, Decimal(before) if before else None)
    assert told.startswith(words)


kinds = st.sampled_from(["cash", "digital", "semi_digital", "unknown"])


@given(st.lists(st.tuples(kinds, st.integers(1, 10**9), st.integers(1, 50)), max_size=20))
def test_a_share_lies_between_nothing_and_all_and_parts_add_up(parts: list[tuple[str, int, int]]) -> None:
    lines = [Grain(1, "Dinas", "cms", "goods", DAY, count, rp(value), kind) for kind, value, count in parts]
    found = share.total(lines)
    assert found.total == sum((line.value for line in lines), Decimal(0))
    assert found.cash + found.semi + found.digital + found.unknown == found.total
    for ratio in (found.by_value, found.by_count, found.at_least, found.digital_share):
        assert ratio is None or 0 <= ratio <= 1
    if found.by_value is not None and found.at_least is not None:
        assert found.at_least <= found.by_value


def test_the_page_shows_five_figures_a_chart_and_tables(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    paid(world, Channel.CASH, 100_000)
    paid(world, Channel.CMS, 300_000)
    client.force_login(
        person("tp2dd", Role.TP2DD_MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    address = reverse("tp2dd:rollout_share") + "?sejak=2026-06-01&sampai=2026-06-30"
    with django_assert_max_num_queries(12):
        text = client.get(address).content.decode()
    assert "75,0%" in text
    assert '<svg class="bars"' in text
    assert "Per jenis belanja" in text
    body = client.get(address + "&unduh=csv").getvalue().decode("utf-8-sig")
    assert "Dinas Pariwisata,Tunai,Tunai,Barang dan jasa,2026-06,1,100000.00" in body


def test_an_empty_page_says_what_fills_it(world: World, client: Client) -> None:
    client.force_login(world.head, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse("tp2dd:rollout_share") + "?sejak=kemarin&opd=kuda").content.decode()
    assert "Belum ada belanja" in text


def test_the_dashboards_roll_up_says_the_same_after_every_change(world: World) -> None:
    """Each step notes its day by itself: a count in between sees it."""

    def agree() -> Shares:
        assert rolling.count_channels() > 0
        rolled = share.total(lines(Side.SPENDING, JUNE))
        assert rolled == june()
        return rolled

    spend = paid(world, Channel.CMS, 300_000)
    agree()
    paid(world, Channel.CASH, 100_000)
    agree()
    row = reported_by_sipd(world, 40_000)
    assert agree().unknown == rp(40_000)
    SipdRow.objects.filter(pk=row.pk).update(state="duplicate")
    assert agree().unknown == 0
    spending.refund(
        spend_id=spend.pk, amount=rp(50_000), paid_date=PAID, reference_no="K1", reason="Barang kurang",
        by=world.treasurer, at=AT,
    )  # fmt: skip
    assert agree().digital == rp(250_000)
