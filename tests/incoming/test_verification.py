"""``verify`` sees what the guards should have made impossible: each law is broken with its guard down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from opd.models import Role, User
from opd.office import evidence
from payments.incoming import compensating, refunds, registry, rules, services, verification
from payments.incoming.models import Payment, PaymentRequest
from payments.incoming.refund_rules import Whereabouts
from payments.ledger import sources
from payments.snap.codes import Service
from tests.incoming.test_refunds import code, paid, place, propose, says, sent  # noqa: F401
from tests.incoming.va.teller import pay_by_number
from tests.incoming.world import AT, KIND, LO, LRA, OTHER_RRN, PRICE, SOON, World
from tests.opd.cast import person


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def broken() -> dict[str, list[str]]:
    found = {law.name: law.check().problems for law in verification.LAWS}
    return {name: problems for name, problems in found.items() if problems}


@pytest.fixture
def booked(world: World) -> World:
    """One exact, one double, one excess, one short, one late and one without a request."""
    first = world.request()
    world.book(first)
    world.book(first, rrn=OTHER_RRN)
    world.book(world.request(), amount=PRICE + 500)
    world.book(world.request(), amount=PRICE - 500)
    late = world.request()
    world.book(late, paid_at=late.expires_at + rules.GRACE)
    world.book(None, reference_no="STATIC-1")
    return world


def give_back(world: World, put: Callable[[Whereabouts], None]) -> tuple[User, User]:
    """One payment undone at the bank, and one restituted from RKUD; who proposed and who approved."""
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, world.opd)
    head = person("kepala", Role.PA, world.opd)
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    sent(propose(paid(world), treasurer), head)
    put(Whereabouts(AT.date(), AT.date(), booked=True))
    refund = propose(paid(world), treasurer)
    refunds.approve(refund_id=refund.pk, by=head, at=SOON)
    facts: dict[str, Any] = {"refund_id": refund.pk, "day": AT.date(), "at": SOON}
    refunds.record_skrdlb(number="SKRDLB/1", by=treasurer, **facts)
    refunds.record_spm(number="SPM/1", by=treasurer, **facts)
    refunds.record_sp2d(number="SP2D/1", by=head, **facts)
    return treasurer, head


@transaction.atomic
def compensate(treasurer: User, head: User) -> None:
    """What was paid twice pays another thing of its payer."""
    double = Payment.objects.get(kind="double")
    quote = registry.Quote(double.liability_amount, "Karcis lain", double.opd_id, LRA, LO)
    letter, _ = evidence.store(
        ContentFile(b"surat"), name="surat.pdf", media_type="application/pdf", by=treasurer, at=SOON
    )
    row = compensating.propose(
        double.pk, kind=KIND, key="other", quote=quote, by=treasurer, at=SOON,
        consent=compensating.Consent("S/1/2026", AT.date(), letter),
    )  # fmt: skip
    compensating.book(compensating.lock(row.pk), quote=quote, by=head, at=SOON)


def test_every_law_holds_and_covers_rows(
    booked: World,
    place: Callable[[Whereabouts], None],  # noqa: F811
) -> None:
    compensate(*give_back(booked, place))
    pay_by_number(booked)
    static = booked.book(None, reference_no="STATIC-2", rrn="632811000009")
    quote = registry.Quote(PRICE, "Karcis", booked.opd.pk, LRA, LO)
    officer = person("petugas", Role.PETUGAS_LOKET, booked.opd)
    services.recognise(static.pk, kind=KIND, key="walk-in", quote=quote, by=officer, at=SOON)
    assert broken() == {}
    assert all(law.check().rows > 0 for law in verification.LAWS)


def lower(table: str) -> str:
    return f"ALTER TABLE {table} DISABLE TRIGGER USER"


def drop(table: str, constraint: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"


HARMS: dict[str, tuple[list[str], set[str]]] = {
    "an amount is rewritten": (
        ["UPDATE incoming_payment SET amount = amount + 1, liability_amount = liability_amount + 1"],
        {"incoming.journals"},
    ),
    "a split is moved": (
        [
            drop("incoming_payment", "payment_revenue_only_when_settling"),
            "UPDATE incoming_payment SET revenue_amount = 0, liability_amount = amount WHERE kind = 'exact'",
        ],
        {"incoming.journals", "incoming.paid_by_money"},
    ),
    "a journal is borrowed": (
        ["UPDATE incoming_payment SET journal_id = -1 WHERE kind = 'short'"],
        {"incoming.journals", "incoming.no_orphan_journal"},
    ),
    "the bank owes more than it took": (
        ["UPDATE incoming_payment SET amount = amount - 1, revenue_amount = amount - 1 WHERE kind = 'exact'"],
        {"incoming.journals", "incoming.receivable", "incoming.paid_by_money"},
    ),
    "the paid day is moved": (
        ["UPDATE incoming_payment SET paid_at = paid_at - interval '3 days' WHERE kind = 'exact'"],
        {"incoming.journals"},
    ),
    "a payment is deleted": (
        [
            "UPDATE incoming_paymentevent SET payment_id = NULL",
            "UPDATE incoming_moneyexception SET payment_id = NULL",
            "DELETE FROM incoming_payment WHERE kind = 'late'",
        ],
        {"incoming.no_orphan_journal", "incoming.followed_up"},
    ),
    "a request is paid by hand": (
        [
            "UPDATE incoming_paymentrequest SET state = 'paid', closed_at = now()"
            " WHERE state = 'open' AND id = (SELECT request_id FROM incoming_payment WHERE kind = 'short')"
        ],
        {"incoming.paid_by_money"},
    ),
    "a paid request is reopened": (
        ["UPDATE incoming_paymentrequest SET state = 'open', closed_at = NULL WHERE state = 'paid'"],
        {"incoming.paid_by_money"},
    ),
    "a second payment takes the first one's name": (
        ["UPDATE incoming_payment SET rrn = '632811000001' WHERE kind = 'double'"],
        {"incoming.identities"},
    ),
    "a thing is paid twice": (
        [
            "DROP INDEX request_one_live_or_paid",
            "DROP INDEX request_one_paid",
            "UPDATE incoming_paymentrequest SET payable_key = 'sama' WHERE state = 'paid'",
        ],
        {"incoming.one_per_thing"},
    ),
    "an exception is hidden": (
        ["UPDATE incoming_moneyexception SET payment_id = NULL WHERE kind = 'late'"],
        {"incoming.followed_up"},
    ),
    "an audit row is lost": (
        [lower("opd_auditevent"), "DELETE FROM opd_auditevent WHERE action = 'payment.record'"],
        {"incoming.audited"},
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harm_done_behind_the_guards_is_named(booked: World, harm: str) -> None:
    statements, laws = HARMS[harm]
    tables = ("payment", "paymentrequest", "paymentevent", "moneyexception")
    run("SET CONSTRAINTS ALL IMMEDIATE", *(lower(f"incoming_{table}") for table in tables))
    run(*statements)
    assert laws | {"incoming.guards"} <= set(broken())
    assert all("%" not in problem for problems in broken().values() for problem in problems)
    assert set(broken()) <= laws | {"incoming.guards", "incoming.journals", "incoming.followed_up"}


def test_a_guard_that_is_off_is_named(booked: World) -> None:
    run(
        "SET CONSTRAINTS ALL IMMEDIATE", "ALTER TABLE incoming_payment DISABLE TRIGGER incoming_payment_guard"
    )
    assert broken() == {
        "incoming.guards": ["pemicu incoming_payment_guard pada incoming_payment tidak terpasang"]
    }


def test_the_ledger_knows_which_journals_must_exist(booked: World) -> None:
    (source,) = [one for one in sources.registered() if one.name == "incoming.payment"]
    with connection.cursor() as cursor:
        cursor.execute(source.sql)
        keys = {row[0] for row in cursor.fetchall()}
    assert keys == {f"{payment.source}:received" for payment in Payment.objects.all()}


def test_the_laws_stay_whole_after_every_way_of_closing(booked: World) -> None:
    closing: list[Callable[[], object]] = [
        lambda: booked.request(),
        lambda: booked.book(booked.request(), rrn=""),
    ]
    for step in closing:
        step()
    assert broken() == {}
    assert PaymentRequest.objects.filter(state="open", created_at__lt=SOON).exists()
