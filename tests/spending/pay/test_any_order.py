"""Whatever the bank answers, whoever asks, whatever dies when: at the bank each spend is paid at most
once, and in the end ours agrees with it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from payments.ledger.models import Journal
from payments.snap.codes import Service
from payments.spending import sweep
from payments.spending.bank import conversation
from payments.spending.bank.answers import GRACE
from payments.spending.errors import SpendError
from payments.spending.models import Disbursement, Spend, Way
from payments.spending.services.transfers import ask_bank, pay_by_transfer
from tests.spending.pay.bank import ORDERS, Answer, Bank, Honest, refusal
from tests.spending.pay.world import AT, World, seconds

FATES = (
    "done",
    "lost",
    "progress",
    "progress_lost",
    "never",
    "later",
    "refused",
    "error_done",
    "error",
    "duplicate",
)


class Moody:
    """Decides what becomes of each order, by a script; "later" ones land when the test says so."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.fate = "done"
        self.deaf = False
        self.flying: list[tuple[datetime, Service, dict[str, Any]]] = []
        self.now = AT

    def __call__(self, service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        if service not in ORDERS:
            return None if self.deaf else honest()
        match self.fate:
            case "lost":
                honest()
                return None
            case "progress":
                return self.bank.order(service, body, status="03")
            case "progress_lost":
                self.bank.order(service, body, status="03")
                return None
            case "never":
                return None
            case "later":
                self.flying.append((self.now, service, body))
                return None
            case "refused":
                return refusal(service, "403", "14")
            case "error_done":
                honest()
                return refusal(service, "500", "00")
            case "error":
                return refusal(service, "500", "00")
            case "duplicate":
                honest()
                return refusal(service, "409", "01")
        return honest()


class Life(RuleBasedStateMachine):
    world: World

    @initialize()
    def begin(self) -> None:
        Spend.objects.filter(state="tested").update(state="rejected", close_reason="uji lain")
        self.now = AT
        self.world.bank.orders.clear()
        self.mood = Moody(self.world.bank)
        self.world.bank.mood = self.mood
        self.spends = [self.world.spend(1000 + place, at=AT) for place in range(3)]

    def tick(self, offset: timedelta) -> None:
        self.now += offset
        self.mood.now = self.now

    @rule(which=st.integers(0, 2), fate=st.sampled_from(FATES))
    def press_pay(self, which: int, fate: str) -> None:
        self.mood.fate = fate
        with suppress(SpendError):
            pay_by_transfer(
                spend_id=self.spends[which].pk,
                account_id=self.world.account.pk,
                by=self.world.treasurer,
                at=self.now,
            )

    @rule(which=st.integers(0, 2))
    def die_before_the_call(self, which: int) -> None:
        with suppress(SpendError):
            conversation.begin(
                spend_id=self.spends[which].pk,
                way=Way.INTRABANK,
                account_id=self.world.account.pk,
                by=self.world.treasurer,
                at=self.now,
            )

    @rule(which=st.integers(0, 2), deaf=st.booleans())
    def ask(self, which: int, deaf: bool) -> None:
        self.mood.deaf = deaf
        for row in Disbursement.objects.filter(spend=self.spends[which]):
            ask_bank(disbursement_id=row.pk, at=self.now)
        self.mood.deaf = False

    @rule()
    def sweeping(self) -> None:
        sweep.run(at=self.now)

    @rule(wait=st.sampled_from([1, 4, 31, 120, 599, 700, 4000]))
    def time_passes(self, wait: int) -> None:
        """What was on its way lands within the grace, as it must."""
        until = self.now + timedelta(seconds=wait)
        for sent, service, body in self.mood.flying:
            if until >= sent + GRACE - seconds(30):
                self.land(service, body)
        self.mood.flying = [one for one in self.mood.flying if until < one[0] + GRACE - seconds(30)]
        self.tick(timedelta(seconds=wait))

    @rule()
    def what_flies_lands(self) -> None:
        for _, service, body in self.mood.flying:
            self.land(service, body)
        self.mood.flying = []

    def land(self, service: Service, body: dict[str, Any]) -> None:
        self.world.bank.order(service, body)

    @rule(which=st.integers(0, 5), status=st.sampled_from(["00", "05", "06"]))
    def the_bank_ends_one_in_progress(self, which: int, status: str) -> None:
        waiting = [order for order in self.world.bank.orders.values() if order.status == "03"]
        if waiting:
            waiting[which % len(waiting)].status = status

    @invariant()
    def the_bank_paid_each_spend_at_most_once(self) -> None:
        spend_of = dict(Disbursement.objects.values_list("partner_reference_no", "spend_id"))
        orders = self.world.bank.orders
        paid = Counter(spend_of[number] for number, order in orders.items() if order.status in {"00", "03"})
        assert all(count == 1 for count in paid.values()), paid

    @invariant()
    def what_we_call_paid_the_bank_has_paid(self) -> None:
        for row in Disbursement.objects.filter(state="succeeded", spend__in=self.spends):
            assert self.world.bank.orders[row.partner_reference_no].status == "00"
        for row in Disbursement.objects.filter(state="failed", spend__in=self.spends):
            order = self.world.bank.orders.get(row.partner_reference_no)
            assert order is None or order.status in {"05", "06"}

    def teardown(self) -> None:
        """In the end everything lands and is asked about: both ledgers agree."""
        if not hasattr(self, "spends"):
            return
        self.what_flies_lands()
        for order in self.world.bank.orders.values():
            order.status = "00" if order.status == "03" else order.status
        for _ in range(3):
            self.tick(timedelta(hours=3))
            sweep.run(at=self.now)
        paid = {
            Disbursement.objects.get(partner_reference_no=number).spend_id
            for number, order in self.world.bank.orders.items()
            if order.status == "00"
        }
        for spend in self.spends:
            assert (self.world.state(spend) == "paid") == (spend.pk in paid)
            assert Journal.objects.filter(key=f"spend:{spend.pk}:paid").count() == (spend.pk in paid)


def test_any_order_of_answers_deaths_and_questions_pays_at_most_once(world: World) -> None:
    class Here(Life):
        pass

    Here.world = world
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
