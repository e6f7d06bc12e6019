"""Months close in order and open again by somebody else; a closed month takes nothing new."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opd.models import AuditEvent, Role, User
from payments.ledger import periods, queries
from payments.ledger.errors import BadPeriod, KeyReused, PeriodClosed
from payments.ledger.models import Journal, PeriodDecision
from payments.ledger.services import Draft, post, post_many
from payments.ledger.services import reverse as mirror
from payments.ledger.verification import LAWS
from tests.ledger.books import book, close_block, received, rp
from tests.ledger.connections import another
from tests.ledger.test_probes import OWED, UNDEPOSITED, journal, run
from tests.office.factor import give_factor
from tests.opd.cast import person

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LAST = date(2026, 10, 31)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
BASIS = "Berita acara rekonsiliasi Oktober 2026"


def of_october(amount: int = 5_000, day: int = 28) -> Draft:
    return replace(
        received(amount), effective_date=OCTOBER.replace(day=day), value_date=OCTOBER.replace(day=day)
    )


def bud(name: str = "bud-1") -> User:
    return person(name, Role.KUASA_BUD)


def closed(by: User | None = None) -> PeriodDecision:
    return periods.close(first=OCTOBER, reason=BASIS, by=by or bud(), at=AT)


def broken() -> set[str]:
    return {law.name for law in LAWS if law.check().problems}


@pytest.mark.django_db
def test_a_closed_month_takes_machine_events_on_the_first_open_day_with_their_value_date() -> None:
    post(of_october(), key="before", by=None, at=AT)
    closed()
    late = post(of_october(7_000), key="late", by=None, at=AT)
    journal = Journal.objects.get(pk=late.journal_id)
    assert (journal.effective_date, journal.value_date) == (NOVEMBER, date(2026, 10, 28))
    assert queries.balance("acquirer_receivable", on=LAST) == rp(5_000)
    assert queries.balance("acquirer_receivable", on=NOVEMBER) == rp(12_000)
    assert broken() == set()


@pytest.mark.django_db
def test_a_closed_month_refuses_a_persons_journal_unless_its_day_is_an_events() -> None:
    officer = bud()
    closed(officer)
    with pytest.raises(PeriodClosed, match=r"ditutup sampai 31/10/2026; jurnal bertanggal 28/10/2026"):
        post(of_october(), key="back-dated", by=officer, at=AT)


@pytest.mark.django_db
def test_a_person_who_tells_of_an_event_books_it_on_the_first_open_day() -> None:
    officer = bud()
    closed(officer)
    told = post(of_october(), key="told", by=officer, at=AT, moves=True)
    assert Journal.objects.get(pk=told.journal_id).effective_date == NOVEMBER


@pytest.mark.django_db
def test_a_retry_after_the_closing_is_the_journal_of_before() -> None:
    first = post(of_october(), key="k", by=None, at=AT)
    closed()
    again = post(of_october(), key="k", by=None, at=AT)
    assert (again.journal_id, again.created) == (first.journal_id, False)
    assert Journal.objects.get(pk=first.journal_id).effective_date == OCTOBER.replace(day=28)
    with pytest.raises(KeyReused):
        post(of_october(6_000), key="k", by=None, at=AT)


@pytest.mark.django_db
def test_a_set_with_one_closed_day_enters_whole_or_not_at_all() -> None:
    officer = bud()
    closed(officer)
    before = Journal.objects.count()
    with pytest.raises(PeriodClosed), transaction.atomic():
        post_many([("open", received(1_000)), ("shut", of_october())], by=officer, at=AT)
    assert Journal.objects.count() == before


@pytest.mark.django_db
def test_a_journal_of_a_closed_month_is_reversed_today() -> None:
    first = post(of_october(), key="k", by=None, at=AT)
    officer = bud()
    closed(officer)
    back = mirror(first.journal_id, key="k:back", reason="Salah titik", by=officer, at=AT)
    assert Journal.objects.get(pk=back.journal_id).effective_date == date(2026, 11, 24)
    assert queries.balance("acquirer_receivable", on=LAST) == rp(5_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "reason", "said"),
    [
        (NOVEMBER, BASIS, "masih berjalan"),
        (OCTOBER.replace(day=2), BASIS, "satu bulan"),
        (OCTOBER, "  ok ", "dasar keputusan"),
    ],
)
def test_what_cannot_close(first: date, reason: str, said: str) -> None:
    with pytest.raises(BadPeriod, match=said):
        periods.close(first=first, reason=reason, by=bud(), at=AT)


@pytest.mark.django_db
def test_months_close_in_order_and_once() -> None:
    officer = bud()
    periods.close(first=date(2026, 8, 1), reason=BASIS, by=officer, at=AT)
    for first, said in [(OCTOBER, "berurutan"), (date(2026, 8, 1), "sudah ditutup")]:
        with pytest.raises(BadPeriod, match=said):
            periods.close(first=first, reason=BASIS, by=officer, at=AT)
    periods.close(first=date(2026, 9, 1), reason=BASIS, by=officer, at=AT)
    assert str(periods.next_month(today=AT.date())) == "Oktober 2026"
    closed(officer)
    assert periods.next_month(today=AT.date()) is None
    assert str(periods.next_month(today=DECEMBER.date())) == "November 2026"


@pytest.mark.django_db
def test_the_last_month_opens_again_by_another_person_and_takes_journals() -> None:
    first, second = bud(), bud("bud-2")
    closed(first)
    with pytest.raises(BadPeriod, match="orang lain"):
        periods.reopen(first=OCTOBER, reason="Koreksi BPK", by=first, at=AT)
    with pytest.raises(BadPeriod, match="terakhir"):
        periods.reopen(first=date(2026, 9, 1), reason="Koreksi BPK", by=second, at=AT)
    periods.reopen(first=OCTOBER, reason="Koreksi BPK", by=second, at=AT)
    assert periods.closed_through() == date(2026, 9, 30)
    post(of_october(), key="again", by=first, at=AT)
    assert broken() == set()
    told = AuditEvent.objects.filter(action__startswith="period.").order_by("pk")
    assert [(event.action, event.reason) for event in told] == [
        ("period.close", BASIS), ("period.reopen", "Koreksi BPK"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_who_keeps_the_provinces_books_closes_them() -> None:
    for name, role in [("auditor", Role.AUDITOR), ("member", Role.TP2DD_MEMBER)]:
        with pytest.raises(PermissionDenied):
            closed(person(name, role))
    assert not PeriodDecision.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_a_raw_journal_in_a_closed_month_and_without_the_guard_verify_sees_it() -> None:
    closed()
    raw = journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR")).replace("2026-11-24", "2026-10-24")
    with pytest.raises(Error) as caught, transaction.atomic():
        run(raw)
    assert getattr(caught.value.__cause__, "sqlstate", "") == "LD013"
    run("DROP TRIGGER ledger_period_open ON ledger_journal")
    run("DROP TRIGGER ledger_append_only ON ledger_perioddecision")
    assert broken() == {"ledger.guards"}
    run("UPDATE ledger_perioddecision SET xid = 1")
    run(raw)
    assert {"ledger.guards", "ledger.periods"} <= broken()


class Histories(TestCase):
    """Whatever is closed and opened in whatever order: nothing new stands in a month while it is closed."""

    @given(
        st.lists(
            st.tuples(st.sampled_from(["close", "open", "person", "machine"]), st.integers(0, 5)), max_size=14
        )
    )
    def test_nothing_enters_a_closed_month(self, deeds: list[tuple[str, int]]) -> None:
        people = [bud(), bud("bud-2")]
        first = date(2026, 5, 1)
        for number, (deed, months) in enumerate(deeds):
            day = first.replace(month=5 + months)
            before = periods.closed_through()
            draft = replace(received(1_000), effective_date=day, value_date=day)
            if deed in {"close", "open"}:
                act = periods.close if deed == "close" else periods.reopen
                try:
                    act(first=day, reason=BASIS, by=people[number % 2], at=AT)
                except BadPeriod:
                    assert periods.closed_through() == before
            elif deed == "machine":
                made = Journal.objects.get(pk=post(draft, key=f"k{number}", by=None, at=AT).journal_id)
                assert made.value_date == day
                assert made.effective_date == periods.first_open_day(day)
            elif before and day <= before:
                with pytest.raises(PeriodClosed), transaction.atomic():
                    post(draft, key=f"k{number}", by=people[0], at=AT)
            else:
                post(draft, key=f"k{number}", by=people[0], at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_closing_waits_for_a_posting_under_way_and_gives_up_where_it_lasts() -> None:
    officer = bud()
    with another() as cashier:
        cashier.post(of_october(), "k", commit=False)
        with pytest.raises(BadPeriod, match="pembukuan yang berjalan"):
            closed(officer)
        assert periods.closed_through() is None
        cashier.execute("COMMIT")
    closed(officer)
    assert Journal.objects.get().effective_date == OCTOBER.replace(day=28)
    assert broken() == set()


@pytest.mark.django_db(transaction=True)
def test_a_posting_that_began_before_the_closing_knows_of_it() -> None:
    """Its transaction is the older one, and had its number before."""
    officer = bud()
    with another() as cashier:
        cashier.execute("BEGIN")
        cashier.execute("SELECT pg_current_xact_id()")
        closed(officer)
        cashier.execute("SAVEPOINT here")
        number, _ = cashier.post(of_october(), "k", commit=False)
        cashier.execute("COMMIT")
    assert Journal.objects.get(pk=number).effective_date == NOVEMBER
    assert broken() == set()


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once() -> None:
    first, second = bud(), bud("bud-2")

    def close_by(officer: User) -> str:
        with another() as session:
            try:
                session.execute(
                    "SELECT ledger_decide_period(%s, 'closed', %s, %s, %s)", [OCTOBER, officer.pk, AT, BASIS]
                )
            except psycopg.Error as error:
                return str(error.sqlstate)
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close_by, [first, second])) == ["LD014", "closed"]
    assert PeriodDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_closing_is_bound_to_the_seal_that_holds_all_before_it() -> None:
    book(of_october(), "k1")
    decision = closed()
    assert periods.decisions().get(pk=decision.pk).sealed_by is None
    block = close_block()
    sealed = periods.decisions().get(pk=decision.pk).sealed_by
    assert sealed is not None
    assert sealed == block
    book(of_october(9_000), "k2")
    close_block()
    (row,) = [
        row for row in queries.trial_balance(on=LAST, known_on=block) if row.account == "acquirer-receivable"
    ]
    assert row.balance == rp(5_000)


@pytest.mark.django_db
def test_the_page_closes_and_reopens_with_second_factor(client: Client) -> None:
    post(of_october(), key="k", by=None, at=datetime.now(UTC) - timedelta(days=40))
    first, second = bud(), bud("bud-2")
    page = reverse("ledger:period_list")
    client.force_login(first, backend="django.contrib.auth.backends.ModelBackend")
    assert "dapat ditutup" in client.get(page).content.decode()
    address = reverse("ledger:period_close", args=["2026-10"])
    client.post(address, {"reason": BASIS})
    assert not PeriodDecision.objects.exists()
    give_factor(client, first)
    told = client.post(address, {"reason": BASIS}, follow=True).content.decode()
    assert "Buku Oktober 2026 ditutup" in told
    assert BASIS in told
    back = reverse("ledger:period_reopen", args=["2026-10"])
    assert "orang lain" in client.post(back, {"reason": "Koreksi BPK"}, follow=True).content.decode()
    give_factor(client, second)
    assert "dibuka lagi" in client.post(back, {"reason": "Koreksi BPK"}, follow=True).content.decode()
    assert periods.closed_through() == date(2026, 9, 30)
    assert client.post(reverse("ledger:period_close", args=["2026-13"]), {"reason": BASIS}).status_code == 404


@pytest.mark.django_db
def test_an_auditor_reads_the_decisions_and_cannot_decide(client: Client) -> None:
    closed()
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("ledger:period_list")).content.decode()
    assert BASIS in page
    assert "Buka lagi bulan" not in page
    assert client.post(reverse("ledger:period_close", args=["2026-11"]), {"reason": BASIS}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_trial_balance_shows_what_was_known_when_a_block_was_sealed(client: Client) -> None:
    book(of_october(), "k1")
    block = close_block()
    book(of_october(9_000), "k2")
    close_block()
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("ledger:trial_balance")
    now = client.get(page, {"pada": "2026-10-31"}).content.decode()
    then = client.get(page, {"pada": "2026-10-31", "blok": str(block)}).content.decode()
    assert "14.000" in now
    assert "14.000" not in then
    assert "5.000" in then
    assert f"blok segel {block}" in then
    wrong = client.get(page, {"pada": "2026-10-31", "blok": "999999"})
    assert wrong.status_code == 400
    assert "Blok segel ini tidak ada" in wrong.content.decode()


@pytest.mark.django_db
def test_the_page_costs_no_more_with_more_decisions(client: Client) -> None:
    officer = bud()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("ledger:period_list")
    client.get(page)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        return len(seen)

    periods.close(first=date(2026, 5, 1), reason=BASIS, by=officer, at=AT)
    one = cost()
    for month in (6, 7, 8, 9):
        periods.close(first=date(2026, month, 1), reason=BASIS, by=officer, at=AT)
    assert cost() == one
