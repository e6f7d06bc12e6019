"""Each stage of the law against the running sandbox bank, its files imported as people do."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from opd.models import Role, User
from opd.office import queue
from payments.incoming import refunds, sweep
from payments.incoming import services as incoming
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_rules import Choice
from payments.incoming.refunds import RefundError
from payments.incoming.verification import LAWS as INCOMING
from payments.ledger.models import Entry, PostingRule
from payments.reconciliation import services as files
from payments.reconciliation.models import Match, ReconciliationException
from payments.reconciliation.verification import LAWS as RECONCILIATION
from tests.incoming.test_with_sandbox import partner_of
from tests.incoming.world import KIND, Things, World, make_account, make_opd
from tests.opd.cast import person
from tests.sandbox.running import Bank, Closed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(
    bank: Bank,
    things: Things,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(queue, "_send", lambda task, args: None)
    monkeypatch.setattr(Things, "on_refunded", lambda *args: None)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    opd, partner = make_opd(), partner_of(bank)
    things.opd_id = opd.pk
    merchant = dict(bank.credentials["ours"]["merchants"][0])
    del merchant["key"]
    account = make_account(partner, opd, **{**merchant, "name": "Uji", "merchant_name": merchant["name"]})
    return World(opd, partner, account, things, bank)  # type: ignore[arg-type]


@pytest.fixture
def treasurer(world: World) -> User:
    return person("bendahara", Role.BENDAHARA_PENERIMAAN, world.opd)


@pytest.fixture
def head(world: World) -> User:
    return person("kepala", Role.PA, world.opd)


def paid(world: World, bank: Bank) -> Payment:
    """A QR of the bank's, paid on its phone page; found by asking."""
    now = timezone.now()
    request = incoming.request_payment(
        kind=KIND, key=f"kembali-{now.timestamp()}", receiving_account=world.account,
        expires_at=now + timedelta(minutes=10), by=None, at=now,
    )  # fmt: skip
    bank.press(request.reference_no, "lost")
    assert incoming.confirm(request.pk, at=timezone.now()).state == "paid"
    payment = Payment.objects.get(request=request)
    assert payment.rrn == ""
    return payment


def imports(name: str, text: str, by: User) -> None:
    content = ContentFile(text.encode(), name)
    file = files.import_file(profile="", name=name, content=content, by=by, at=timezone.now())
    files.run_import(file.pk, at=timezone.now())


def settled(closed: Closed, by: User) -> None:
    imports(f"QRIS_SETTLEMENT_93600999_{closed.day.replace('-', '')}.csv", closed.settlement, by)


def credited(closed: Closed, by: User) -> None:
    imports(f"RKUD_0010100000017_{closed.day.replace('-', '')}.csv", closed.statement, by)


def proposed(payment: Payment, by: User, amount: Decimal | None = None) -> Refund:
    left = refunds.left(payment).amount
    return refunds.propose(
        payment_id=payment.pk, amount=amount or left, expected_left=left, reason="Uji", by=by,
        at=timezone.now(),
    )  # fmt: skip


def carried_out(refund: Refund, head: User) -> Refund:
    refunds.approve(refund_id=refund.pk, by=head, at=timezone.now())
    return incoming.carry_out(refund.pk, at=timezone.now())


def choice(payment: Payment) -> Choice:
    return refunds.choice(payment, on=timezone.localdate())


def balance(role: str) -> Decimal:
    accounts = PostingRule.objects.filter(role=role).values("account")
    return sum(Entry.objects.filter(account__in=accounts).values_list("amount", flat=True), Decimal(0))


def sound() -> None:
    laws = [*INCOMING, *RECONCILIATION]
    assert [problem for law in laws for problem in law.check().problems] == []


def identified(payment: Payment) -> Payment:
    payment.refresh_from_db()
    return payment


def test_every_stage_of_one_payments_money(world: World, bank: Bank, treasurer: User, head: User) -> None:
    undone, partly = paid(world, bank), paid(world, bank)
    assert choice(undone).path == "cancel"
    Payment.objects.filter(pk=undone.pk).update(
        rrn=_rrn(bank, undone), identity=f"{undone.identity}{_rrn(bank, undone)}"
    )
    done = carried_out(proposed(undone, treasurer), head)
    assert (done.state, done.path) == ("done", "cancel")

    closed = bank.close_day("late_credit")
    settled(closed, treasurer)
    assert not Match.objects.filter(payment=undone).exists()
    assert not ReconciliationException.objects.filter(payment_id=undone.pk).exists()
    partly = identified(partly)
    assert choice(partly).path == "acquirer"
    done = carried_out(proposed(partly, treasurer, Decimal(3000)), head)
    assert (done.state, done.against) == ("done", "receivable")
    assert done.refund_no

    credited(closed, treasurer)
    credited(bank.close_day(), treasurer)
    match = Match.objects.get(payment=partly)
    assert match.credited_journal is not None
    assert balance("revenue_lra") == -10_000
    assert balance("undeposited_receipts") == balance("acquirer_receivable") == 0
    sound()

    assert choice(partly).path == "restitution"
    refund = proposed(partly, treasurer)
    assert refund.amount == 10_000
    refunds.approve(refund_id=refund.pk, by=head, at=timezone.now())
    today, now = timezone.localdate(), timezone.now()
    for deed in (refunds.record_skrdlb, refunds.record_spm, refunds.record_sp2d):
        done = deed(refund_id=refund.pk, number=f"900/{deed.__name__}", day=today, by=head, at=now)
    assert done.state == "done"
    assert balance("revenue_lra") == balance("revenue_lo") == 0
    sound()


