"""The public page: what it shows, up to which day, at what cost, and that its files add up to it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from opd.models import Opd, User
from opd.templatetags.tampilan import rupiah
from payments.ledger.models import Block
from tests.opd.cast import agency
from tests.tp2dd.transparency.world import AT, TODAY, decided, money, month_money, proved
from tp2dd.board.models import DayChange, Side
from tp2dd.rollout import share
from tp2dd.rollout.share import Grain
from tp2dd.transparency.figures import period_of, together, told
from tp2dd.transparency.models import Disclosure

DAY = timedelta(days=1)


def page(client: Client) -> str:
    answer = client.get(reverse("transparency:page"))
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, name: str = "figures") -> list[dict[str, str]]:
    answer = client.get(reverse(f"transparency:{name}"))
    assert answer.status_code == 200
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    assert answer.content[:3] != b"\xef\xbb\xbf"
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n")
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_without_a_decision_the_page_says_so_and_leads_to_the_seal(client: Client) -> None:
    shown = page(client)
    assert "Keputusan itu belum ada" in shown
    assert reverse("ledger:seal") in shown
    assert client.get(reverse("transparency:figures")).status_code == 404


def test_an_empty_decision_closes_the_page_at_once(client: Client, sekda: User, opd: Opd) -> None:
    money(opd, TODAY - DAY, 5000)
    decided(sekda)
    assert rupiah(5000) in page(client)
    decided(sekda, sections=[], note="Angka sedang diperiksa.")
    shown = page(client)
    assert "Angka sedang diperiksa." in shown
    assert rupiah(5000) not in shown
    assert client.get(reverse("transparency:figures")).status_code == 404


@given(st.dates(date(2021, 1, 1), date(2040, 12, 31)), st.integers(0, 366))
def test_the_span_ends_the_lag_before_today_and_begins_with_its_year(today: date, lag: int) -> None:
    period = period_of(Disclosure(lag_days=lag), today=today)
    assert period.last == today - timedelta(days=lag)
    assert period.first == date(period.last.year, 1, 1)


@pytest.mark.parametrize("lag", [0, 1, 7])
def test_no_day_after_the_last_one_is_told(client: Client, sekda: User, opd: Opd, lag: int) -> None:
    """Each day has a power of two of its own, so that a sum says which days are in it."""
    for back in range(-2, 10):
        money(opd, TODAY - DAY * back, 2 ** (back + 2))
    decided(sekda, lag_days=lag)
    found = told(at=AT)
    assert found is not None
    assert found.period.last == TODAY - DAY * lag
    total = share.total(found.sides[Side.REVENUE]).total
    assert total == sum(2 ** (back + 2) for back in range(lag, 10))
    assert sum(Decimal(row["nilai"]) for row in table(client)) == total


def test_midnight_in_wib_brings_the_next_day(client: Client, sekda: User, opd: Opd) -> None:
    money(opd, TODAY, 5000)
    decided(sekda)
    with time_machine.travel("2026-11-24T23:59:59+07:00", tick=False):
        assert rupiah(5000) not in page(client)
    with time_machine.travel("2026-11-25T00:00:00+07:00", tick=False):
        assert rupiah(5000) in page(client)


def test_the_file_adds_up_to_the_page_and_names_no_agency(client: Client, sekda: User, opd: Opd) -> None:
    other = agency("120", "Dinas Lain")
    for office in (opd, other):
        month_money(office, TODAY)
    decided(sekda)
    shown, rows = page(client), table(client)
    for side in ("penerimaan", "belanja"):
        mine = [row for row in rows if row["sisi"] == side]
        known = [row for row in mine if row["golongan"] != "Belum diketahui"]
        noncash = [row for row in known if row["golongan"] != "Tunai"]
        for part in (known, noncash):
            assert rupiah(sum(Decimal(row["nilai"]) for row in part)) in shown
        for channel in {row["kanal"] for row in mine}:
            value = sum(Decimal(row["nilai"]) for row in mine if row["kanal"] == channel)
            assert f"{channel}</th>" in shown
            assert rupiah(value) in shown
        assert {row["bulan"] for row in mine} == {f"2026-{month:02}" for month in range(1, 12)}
    words = client.get(reverse("transparency:figures")).content.decode()
    assert not [name for name in (opd.name, other.name) if name in shown or name in words]
    assert [row["kolom"] for row in table(client, "dictionary")] == list(rows[0])


@pytest.mark.parametrize("seed", range(3))
def test_together_keeps_every_rupiah(seed: int) -> None:
    chance = Random(seed)
    rows = [
        Grain(
            chance.randrange(3), "x", chance.choice(["qris", "cash"]), chance.choice("ab"),
            date(2026, chance.randrange(1, 4), 1), chance.randrange(5), Decimal(chance.randrange(-99, 999)),
            "digital",
        )
        for _ in range(60)
    ]  # fmt: skip
    assert share.total(together(rows)) == share.total(rows)


def test_what_is_not_opened_is_nowhere(client: Client, sekda: User, opd: Opd) -> None:
    month_money(opd, TODAY)
    decided(sekda, sections=["revenue"])
    shown = page(client)
    assert "Penerimaan retribusi" in shown
    for closed in ("Belanja daerah", "Segel buku besar", "Pembuktian mandiri", "Tempat membayar"):
        assert closed not in shown
    assert {row["sisi"] for row in table(client)} == {"penerimaan"}
    meanings = client.get(reverse("transparency:dictionary")).content.decode()
    assert "belanja" not in meanings.lower()


def test_without_a_side_there_is_no_file(client: Client, sekda: User) -> None:
    decided(sekda, sections=["seal", "proof", "points"])
    assert "Data terbuka" not in page(client)
    for name in ("figures", "dictionary"):
        answer = client.get(reverse(f"transparency:{name}"))
        assert answer.status_code == 404
        assert "tidak membuka data ini" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("run", "tone", "words"),
    [
        (None, "quiet", "Belum pernah dibuktikan"),
        ({}, "ok", "Semua 120 hukum dipenuhi"),
        ({"broken": 2}, "bad", "2 dari 120 hukum tidak dipenuhi"),
        ({"not_run": 3}, "wait", "3 dari 120 hukum belum dapat diperiksa"),
        ({"finished_at": AT - timedelta(hours=27)}, "quiet", "terlalu lama"),
    ],
)
def test_the_proof_in_words(
    client: Client, sekda: User, run: dict[str, Any] | None, tone: str, words: str
) -> None:
    if run is not None:
        proved(AT, **run)
    decided(sekda, sections=["proof"])
    shown = page(client)
    assert f'<p class="note {tone}"><span>{words}' in shown or (f"note {tone}" in shown and words in shown)
    assert ("note ok" in shown) == (tone == "ok")


def test_a_proof_grows_stale_while_it_is_kept(client: Client, sekda: User) -> None:
    proved(AT, finished_at=AT - timedelta(hours=25, minutes=59))
    decided(sekda, sections=["proof"])
    assert "note ok" in page(client)
    with time_machine.travel(AT + timedelta(minutes=2), tick=False):
        assert "note ok" not in page(client)


def test_the_seal_and_days_that_wait(client: Client, sekda: User, opd: Opd) -> None:
    block = Block.objects.create(from_xid=1, upto_xid=2, journals=1, legs=2, hash=b"\x07" * 32, made_at=AT)
    DayChange.objects.all().delete()
    for day in (TODAY - DAY, TODAY - DAY, TODAY):
        DayChange.objects.create(day=day, what=DayChange.What.CHANNEL)
    decided(sekda)
    shown = page(client)
    assert block.fingerprint in shown
    assert "Hari yang sedang dihitung ulang: 1." in shown


def test_the_second_visit_costs_two_queries(
    client: Client, sekda: User, opd: Opd, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    month_money(opd, TODAY)
    decided(sekda)
    with django_assert_max_num_queries(22):
        first = page(client)
    money(opd, TODAY - DAY * 3, 77_777_000_000)
    with django_assert_max_num_queries(2):
        assert page(client) == first
    with time_machine.travel(AT + timedelta(seconds=301), tick=False):
        assert page(client) != first


def test_a_stranger_may_keep_it_five_minutes_per_language(client: Client, sekda: User) -> None:
    decided(sekda)
    answer = client.get(reverse("transparency:page"))
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer["Vary"]
    assert b"<script" not in answer.content
