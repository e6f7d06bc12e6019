"""Whatever order notices, questions, settlement lines and clicks come in: each rupiah is booked once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from opd.office.calendar import day_of
from payments.incoming import notices, services, sweep
from payments.incoming.models import NoticeWork, Payment, PaymentAttempt, PaymentRequest
from payments.incoming.verification import LAWS
from payments.ledger import queries as ledger
from tests.incoming.bank import Money, Transaction
from tests.incoming.test_notices import arrives
from tests.incoming.world import AT, PRICE, World, seconds

EXTRA = [Decimal(0), Decimal(-1000), Decimal(1000)]
pick = st.integers(0, 7)


@dataclass
class Truth:
    """What really happened, kept apart from the product: money by reference, as the bank has it."""

    extra: dict[str, Decimal] = field(default_factory=dict)
    rrns: int = 0
    ever_paid: set[Any] = field(default_factory=set)


class Life(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world.bank.transactions.clear()
        self.truth = Truth()
        self.now: datetime = AT
        self.requests: list[PaymentRequest] = []

    def teardown(self) -> None:
        try:
            self.settle_everything()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # what people and the bank do

    @initialize()
    def first(self) -> None:
        self.ask()

    @rule()
    def ask(self) -> None:
        if len(self.requests) < 3:
            self.requests.append(self.world.request(at=self.now))

    @rule(which=pick, extra=st.sampled_from(EXTRA))
    def somebody_pays(self, which: int, extra: Decimal) -> None:
        """The QR has one amount: every payment of a reference is of the same one."""
        reference = self.reference(which)
        transaction_ = self.world.bank.transactions[reference]
        if transaction_.status == "05" or len(transaction_.money) == 3:
            return
        self.truth.rrns += 1
        amount = transaction_.amount + self.truth.extra.setdefault(reference, extra)
        self.world.bank.pay(reference, at=self.now, amount=amount, rrn=f"R{self.truth.rrns}")

    @rule(minutes=st.sampled_from([0, 1, 16]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=7)

    # what we see

    @precondition(lambda self: self.paid_references())
    @rule(which=pick, place=pick, named=st.booleans(), amount=st.sampled_from(["right", "wrong", "missing"]))
    def notice(self, which: int, place: int, named: bool, amount: str) -> None:
        reference, transaction_ = self.some_paid(which)
        changes: dict[str, Any] = {} if named else {"rrn": None}
        if amount != "right":
            wrong = {"value": "77.00", "currency": "IDR"}
            changes["amount"] = wrong if amount == "wrong" else None
        if place % 2:
            changes["paidTime"] = transaction_.money[place % len(transaction_.money)].paid_at.isoformat()
        # a wrong or missing amount of a payment that the query cannot show could only be guessed
        place = place % len(transaction_.money) if amount == "right" else 0
        body = self.world.bank.notice(reference, place, **changes)
        inbox_id = arrives(self.world, body, at=self.now)
        assert notices.claim(inbox_id, self.now)
        notices.process(inbox_id, at=self.now)

    @rule(which=pick)
    def question(self, which: int) -> None:
        services.confirm(self.some(which).pk, at=self.now)

    @rule()
    def sweeping(self) -> None:
        sweep.run(at=self.now)

    @precondition(lambda self: self.paid_references())
    @rule(which=pick, place=pick)
    def settlement_line(self, which: int, place: int) -> None:
        reference, transaction_ = self.some_paid(which)
        self.settle(reference, transaction_, transaction_.money[place % len(transaction_.money)])

    # what we do

    @rule(which=pick)
    def cancel(self, which: int) -> None:
        services.cancel(self.some(which).pk, reason="uji", by=None, at=self.now)

    @rule(which=pick)
    def expire(self, which: int) -> None:
        services.expire(self.some(which).pk, at=self.now)

    @rule(which=pick)
    def renew(self, which: int) -> None:
        request = services.renew(self.some(which).pk, by=None, at=self.now)
        if request.pk not in {known.pk for known in self.requests}:
            self.requests.append(request)

    # what must hold

    @invariant()
    def paid_stays_paid(self) -> None:
        paid = set(PaymentRequest.objects.filter(state="paid").values_list("pk", flat=True))
        assert self.truth.ever_paid <= paid
        self.truth.ever_paid = paid

    @invariant()
    def nothing_is_booked_that_was_not_paid(self) -> None:
        for reference, transaction_ in self.world.bank.transactions.items():
            booked = Payment.objects.filter(partner_reference_no=reference).count()
            assert booked <= len(transaction_.money)

    def settle_everything(self) -> None:
        """The settlement file names every payment; after it the books and the bank agree."""
        for reference, transaction_ in self.world.bank.transactions.items():
            for money in transaction_.money:
                self.settle(reference, transaction_, money)
        self.now += seconds(4000)
        while sweep.run(at=self.now)["notices"]:
            self.now += seconds(4000)
        total = Decimal(0)
        for reference, transaction_ in self.world.bank.transactions.items():
            payments = list(Payment.objects.filter(partner_reference_no=reference))
            assert sorted(payment.rrn for payment in payments) == sorted(m.rrn for m in transaction_.money)
            assert sum(p.amount for p in payments) == sum(money.amount for money in transaction_.money)
            total += sum(money.amount for money in transaction_.money)
        assert ledger.balance("acquirer_receivable", on=day_of(self.now)) == total
        paid = PaymentRequest.objects.filter(state="paid").count()
        assert ledger.balance("undeposited_receipts", on=day_of(self.now)) == -paid * PRICE
        assert [problem for law in LAWS for problem in law.check().problems] == []
        assert not NoticeWork.objects.filter(done_at=None).exists()
        assert len(self.world.things.settled) >= paid

    def settle(self, reference: str, transaction_: Transaction, money: Money) -> None:
        seen = self.world.seen(
            None,
            source="settlement",
            partner_reference_no=reference,
            reference_no=transaction_.reference_no,
            rrn=money.rrn,
            amount=money.amount,
            paid_at=money.paid_at,
        )
        services.record_money(seen, by=None, at=self.now)

    def some(self, which: int) -> PaymentRequest:
        return self.requests[which % len(self.requests)]

    def reference(self, which: int) -> str:
        known = list(
            PaymentAttempt.objects.exclude(reference_no="")
            .order_by("pk")
            .values_list("partner_reference_no", flat=True)
        )
        return known[which % len(known)]

    def paid_references(self) -> list[str]:
        return [name for name, one in self.world.bank.transactions.items() if one.money]

    def some_paid(self, which: int) -> tuple[str, Transaction]:
        names = self.paid_references()
        name = names[which % len(names)]
        return name, self.world.bank.transactions[name]


def test_any_order_books_each_payment_of_the_bank_exactly_once(world: World) -> None:
    class Here(Life):
        pass

    Here.world = world
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
