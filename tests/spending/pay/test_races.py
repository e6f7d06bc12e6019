"""Several people and a sweep at one moment: one order, one payment. Real threads and connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from payments.ledger.models import Journal
from payments.snap import client
from payments.spending import sweep
from payments.spending.bank import conversation
from payments.spending.errors import SpendError
from payments.spending.models import BulkFile, Disbursement, Way
from payments.spending.services import cms
from payments.spending.services.transfers import ask_bank
from tests.incoming.test_races import together
from tests.spending.pay.bank import ORDERS, Bank, in_memory
from tests.spending.pay.test_cms import answer
from tests.spending.pay.test_transfers import lost_on
from tests.spending.pay.world import AT, World, build, rp, seconds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    bank = Bank(watch_transactions=True)
    monkeypatch.setattr(client, "call", in_memory(bank))
    return build(bank)


def attempt(deed: Callable[[], Any]) -> str:
    try:
        deed()
    except SpendError as error:
        return type(error).__name__
    return "done"


def test_two_treasurers_press_pay_at_once_and_the_bank_hears_one_order(world: World) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def slow(service: Any, body: Any, honest: Any) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        answered = honest()
        with lock:
            inside -= 1
        return answered

    world.bank.mood = slow
    for _ in range(4):
        spend = world.spend()
        world.bank.calls.clear()
        ends = together(
            *[
                lambda by=by, spend=spend: attempt(lambda: world.pay(spend, by=by))
                for by in (world.treasurer, world.second, world.treasurer)
            ]
        )
        assert sorted(ends) == ["WrongState", "WrongState", "done"]
        assert world.bank.asked(*ORDERS) == 1
        assert Disbursement.objects.filter(spend=spend).count() == 1
        assert Journal.objects.filter(key=f"spend:{spend.pk}:paid").count() == 1
    assert (world.bank.paid(), most) == (rp(600_000), 1)


def test_everybody_asks_at_once_and_one_answer_is_booked_once(world: World) -> None:
    world.bank.mood = lost_on(*ORDERS)
    spend = world.spend()
    pending = world.pay(spend)
    soon = AT + seconds(60)
    together(
        *[lambda: ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=soon) for _ in range(3)],
        *[lambda: sweep.run(at=soon) for _ in range(3)],
    )
    assert world.state(spend) == "paid"
    assert Journal.objects.filter(key=f"spend:{spend.pk}:paid").count() == 1
    assert world.bank.asked(*ORDERS) == 1


def test_a_maker_and_the_sweep_never_both_go_on(world: World) -> None:
    """The maker stopped before its call; when it wakes, either it calls or the sweep has taken over."""
    late = AT + conversation.CLAIM
    for _ in range(5):
        spend = world.spend()
        intent = conversation.begin(
            spend_id=spend.pk, way=Way.INTRABANK, account_id=world.account.pk, by=world.treasurer, at=AT
        )
        world.bank.calls.clear()
        together(
            lambda intent=intent: conversation.carry_out(intent.pk, by=None, at=late),  # type: ignore[misc]
            lambda: sweep.run(at=late),
            lambda: sweep.run(at=late),
        )
        assert world.bank.asked(*ORDERS) <= 1
        sweep.run(at=AT + seconds(7200))
        paid = world.state(spend) == "paid"
        assert paid == (world.bank.asked(*ORDERS) == 1)


def test_sweeps_share_their_questions(world: World) -> None:
    world.bank.mood = lost_on(*ORDERS)
    spends = [world.spend(1000 + place) for place in range(6)]
    for spend in spends:
        world.pay(spend)
    done = together(*[lambda: sweep.run(at=AT + seconds(60)) for _ in range(3)])
    assert sum(done) == 6
    assert {world.state(spend) for spend in spends} == {"paid"}


def test_two_files_for_the_same_spends_at_once_are_one(world: World) -> None:
    ids = [world.spend(1000 + place).pk for place in range(3)]

    def make(by: Any) -> Callable[[], str]:
        return lambda: attempt(
            lambda: cms.make_bulk(account_id=world.account.pk, spend_ids=ids, by=by, at=AT)
        )

    assert sorted(together(make(world.treasurer), make(world.second))) == ["WrongState", "done"]
    assert (BulkFile.objects.count(), Disbursement.objects.count()) == (1, 3)


def test_a_result_is_read_or_the_file_withdrawn_never_both(world: World) -> None:
    for place in range(3):
        spend = world.spend(1000 + place)
        bulk = cms.make_bulk(account_id=world.account.pk, spend_ids=[spend.pk], by=world.treasurer, at=AT)
        content = answer(bulk)

        def read(bulk: BulkFile = bulk, content: bytes = content) -> str:
            upload = ContentFile(content, name="HASIL.csv")
            return attempt(
                lambda: cms.read_bulk_result(
                    bulk_id=bulk.pk, upload=upload, by=world.treasurer, at=AT + seconds(7200)
                )
            )

        def withdraw(bulk: BulkFile = bulk) -> str:
            return attempt(
                lambda: cms.withdraw_bulk(
                    bulk_id=bulk.pk, reason="uji", not_uploaded=True, by=world.second, at=AT
                )
            )

        assert sorted(together(read, withdraw, read)) == ["WrongState", "WrongState", "done"]
        state = BulkFile.objects.get(pk=bulk.pk).state
        assert world.state(spend) == ("paid" if state == "answered" else "tested")
