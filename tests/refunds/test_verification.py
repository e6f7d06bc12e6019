"""Break each law of money back and see verify find it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from payments.incoming.models import Refund
from payments.incoming.refund_laws import LAWS as MONEY
from retribusi.refunds import services
from retribusi.refunds.models import RefundRequest
from retribusi.refunds.verification import LAWS
from tests.refunds.cast import LATER, Office

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {law.name for law in (*LAWS, *MONEY) if law.check().problems}


@pytest.fixture
def done(office: Office) -> Office:
    """A request answered by a refund that the bank made."""
    row = office.asks(contact="0812 3456 789")
    refund = office.propose(request_id=row.pk, evidence=None)
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    return office


def unguarded(table: str, *statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (f"ALTER TABLE {table} DISABLE TRIGGER USER", *statements):
            cursor.execute(statement)


REFUND, REQUEST = "incoming_refund", "refunds_refundrequest"
HARM: dict[str, Callable[[Office], None]] = {
    "incoming.refunds_within": lambda office: unguarded(
        REFUND, f"UPDATE {REFUND} SET amount = 14000, revenue_amount = 14000"
    ),
    "incoming.refund_journals": lambda office: unguarded(
        REFUND, f"UPDATE {REFUND} SET journal_id = 999999999"
    ),
    "incoming.refund_audited": lambda office: unguarded(
        "opd_auditevent", "DELETE FROM opd_auditevent WHERE action = 'refund.done'"
    ),
    "refunds.own_payment": lambda office: unguarded(
        REQUEST, f"UPDATE {REQUEST} SET order_id = '{office.museum.order().pk}'"
    ),
    "refunds.tickets": lambda office: unguarded(
        "retribusi_ticket", "UPDATE retribusi_ticket SET state = 'valid'"
    ),
    "refunds.contacts": lambda office: unguarded(REQUEST, f"UPDATE {REQUEST} SET contact = 'terbuka'"),
    "refunds.trail": lambda office: unguarded(
        "opd_auditevent", "DELETE FROM opd_auditevent WHERE action = 'refund_request.taken'"
    ),
    "refunds.guards": lambda office: unguarded(REQUEST),
}


def test_sound_books_pass(done: Office) -> None:
    assert broken() == set()
    assert Refund.objects.get().state == "done"
    assert RefundRequest.objects.get().state == "taken"


@pytest.mark.parametrize("law", HARM)
def test_verify_finds_what_the_guards_would_have_refused(done: Office, law: str) -> None:
    HARM[law](done)
    assert law in broken()
