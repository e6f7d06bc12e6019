"""Races between real sessions: one effect for one key, and nobody waits for a hot account."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from payments.ledger import queries
from payments.ledger.models import Journal
from payments.ledger.verification import LAWS
from tests.ledger.books import DAY, book, close_block, credited, received, rp
from tests.ledger.connections import Session, another, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def post_meanwhile(pool: ThreadPoolExecutor, session: Session, amount: int) -> Future[tuple[int, bool]]:
    """Start posting under key "k"; it waits while another session holds that key uncommitted."""
    return pool.submit(session.post, received(amount), "k")


def test_many_sessions_with_one_key_have_one_effect() -> None:
    answers = at_once(8, lambda _, session: session.post(received(5_000), "k"))
    assert len({number for number, _ in answers}) == 1
    assert Counter(created for _, created in answers) == {True: 1, False: 7}
    assert queries.balance("acquirer_receivable", on=DAY) == rp(5_000)


def test_the_second_waits_and_gets_the_first_ones_journal() -> None:
    with another() as first, another() as second, ThreadPoolExecutor(1) as pool:
        number, _ = first.post(received(5_000), "k", commit=False)
        waiting = post_meanwhile(pool, second, 5_000)
        assert not waiting.done()
        first.execute("COMMIT")
        assert waiting.result(timeout=20) == (number, False)


def test_the_second_posts_where_the_first_gave_up() -> None:
    with another() as first, another() as second, ThreadPoolExecutor(1) as pool:
        number, _ = first.post(received(5_000), "k", commit=False)
        waiting = post_meanwhile(pool, second, 5_000)
        first.execute("ROLLBACK")
        other, created = waiting.result(timeout=20)
    assert created
    assert other != number
    assert Journal.objects.get().pk == other


def test_the_second_with_another_body_is_refused() -> None:
    with another() as first, another() as second, ThreadPoolExecutor(1) as pool:
        first.post(received(5_000), "k", commit=False)
        waiting = post_meanwhile(pool, second, 6_000)
        first.execute("COMMIT")
        with pytest.raises(psycopg.Error, match="isi yang berbeda") as caught:
            waiting.result(timeout=20)
    assert caught.value.sqlstate == "LD001"
    assert Journal.objects.count() == 1


def test_two_reversals_at_once_have_one_effect() -> None:
    wrong = book(received(5_000)).journal_id
    ask = """
        SELECT journal_id, created FROM ledger_post(jsonb_build_object(
            'at', now(), 'journals', jsonb_build_array(jsonb_build_object(
                'key', %s::text, 'reverses', %s::int, 'description', 'Salah'))))
    """

    def undo(number: int, session: Session) -> str:
        try:
            session.execute(ask, [f"r{number}", wrong])
        except psycopg.Error as error:
            return error.sqlstate or ""
        return "posted"

    assert Counter(at_once(4, undo)) == {"posted": 1, "LD009": 3}
    undone = Journal.objects.get(reverses=wrong).effective_date  # the day of the reversal itself
    assert queries.balance("acquirer_receivable", on=undone) == 0


def test_posters_to_the_hot_account_do_not_wait_for_one_another_or_for_a_roll_up() -> None:
    book(received(1))
    with another() as slow, another() as rolling, another() as quick:
        slow.post(credited(5_000), "slow", commit=False)
        rolling.execute("BEGIN")
        rolling.execute("SELECT ledger_roll_up(now())")
        quick.execute("SET statement_timeout = '5s'")
        quick.execute("SET lock_timeout = '50ms'")
        for number in range(10):
            assert quick.post(credited(1_000), f"quick{number}")[1]
        slow.execute("COMMIT")
        rolling.execute("COMMIT")
    assert queries.balance("rkud", on=DAY) == rp(15_000)


def test_books_stay_lawful_under_many_posters_and_roll_ups() -> None:
    def work(number: int, session: Session) -> None:
        for turn in range(15):
            session.post(credited(1_000, mdr=7), f"{number}/{turn}")
            if number == 0 and turn % 5 == 0:
                session.execute("SELECT ledger_roll_up(now())")

    at_once(6, work)
    assert queries.balance("rkud", on=DAY) == rp(6 * 15 * 993)
    close_block()
    assert queries.balance("rkud", on=DAY) == rp(6 * 15 * 993)
    assert not [law.name for law in LAWS if law.check().problems]


def test_without_the_unique_key_a_race_would_book_twice() -> None:
    """The guard dropped in a scratch database: the harm that the key prevents."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_journal DROP CONSTRAINT journal_key_once")
    with another() as first, another() as second, ThreadPoolExecutor(1) as pool:
        first.post(received(5_000), "k", commit=False)
        waiting = post_meanwhile(pool, second, 5_000)
        try:
            assert waiting.result(timeout=20)
        finally:
            first.execute("COMMIT")
    assert Journal.objects.filter(key="k").count() == 2
    assert [law.name for law in LAWS if law.check().problems] == ["ledger.keys"]


def test_without_the_comparison_another_body_would_be_silently_replayed() -> None:
    """The guard dropped in a scratch database: the harm that the request's hash prevents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_post'::regproc)")
        (source,) = cursor.fetchone()
        guard = "ELSIF journal.request_hash <> sha256(convert_to((item - 'key')::text, 'UTF8')) THEN"
        assert guard in source
        cursor.execute(source.replace(guard, "ELSIF false THEN"))
    first = book(received(5_000))
    again = book(received(6_000))
    assert again.journal_id == first.journal_id
    assert queries.balance("acquirer_receivable", on=DAY) == rp(5_000), "Rp 6.000 vanished without a word"
