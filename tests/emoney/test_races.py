"""Two people at one card, one purse and one purchase, over connections of their own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections

from payments.emoney import services
from payments.emoney.models import Movement, Return, TopUp
from payments.emoney.services import EmoneyError
from payments.ledger.models import Journal
from payments.spending.models import Spend
from payments.spending.rules import CHECKS
from tests.emoney.world import AT, DAY, bought, broken_laws, build, card, history, picture, rp
from tests.emoney.world import Tap as Line

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds: list[Callable[[], object]]) -> list[str]:
    """Each deed in a thread and connection of its own, all let go at one moment."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        try:
            gate.wait(timeout=20)
            deed()
        except EmoneyError as error:
            return type(error).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_many_top_ups_at_once_never_take_more_than_up() -> None:
    world = build()
    world.purse().__class__.objects.filter(pk=world.purse().pk).update(limit=rp(1_000_000))
    cards = [card(world.opd, world.holder, number=f"603298******1{n:03d}", registered=True) for n in range(6)]
    seen = Counter(at_once([partial(world.top_up, 300_000, card=one) for one in cards]))
    assert seen == {"done": 3, "EmoneyError": 3}
    assert world.purse().used == rp(900_000)
    assert world.booked("emoney_advance") == rp(900_000)
    assert not broken_laws()


def test_one_bank_reference_loads_a_card_once() -> None:
    world = build()
    assert at_once([lambda: world.top_up(200_000, reference="TRF-SAMA")] * 5) == ["done"] * 5
    assert (TopUp.objects.count(), world.purse().used) == (1, rp(200_000))
    assert Journal.objects.filter(kind="emoney_topped_up").count() == 1


def test_two_loads_at_once_do_not_pass_the_limit_of_a_card() -> None:
    world = build()
    seen = Counter(at_once([partial(world.top_up, 1_200_000, reference=f"T{n}") for n in range(3)]))
    assert seen == {"done": 1, "OverLimit": 2}
    assert not broken_laws()


def test_a_purchase_is_reported_or_repaid_never_both() -> None:
    world = build()
    tap = bought(world)

    def report() -> object:
        return services.report(
            movement_id=tap.pk, line_id=world.line.pk, purpose="Parkir", receipts=[picture()],
            by=world.holder, at=AT,
        )  # fmt: skip

    def repay() -> object:
        return services.repay(
            movement_id=tap.pk, account_id=world.account.pk, paid_date=DAY, reference_no="GANTI",
            by=world.treasurer, at=AT,
        )  # fmt: skip

    seen = Counter(at_once([report, repay, report, repay]))
    assert seen == {"done": 1, "Reused": 3}
    assert Spend.objects.count() + Return.objects.count() == 1
    assert not broken_laws()


def test_one_purchase_is_charged_once() -> None:
    world = build()
    tap = bought(world)
    world.approve(world.report(tap))
    checks = dict.fromkeys(CHECKS, True)

    def charge() -> object:
        return services.charge(movement_id=tap.pk, checks=checks, note="", by=world.treasurer, at=AT)

    assert at_once([charge] * 4) == ["done"] * 4
    assert Journal.objects.filter(kind="spending_paid").count() == 1
    assert world.booked("emoney_advance") == rp(485_000)


def test_overlapping_files_saved_at_once_count_each_line_once() -> None:
    world = build()
    taps = [Line("TOPUP", 100_000, 0), *(Line("BELI", 1_000, n, "PARKIR", f"EM{n}") for n in range(1, 9))]
    first, second = world.upload(history(taps[:6])), world.upload(history(taps), name="b.csv")

    def save(pk: int) -> Callable[[], object]:
        return lambda: services.save_history(file_id=pk, by=world.treasurer, at=AT)

    assert at_once([save(first.pk), save(second.pk), save(first.pk), save(second.pk)]) == ["done"] * 4
    assert list(Movement.objects.order_by("position").values_list("balance", flat=True)) == [
        rp(100_000 - n * 1_000) for n in range(9)
    ]
    assert not broken_laws()
