"""What the database refuses, whoever asks. Each guard is broken on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from opd.office.ids import uuid7
from payments.incoming import rules, services
from payments.incoming.models import (
    MoneyException,
    NoticeWork,
    Payment,
    PaymentAttempt,
    PaymentEvent,
    PaymentRequest,
    ReceivingAccount,
)
from payments.incoming.rules import State
from payments.incoming.services import ExceptionError, RegisterError
from tests.incoming.world import AT, OTHER_RRN, PRICE, SOON, World, make_account, state
from tests.opd.cast import person


def refused(statement: Callable[[], Any], code: str) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        statement()
    assert getattr(caught.value.__cause__, "sqlstate", "") == code


@pytest.mark.parametrize(
    "change",
    [
        {"amount": PRICE - 1},
        {"amount": PRICE - 1, "revenue_amount": PRICE - 1},
        {"paid_at": AT},
        {"kind": "late"},
        {"journal_id": 99},
        {"rrn": OTHER_RRN},
        {"rrn": ""},
        {"identity": "lain"},
        {"opd_id": None},
        {"request_id": None},
        {"receiving_account_id": 99},
        {"recorded_at": AT},
        {"seen_by": "static"},
        {"kode_lra": "4.1.02.99"},
        {"kode_lo": "8.9"},
        {"currency": "USD"},
        {"issuer": "999"},
        {"reference_no": "LAIN"},
        {"partner_reference_no": "LAIN"},
        {"fulfilment": "pending"},
        {"fulfilment": "none"},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_money_fact_never_changes(world: World, change: dict[str, Any]) -> None:
    payment = world.book(world.request())
    refused(lambda: Payment.objects.filter(pk=payment.pk).update(**change), "IN002")


def test_an_rrn_may_arrive_once(world: World) -> None:
    payment = world.book(world.request(), rrn="")
    row = Payment.objects.filter(pk=payment.pk)
    assert row.update(rrn="1", identity="x:1") == 1
    refused(lambda: row.update(rrn="2", identity="x:2"), "IN002")


@pytest.mark.parametrize(
    "table",
    [
        "incoming_payment",
        "incoming_paymentrequest",
        "incoming_paymentattempt",
        "incoming_paymentevent",
        "incoming_moneyexception",
        "incoming_noticework",
        "incoming_receivingaccount",
    ],
)
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_nothing_is_ever_deleted(world: World, table: str, verb: str) -> None:
    request = world.request()
    world.book(request)
    world.book(request, rrn=OTHER_RRN)
    NoticeWork.objects.create(inbox_id=1, received_at=AT)
    tail = " CASCADE" if verb == "TRUNCATE" else ""

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"{verb} {table}{tail}")

    refused(run, "IN001")


def test_guards_also_hold_while_ordinary_triggers_are_off(world: World) -> None:
    payment = world.book(world.request())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    refused(lambda: Payment.objects.filter(pk=payment.pk).update(paid_at=AT), "IN002")


def test_events_are_append_only_and_carry_their_transaction(world: World) -> None:
    world.book(world.request())
    event = PaymentEvent.objects.first()
    assert event is not None
    assert event.xid > 0
    refused(lambda: PaymentEvent.objects.update(kind="lain"), "IN001")


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_states_move_along_one_table(world: World, before: State, after: State) -> None:
    """The database's table and the code's are the same; paid is final for everybody."""
    if before is after:
        return
    request = at_state(world, before)
    closed = None if after in rules.LIVE else SOON
    row = PaymentRequest.objects.filter(pk=request.pk)

    def move() -> int:
        return row.update(state=str(after), closed_at=closed)

    if after in rules.NEXT_STATES[before] and after is not State.PAID:
        assert move() == 1
    else:
        refused(move, "IN003")


def at_state(world: World, wanted: State) -> PaymentRequest:
    request = world.request()
    row = PaymentRequest.objects.filter(pk=request.pk)
    match wanted:
        case State.PAID:
            world.book(request)
        case State.REQUESTING:
            row.update(state="requesting")
        case State.FAILED:
            row.update(state="requesting")
            row.update(state="failed", closed_at=SOON)
        case State.EXPIRED | State.CANCELLED:
            row.update(state=str(wanted), closed_at=SOON)
    return request


def test_paid_needs_the_money_that_pays_it(world: World) -> None:
    request = world.request()
    world.book(request, amount=PRICE - 1)
    row = PaymentRequest.objects.filter(pk=request.pk)
    refused(lambda: row.update(state="paid", closed_at=SOON), "IN003")


def test_what_was_asked_never_changes(world: World) -> None:
    request = world.request()
    other = make_account(world.partner, world.opd, nmid="ID20260000002")
    row = PaymentRequest.objects.filter(pk=request.pk)
    changes: list[dict[str, Any]] = [
        {"amount": 1},
        {"payable_key": "lain"},
        {"created_at": SOON},
        {"receiving_account": other},
        {"kode_lra": "x"},
    ]
    for change in changes:
        refused(lambda change=change: row.update(**change), "IN003")  # type: ignore[misc]


def test_a_reference_stays_known(world: World) -> None:
    attempt = PaymentAttempt.objects.get(request=world.request())
    row = PaymentAttempt.objects.filter(pk=attempt.pk)
    for change in ({"partner_reference_no": "X"}, {"reference_no": "X"}, {"qr_content": "X"}):
        refused(lambda change=change: row.update(**change), "IN003")  # type: ignore[misc]


def test_a_thing_has_one_live_or_paid_request(world: World) -> None:
    request = world.request("sama")
    copy = PaymentRequest.objects.get(pk=request.pk)
    copy.pk, copy.partner_reference_no, copy.state = uuid7(), "LAIN", "requesting"
    with pytest.raises(IntegrityError, match="request_one_live_or_paid"), transaction.atomic():
        copy.save(force_insert=True)


def test_a_request_is_born_requesting(world: World) -> None:
    copy = PaymentRequest.objects.get(pk=world.request().pk)
    copy.pk, copy.partner_reference_no, copy.payable_key = uuid7(), "LAIN", "lain"
    refused(lambda: copy.save(force_insert=True), "IN003")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": Decimal(0), "revenue_amount": Decimal(0)}, "payment_amount_positive"),
        ({"liability_amount": Decimal(1)}, "payment_amount_is_split"),
        ({"kind": "late"}, "payment_revenue_only_when_settling"),
        ({"kind": "lain"}, "payment_"),
        ({"currency": "USD"}, "payment_in_rupiah"),
        ({"identity": None}, "payment_one_settles_a_request"),
        (
            {"identity": "", "kind": "double", "revenue_amount": Decimal(0), "liability_amount": PRICE},
            "identity",
        ),
    ],
)
def test_a_payment_row_must_make_sense(world: World, change: dict[str, Any], constraint: str) -> None:
    payment = world.book(world.request())
    copy = Payment.objects.get(pk=payment.pk)
    copy.pk, copy.journal_id, copy.identity = uuid7(), 10**9, "baru"
    for name, value in change.items():
        setattr(
            copy,
            name,
            {"": payment.identity, None: "baru"}.get(value, value) if name == "identity" else value,
        )
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy.save(force_insert=True)


def test_an_exception_is_explained_once_with_words(world: World) -> None:
    user = person("bendahara.uji")
    world.book(world.request(), amount=PRICE - 1)
    row = MoneyException.objects.get()
    with pytest.raises(ExceptionError, match="Tulis"):
        services.explain(row.pk, explanation="  ", by=user, at=SOON)
    explained = services.explain(row.pk, explanation="Dikembalikan tunai.", by=user, at=SOON)
    assert (explained.state, explained.explained_by) == ("explained", user)
    with pytest.raises(ExceptionError, match="sudah dijelaskan"):
        services.explain(row.pk, explanation="Lagi.", by=user, at=SOON)
    refused(lambda: MoneyException.objects.update(explanation="lain"), "IN004")


def test_a_finding_never_changes(world: World) -> None:
    world.book(world.request(), amount=PRICE - 1)
    refused(lambda: MoneyException.objects.update(amount=1), "IN004")


def test_a_terminal_has_one_account_on_any_day(world: World) -> None:
    with pytest.raises(RegisterError, match="sudah terdaftar"):
        make_account(world.partner, world.opd, valid_from=date(2026, 12, 1))
    services.end_account(world.account.pk, valid_to=date(2026, 11, 30), reason="SK baru", by=None, at=AT)
    later = make_account(world.partner, world.opd, valid_from=date(2026, 12, 1))
    with pytest.raises(RegisterError, match="sudah terdaftar"):
        services.end_account(world.account.pk, valid_to=date(2026, 12, 31), reason="uji", by=None, at=AT)
    assert ReceivingAccount.objects.valid(on=date(2026, 12, 5)).get() == later


def test_an_account_can_only_be_ended(world: World) -> None:
    refused(lambda: ReceivingAccount.objects.update(bank_account="9"), "IN005")
    with pytest.raises(RegisterError, match="mendahului"):
        services.end_account(
            world.account.pk,
            valid_to=world.account.valid_from - timedelta(days=1),
            reason="uji",
            by=None,
            at=AT,
        )


def test_an_account_needs_its_decree(world: World) -> None:
    with pytest.raises(ValidationError):
        make_account(world.partner, world.opd, nmid="ID2", decree_number="")


def test_the_guards_can_be_taken_back(world: World) -> None:
    """The reverse SQL of the migration names every function and trigger of the forward one."""
    module = import_module("payments.incoming.migrations.0002_guards")
    made = set(re.findall(r"CREATE (?:FUNCTION|TRIGGER) (\w+)", module.FORWARD))
    taken = set(re.findall(r"DROP (?:FUNCTION|TRIGGER) (\w+)", module.BACKWARD))
    assert made == taken
    assert state(world.request()) == "open"