def _rrn(bank: Bank, payment: Payment) -> str:
    """What the bank's notice would have told."""
    with psycopg.connect(bank.database_url) as theirs:
        row = theirs.execute(
            "SELECT p.rrn FROM sandbox_payment p JOIN sandbox_qr q ON q.id = p.qr_id"
            " WHERE q.partner_reference_no = %s",
            [payment.partner_reference_no],
        ).fetchone()
    assert row
    return str(row[0])


@pytest.mark.parametrize("mode", ["lost", "silent"])
def test_a_lost_answer_gives_back_once(
    world: World, bank: Bank, treasurer: User, head: User, mode: str
) -> None:
    payment = paid(world, bank)
    settled(bank.close_day("late_credit"), treasurer)
    bank.behave("78", mode)
    refund = carried_out(proposed(identified(payment), treasurer, Decimal(4000)), head)
    assert refund.state == "unclear"
    sweep.run(at=timezone.now() + timedelta(minutes=2))
    assert Refund.objects.get().state == "done"
    assert _gone(bank, payment) == 4000
    sound()


def _gone(bank: Bank, payment: Payment) -> Decimal:
    with psycopg.connect(bank.database_url) as theirs:
        row = theirs.execute(
            "SELECT sum(r.amount) FROM sandbox_refund r JOIN sandbox_payment p ON p.id = r.payment_id"
            " JOIN sandbox_qr q ON q.id = p.qr_id WHERE q.partner_reference_no = %s",
            [payment.partner_reference_no],
        ).fetchone()
    assert row
    return Decimal(row[0] or 0)


def at_once(*deeds: Any) -> list[Any]:
    """Run the deeds in threads of their own; what each returned or raised."""
    results: list[Any] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(place: int) -> None:
        try:
            gate.wait(20)
            results[place] = deeds[place]()
        except Exception as error:  # noqa: BLE001 - the race's loser is part of the result
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_officers_who_approve_at_once_give_back_once(
    world: World, bank: Bank, treasurer: User, head: User
) -> None:
    payment, deputy = paid(world, bank), person("wakil", Role.KPA, world.opd)
    settled(bank.close_day("late_credit"), treasurer)
    refund = proposed(identified(payment), treasurer, Decimal(5000))

    def approve(by: User) -> Refund:
        return carried_out(refund, by)

    results = at_once(lambda: approve(head), lambda: approve(deputy))
    refused = [result for result in results if isinstance(result, RefundError)]
    assert len(refused) == 1, results
    assert Refund.objects.get().state == "done"
    assert _gone(bank, payment) == 5000
    sound()


def test_two_proposals_at_once_never_exceed_the_payment(world: World, bank: Bank, treasurer: User) -> None:
    payment = paid(world, bank)
    settled(bank.close_day("late_credit"), treasurer)
    payment = identified(payment)
    results = at_once(*[lambda: proposed(payment, treasurer, Decimal(8000)) for _ in range(3)])
    assert sum(isinstance(result, Refund) for result in results) == 1, results


def test_a_refund_while_the_credit_arrives_is_on_one_side_of_it(
    world: World, bank: Bank, treasurer: User, head: User
) -> None:
    payment = paid(world, bank)
    closed = bank.close_day("late_credit")
    settled(closed, treasurer)
    refund = proposed(identified(payment), treasurer, Decimal(2000))
    refunds.approve(refund_id=refund.pk, by=head, at=timezone.now())
    incoming.carry_out(refund.pk, at=timezone.now())
    late = bank.close_day()
    second = proposed(payment, treasurer, Decimal(1000))

    def statement_comes() -> None:
        time.sleep(0.05)
        credited(late, treasurer)

    results = at_once(lambda: carried_out(second, head), statement_comes)
    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, RefundError)
    ]
    assert Refund.objects.get(pk=second.pk).state in {"refused", "requested"}
    assert Match.objects.get(payment=payment).credited_journal is not None
    assert balance("revenue_lra") == -11_000
    sound()
