"""Statements fetched by SNAP: from a real bank over HTTP, page by page, and what may go wrong with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opd.models import AuditEvent, Role
from opd.office import queue
from payments.reconciliation import services
from payments.reconciliation.models import (
    FetchState,
    FileState,
    ImportedFile,
    StatementFeed,
    StatementFetch,
    StatementLine,
)
from payments.reconciliation.parsers import snap14
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals
from payments.reconciliation.services import feeds
from payments.reconciliation.services.feeds import FeedError
from payments.reconciliation.verification import LAWS
from payments.snap import client as snap_client
from payments.snap.models import OutgoingCall
from tests.incoming.test_with_sandbox import partner_of
from tests.incoming.world import make_account, make_opd
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import RKUD, WIB, Movement
from tests.reconciliation.scene import AT, DAY, Scene, imported
from tests.sandbox.running import Bank

SINCE = datetime(2026, 11, 24, tzinfo=WIB)
UNTIL = datetime(2026, 11, 24, 23, 59, 59, tzinfo=WIB)


def money(sen: int) -> dict[str, str]:
    return {"value": f"{sen // 100}.{sen % 100:02}", "currency": "IDR"}


def pages(opening: int, moves: list[int], *, size: int = 3) -> list[dict[str, Any]]:
    """What a bank answers, ``size`` entries a page; the next page repeats the last entry."""
    entries = [
        {
            "amount": money(abs(sen)), "transactionDate": f"2026-11-24T08:{n // 60:02}:{n % 60:02}+07:00",
            "remark": f"Mutasi {n}", "transactionId": f"T{n}", "type": "CREDIT" if sen > 0 else "DEBIT",
            "transactionDetailStatus": "SUCCESS",
        }
        for n, sen in enumerate(moves)
    ]  # fmt: skip
    ins, outs = [sen for sen in moves if sen > 0], [-sen for sen in moves if sen < 0]
    made = []
    for start in range(0, max(len(moves), 1), size):
        made.append({
            "responseCode": "2001400",
            "balance": [{"startingBalance": money(opening), "endingBalance": money(opening + sum(moves))}],
            "totalCreditEntries": {"numberOfEntries": str(len(ins)), "amount": money(sum(ins))},
            "totalDebitEntries": {"numberOfEntries": str(len(outs)), "amount": money(sum(outs))},
            "hasMore": "Y" if start + size < len(moves) else "N",
            "lastRecordDateTime": f"2026-11-24T08:{(start + size) // 60:02}:{(start + size) % 60:02}+07:00",
            "detailData": entries[max(start - 1, 0) : start + size],
        })  # fmt: skip
    return made


def read(answers: list[dict[str, Any]]) -> tuple[list[StatementRow], StatementTotals]:
    lines = [snap14.head_line(RKUD, SINCE, UNTIL), *map(snap14.page_line, answers)]
    *rows, totals = snap14.parse(io.BytesIO(b"".join(lines)))
    assert isinstance(totals, StatementTotals)
    return [row for row in rows if isinstance(row, StatementRow)], totals


amounts = st.lists(st.integers(-(10**9), 10**9).filter(bool), max_size=11)


@given(amounts, st.integers(1, 5))
def test_whatever_a_bank_pages_is_read_once_and_to_the_sen(moves: list[int], size: int) -> None:
    opening = 10**11
    rows, totals = read(pages(opening, moves, size=size))
    assert [int((row.credit - row.debit) * 100) for row in rows] == moves
    assert (totals.count, totals.account) == (len(moves), RKUD)
    assert totals.closing - totals.opening == Decimal(sum(moves)) / 100


def _drop(answers: list[dict[str, Any]]) -> None:
    answers[1]["detailData"].pop()


def _more(answers: list[dict[str, Any]]) -> None:
    answers[-1]["hasMore"] = "Y"


def _usd(answers: list[dict[str, Any]]) -> None:
    answers[0]["detailData"][0]["amount"]["currency"] = "USD"


def _reversed(answers: list[dict[str, Any]]) -> None:
    answers[0]["detailData"][0]["transactionDetailStatus"] = "FAILED"


def _other_twice(answers: list[dict[str, Any]]) -> None:
    answers[1]["detailData"][0] = answers[1]["detailData"][0] | {"remark": "lain"}


def _no_balance(answers: list[dict[str, Any]]) -> None:
    del answers[0]["balance"]


def _wrong_end(answers: list[dict[str, Any]]) -> None:
    answers[-1]["balance"][0]["endingBalance"] = money(1)


def _wrong_total(answers: list[dict[str, Any]]) -> None:
    answers[0]["totalCreditEntries"]["numberOfEntries"] = "9"


def _nameless(answers: list[dict[str, Any]]) -> None:
    del answers[0]["detailData"][1]["transactionId"]


def _huge(answers: list[dict[str, Any]]) -> None:
    answers[0]["additionalInfo"] = {"x": "x" * snap14.MOST_BYTES}


def _no_day(answers: list[dict[str, Any]]) -> None:
    answers[0]["detailData"][1]["transactionDate"] = "kemarin"


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_drop, "control_total"), (_more, "truncated"), (_usd, "amount"), (_reversed, "status"),
        (_other_twice, "chain"), (_no_balance, "no_control"), (_wrong_end, "control_total"),
        (_wrong_total, "control_total"), (_nameless, "missing"), (_no_day, "date"),
        (_huge, "too_large"),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_prove_itself_is_refused(
    harm: Callable[[list[dict[str, Any]]], None], code: str
) -> None:
    answers = deepcopy(pages(10**11, [500, -200, 300, 400]))
    harm(answers)
    with pytest.raises(ParseError) as caught:
        read(answers)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "content", [b"{", b"[]\n", b'{"bentuk":"lain"}\n', snap14.head_line(RKUD, SINCE, UNTIL)]
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(ParseError):
        list(snap14.parse(io.BytesIO(content)))


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_send", lambda task, args: None)


def bud() -> Any:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quiet")
def test_a_real_bank_is_asked_page_by_page_and_its_statement_imported(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = bank.close_day()
    day = date.fromisoformat(closed.day)
    merchant = dict(bank.credentials["ours"]["merchants"][0])
    del merchant["key"]
    fields = {**merchant, "name": "Uji", "merchant_name": merchant["name"], "bank_account": RKUD}
    partner, opd = partner_of(bank), make_opd()
    make_account(partner, opd, **fields)
    at = datetime.combine(day + timedelta(days=1), datetime.min.time(), WIB) + timedelta(hours=6)
    feed = feeds.start(partner_id=partner.pk, account=RKUD, since=day, by=bud(), at=at)
    row = StatementFetch.objects.get(feed=feed)
    assert (row.day, row.state) == (day, FetchState.WAITING)
    feeds.fetch(row.pk, at=at)
    row.refresh_from_db()
    assert (row.state, row.message) == (FetchState.DONE, "")
    assert row.file is not None
    services.run_import(row.file.pk, at=at)
    row.file.refresh_from_db()
    assert (row.file.state, row.file.profile) == (FileState.DONE, "snap14_v1"), row.file.message
    movements = closed.statement.splitlines()[2:-1]
    assert row.file.lines == len(movements) > 2
    assert OutgoingCall.objects.filter(service="14", state="success").count() > 1
    assert [line.split(";")[9] for line in movements] == list(
        StatementLine.objects.filter(file=row.file).order_by("line_no").values_list("reference_no", flat=True)
    )
    feeds.fetch(row.pk, at=at)
    assert ImportedFile.objects.count() == 1
    assert [law.name for law in LAWS if law.check().problems] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quiet")
def test_a_day_that_the_bank_has_not_closed_is_asked_again_later(bank: Bank) -> None:
    merchant = dict(bank.credentials["ours"]["merchants"][0])
    del merchant["key"]
    fields = {**merchant, "name": "Uji", "merchant_name": merchant["name"], "bank_account": RKUD}
    partner = partner_of(bank)
    make_account(partner, make_opd(), **fields)
    day = date.fromisoformat(bank.open_day())
    at = datetime.combine(day + timedelta(days=1), datetime.min.time(), WIB) + timedelta(hours=6)
    feeds.start(partner_id=partner.pk, account=RKUD, since=day, by=bud(), at=at)
    row = StatementFetch.objects.get()
    feeds.fetch(row.pk, at=at)
    row.refresh_from_db()
    assert (row.state, row.tries) == (FetchState.WAITING, 1)
    assert row.message == "Bank belum punya rekening koran hari itu."
    assert row.next_at == at + timedelta(minutes=10)
    assert feeds.plan(at=at + timedelta(minutes=9)) == 0
    assert feeds.plan(at=at + timedelta(minutes=10)) == 1


def _started(scene: Scene, since: date = DAY) -> StatementFeed:
    return feeds.start(partner_id=scene.house.partner_id, account=RKUD, since=since, by=bud(), at=AT)


@pytest.mark.usefixtures("quiet")
def test_a_day_that_came_as_a_file_is_not_asked(scene: Scene) -> None:
    imported(files.statement(Movement(credit=100)))
    feed = _started(scene)
    assert [row.state for row in feed.days.all()] == [FetchState.COVERED]
    assert feeds.plan(at=AT) == 0


@pytest.mark.usefixtures("quiet")
def test_feeds_start_once_for_known_accounts_and_stop_with_a_reason(scene: Scene) -> None:
    feed = _started(scene, DAY - timedelta(days=2))
    assert feed.days.count() == 3
    with pytest.raises(FeedError, match="sudah diambil"):
        feeds.start(partner_id=feed.partner_id, account=RKUD, since=DAY, by=feed.started_by, at=AT)
    with pytest.raises(FeedError, match="tidak terdaftar"):
        feeds.start(partner_id=feed.partner_id, account="999999", since=DAY, by=feed.started_by, at=AT)
    long_ago = DAY - timedelta(days=60)
    with pytest.raises(FeedError, match="31 hari"):
        feeds.start(partner_id=feed.partner_id, account=RKUD, since=long_ago, by=feed.started_by, at=AT)
    with pytest.raises(FeedError, match="alasannya"):
        feeds.stop(feed_id=feed.pk, reason=" ", by=feed.started_by, at=AT)
    with pytest.raises(PermissionDenied):
        feeds.stop(feed_id=feed.pk, reason="Bank berganti", by=person("auditor", Role.AUDITOR), at=AT)
    feeds.stop(feed_id=feed.pk, reason="Bank berganti", by=feed.started_by, at=AT)
    assert feeds.plan(at=AT + timedelta(days=1)) == 0
    assert set(AuditEvent.objects.filter(action__startswith="feed.").values_list("action", flat=True)) == {
        "feed.start", "feed.stop",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (snap_client.Unknown("waktu habis", 1), "Bank tidak menjawab: waktu habis"),
        (snap_client.Refused("4031401", "Feature Not Allowed", {}, 1), "Bank menolak (4031401)"),
        (snap_client.Success(pages(10**9, [1, 2, 3, 4])[0], 1), "Bank mengulang halaman yang sama"),
    ],
)
def test_a_bank_without_a_whole_answer_is_asked_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, outcome: snap_client.Outcome, said: str
) -> None:
    monkeypatch.setattr(snap_client, "call", lambda *args, **kwargs: outcome)
    row = _started(scene).days.get()
    feeds.fetch(row.pk, at=AT)
    row.refresh_from_db()
    assert (row.state, row.tries) == (FetchState.WAITING, 1)
    assert row.message.startswith(said)
    assert not ImportedFile.objects.exists()


@pytest.mark.usefixtures("quiet")
def test_the_page_starts_shows_and_stops(scene: Scene, client: Client, screen: Screen) -> None:  # noqa: F811
    client.force_login(bud(), backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("reconciliation:feed_list")
    assert "Belum ada rekening" in client.get(page).content.decode()
    chosen = {"rekening": f"{scene.house.partner_id}:{RKUD}", "sejak": "hari ini"}
    assert client.post(reverse("reconciliation:feed_start"), chosen).status_code == 400
    chosen["sejak"] = str(datetime.now(WIB).date() - timedelta(days=2))
    told = client.post(reverse("reconciliation:feed_start"), chosen, follow=True)
    assert "setiap pagi" in told.content.decode()
    assert "Menunggu bank" in told.content.decode()
    for size, scheme in [("desk", "light"), ("narrow", "dark")]:
        seen = screen.look(client.get(page), size=size, scheme=scheme, name="reconciliation-feeds")
        assert not seen.problems
        assert not seen.findings
        assert seen.overflow <= 0
    assert "2 hari" in client.post(reverse("reconciliation:feed_ask"), follow=True).content.decode()
    feed = StatementFeed.objects.get()
    stop = reverse("reconciliation:feed_stop", args=[feed.pk])
    assert "alasannya" in client.post(stop, follow=True).content.decode()
    assert (
        "tidak diambil lagi" in client.post(stop, {"reason": "Bank berganti"}, follow=True).content.decode()
    )
