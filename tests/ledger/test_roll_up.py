"""Blocks, roll-ups, balances from them, and the cursor they stand on."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from payments.ledger import errors, queries
from payments.ledger.journals import JournalFilter
from payments.ledger.models import Block, Epoch, Journal, PeriodTotal, RollUp
from payments.ledger.services import post_many, roll_up
from payments.ledger.verification import LAWS
from tests.ledger.books import AT, DAY, book, close_block, received, rp, tourism
from tests.ledger.connections import another

pytestmark = pytest.mark.django_db(transaction=True)


RECEIVABLE = "acquirer-receivable"


def owed(**where: object) -> object:
    return queries.balance("acquirer_receivable", on=DAY, **where)  # type: ignore[arg-type]


def test_balances_are_the_same_before_within_and_after_a_block() -> None:
    opd = tourism().pk
    book(received(5_000, opd=opd), "a")
    before = (owed(), owed(opd=opd), queries.trial_balance(on=DAY))
    close_block()
    assert (owed(), owed(opd=opd), queries.trial_balance(on=DAY)) == before
    book(received(3_000), "b")
    assert (owed(), owed(opd=opd)) == (rp(8_000), rp(5_000))
    close_block()
    assert (owed(), owed(opd=opd)) == (rp(8_000), rp(5_000))


def test_a_balance_counts_days_up_to_and_including_its_own() -> None:
    days = [date(2025, 12, 31), date(2026, 10, 31), date(2026, 11, 1), DAY, date(2026, 11, 25)]
    drafts = [
        (f"k{day}", dataclasses.replace(received(10**n), effective_date=day)) for n, day in enumerate(days)
    ]
    post_many(drafts, by=None, at=AT)

    def found() -> list[object]:
        return [queries.balance("acquirer_receivable", on=day) for day in days]

    wanted = [rp(1), rp(11), rp(111), rp(1_111), rp(11_111)]
    assert found() == wanted
    close_block()
    assert found() == wanted


def test_nothing_new_makes_no_block() -> None:
    assert roll_up(at=AT) is None
    book(received(5_000))
    first = close_block()
    assert roll_up(at=AT) is None
    assert Block.objects.get().pk == first == 1


def test_a_block_waits_for_the_oldest_running_transaction_and_posting_does_not() -> None:
    with another() as slow:
        slow.execute("BEGIN")
        slow.execute("SELECT pg_current_xact_id()")
        book(received(5_000), "a")
        assert roll_up(at=AT) is None, "a block would overtake a transaction that may still post"
        assert owed() == rp(5_000)
        slow.execute("COMMIT")
    close_block()
    assert Block.objects.get().journals == 1


def test_a_late_commit_is_never_skipped() -> None:
    with another() as slow:
        slow.post(received(3_000), "slow", commit=False)
        book(received(2_000), "quick")
        roll_up(at=AT)
        slow.execute("COMMIT")
    close_block()
    assert owed() == rp(5_000)
    assert sum(block.journals for block in Block.objects.all()) == Journal.objects.count() == 2
    assert not [law.name for law in LAWS if law.check().problems]


def test_only_one_roll_up_works_at_a_time() -> None:
    book(received(5_000))
    with another() as busy:
        busy.execute("BEGIN")
        busy.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_roll_up'))")
        assert roll_up(at=AT) is None
        busy.execute("ROLLBACK")
    assert close_block() == 1


def test_known_on_a_block_shows_the_books_as_they_were() -> None:
    book(received(5_000), "a")
    first = close_block()
    book(dataclasses.replace(received(700), effective_date=date(2026, 1, 5)), "backdated")
    second = close_block()
    book(received(1), "tail")

    def known(block: int) -> object:
        return {row.account: row.debit for row in queries.trial_balance(on=DAY, known_on=block)}[
            "acquirer-receivable"
        ]

    assert (known(first), known(second), owed()) == (rp(5_000), rp(5_700), rp(5_701))


def test_roll_ups_and_period_totals_hold_one_row_per_account_agency_and_day() -> None:
    opd = tourism().pk
    post_many([(f"k{n}", received(1_000, opd=opd if n % 2 else None)) for n in range(10)], by=None, at=AT)
    close_block()
    assert RollUp.objects.count() == 4
    post_many([(f"m{n}", received(1_000, opd=opd)) for n in range(10)], by=None, at=AT)
    close_block()
    assert RollUp.objects.count() == 6
    assert PeriodTotal.objects.count() == 8
    total = PeriodTotal.objects.get(period="m", opd=opd, account__slug="acquirer-receivable")
    assert (total.debit, total.credit, total.legs) == (rp(15_000), rp(0), 15)


def test_the_totals_of_a_list_are_those_of_its_legs_whatever_is_rolled_up() -> None:
    opd = tourism().pk
    days = (date(2026, 11, 1), date(2026, 11, 23), DAY)
    for part in ("rolled", "tail"):
        for n, day in enumerate(days):
            entry = received(10**n, opd=opd if n % 2 else None)
            book(dataclasses.replace(entry, effective_date=day), f"{part}{n}")
        if part == "rolled":
            close_block()
    reaches: list[list[int] | None] = [None, [opd], []]
    for first, opds, account in product((None, days[1], days[2]), reaches, ("", "rkud", RECEIVABLE)):
        where = JournalFilter(first=first, last=DAY, opds=opds, account=account)
        legs: list[Any] = list(queries.legs(where))
        found = queries.totals(where)
        assert found.legs == len(legs)
        assert (found.debit, found.credit) == (sum(leg[14] for leg in legs), sum(leg[15] for leg in legs))
        whole = not account and opds is None
        assert found.journals == (len({leg[0] for leg in legs}) if whole else None)


def test_balance_and_trial_balance_ask_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    book(received(5_000))
    with django_assert_num_queries(1):
        owed()
    with django_assert_num_queries(1):
        queries.trial_balance(on=DAY)


def test_an_unknown_account_or_role_is_said_so() -> None:
    for name in ("tidak_ada", "tidak-ada"):
        with pytest.raises(errors.UnknownRole, match=name):
            queries.balance(name, on=DAY)
    with pytest.raises(errors.UnknownRole, match="2020-01-01"):
        queries.account_for("rkud", date(2020, 1, 1))


def test_after_a_restore_posting_stops_until_a_new_epoch() -> None:
    """A dump restored elsewhere meets a server whose transaction ids are far behind the books."""
    book(received(5_000), "a")
    close_block()
    with connection.cursor() as cursor:
        for table in ("ledger_block", "ledger_journal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_block SET upto_xid = upto_xid + 1000000000")
        cursor.execute("UPDATE ledger_journal SET xid = xid + 999999999")
        for table in ("ledger_block", "ledger_journal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        with pytest.raises(errors.EpochBehind, match="ledger_epoch"):
            book(received(3_000), "b")
        cursor.execute("SELECT ledger_new_epoch(%s)", [AT])
        cursor.execute("SELECT ledger_new_epoch(%s)", [AT])
    assert Epoch.objects.count() == 1
    book(received(3_000), "b")
    close_block()
    assert owed() == rp(8_000)
    assert Block.objects.count() == 2
