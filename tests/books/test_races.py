"""Two who close at once, and payments that race with a closing: real sessions, no lost or late entry."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from payments.books import services
from payments.books.models import CashKind, CashMovement, MonthClosing
from payments.books.queries import ledger
from payments.books.services import turns
from payments.books.services.closing import first_open_day
from payments.books.shelf import CASH
from payments.books.verification import LAWS
from payments.ledger.models import Journal
from payments.ledger.services import Draft, credit, debit, post
from tests.books import world
from tests.books.world import june
from tests.planning.world import rp
from tests.spending.claims.world import Office

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Run every deed in a session of its own, started together; a refusal is its answer."""
    barrier = threading.Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=60)
            return deed()
        except services.BookError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_two_who_close_at_once_close_once() -> None:
    place = world.office()
    world.month(place)
    world.imported(place)
    answers = at_once([lambda: world.close(place)] * 3)
    assert sum(isinstance(one, MonthClosing) for one in answers) == 1
    assert MonthClosing.objects.count() == 1


def test_a_closing_waits_for_a_payment_under_way_and_seals_it() -> None:
    place = world.office()
    world.month(place)
    world.imported(place)
    inside, go_on = threading.Event(), threading.Event()

    def pay() -> None:
        with transaction.atomic():
            day = first_open_day(place.opd.pk, june(30))
            inside.set()
            assert go_on.wait(timeout=60)
            _post(place, "panjar-e", day)
        connection.close()

    def close() -> MonthClosing:
        try:
            return world.close(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        paying = pool.submit(pay)
        assert inside.wait(timeout=60)
        closing = pool.submit(close)
        _wait_for_lock()
        assert not closing.done(), "the closing overtook a payment"
        go_on.set()
        paying.result(timeout=60)
        sealed = closing.result(timeout=60)
    assert Journal.objects.get(key="panjar-e").effective_date == june(30)
    assert sealed.last_journal >= Journal.objects.get(key="panjar-e").pk
    assert not [law.name for law in LAWS if law.check().problems]


def test_a_payment_that_waits_for_a_closing_goes_to_the_open_month() -> None:
    place = world.office()
    world.month(place)
    world.imported(place)
    found: list[date] = []

    def pay() -> None:
        with transaction.atomic():
            day = first_open_day(place.opd.pk, june(30))
            _post(place, "menyusul", day)
            found.append(day)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            turns.take(place.opd.pk)
            paying = pool.submit(pay)
            _wait_for_lock()
            assert not found
            world.close(place)
        paying.result(timeout=60)
    assert found == [date(2026, 7, 1)]
    assert not [law.name for law in LAWS if law.check().problems]


def test_many_payments_and_a_closing_at_once_leave_the_seal_whole() -> None:
    place = world.office()
    world.month(place)
    world.imported(place)

    def pay(number: int) -> Callable[[], None]:
        def deed() -> None:
            with transaction.atomic():
                _post(place, f"ramai-{number}", first_open_day(place.opd.pk, june(30)))

        return deed

    answers = at_once([*(pay(number) for number in range(5)), lambda: world.close(place)])
    assert isinstance(answers[-1], MonthClosing)
    assert not [law.name for law in LAWS if law.check().problems]
    assert Journal.objects.filter(key__startswith="ramai-").count() == 5


def test_two_who_spend_the_same_cash_do_not_both_get_it() -> None:
    place = world.office()
    world.cash(place, CashKind.WITHDRAWN, 1_000_000, day=2)
    answers = at_once([lambda: world.cash(place, CashKind.DEPOSITED, 700_000, day=3) for _ in range(3)])
    assert sum(isinstance(one, CashMovement) for one in answers) == 1
    assert ledger.balances(place.opd.pk, june(30))[CASH] == rp(300_000)


def test_one_form_pressed_twice_moves_the_money_once() -> None:
    place = world.office()
    answers = at_once(
        [lambda: world.cash(place, CashKind.WITHDRAWN, 1_000_000, day=2, key="satu", reference="CEK1")] * 3
    )
    assert len({one.pk for one in answers}) == 1
    assert ledger.balances(place.opd.pk, june(30))[CASH] == rp(1_000_000)


def _post(place: Office, key: str, day: date) -> None:
    """A treasurer's journal that nets to nothing at the bank, so that no statement is needed for it."""
    opd = place.opd.pk
    legs = (
        debit("work_advance", rp(1_000), opd=opd), credit("emoney_advance", rp(1_000), opd=opd),
    )  # fmt: skip
    post(Draft("advance_given", f"uji:{key}", day, day, "Uji", legs), key=key, by=None, at=world.JULY)


def _wait_for_lock() -> None:
    """Until some session waits for the lock of the books."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.1)
    raise TimeoutError("nobody waits for the books")
