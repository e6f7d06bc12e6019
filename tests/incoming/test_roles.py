"""The application's own database role is enough for everything this room does, and for nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from payments.incoming import queries, services, sweep
from payments.incoming.models import Payment, PaymentEvent
from payments.ledger.grants import grant
from tests.incoming.test_booking import check_laws
from tests.incoming.test_notices import arrives, notice_of, paid, work
from tests.incoming.world import AT, OTHER_RRN, PRICE, SOON, World, seconds, state


@pytest.fixture
def as_application(world: World) -> Iterator[World]:
    role = f"app_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE ROLE {role}")
        grant(cursor, app=role, auditor=None)
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield world
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_application_can_do_its_whole_work(as_application: World) -> None:
    world = as_application
    request = world.request()
    paid(world, request)
    assert work(arrives(world, notice_of(world, request))) == "dibukukan"
    world.book(request, rrn=OTHER_RRN)
    assert state(request) == "paid"
    services.cancel(world.request().pk, reason="uji", by=None, at=SOON)
    services.renew(world.request().pk, by=None, at=SOON)
    world.book(world.request(), amount=PRICE - 1, rrn="3")
    world.book(None, reference_no="STATIC-1", rrn="4")
    sweep.run(at=AT + seconds(60))
    queries.events(queries.Cursor())
    check_laws()


def test_the_application_cannot_touch_what_happened(as_application: World) -> None:
    as_application.book(as_application.request())
    for change in (
        lambda: PaymentEvent.objects.update(kind="lain"),
        lambda: PaymentEvent.objects.all().delete(),
        lambda: Payment.objects.update(paid_at=AT),
        lambda: connection.cursor().execute("TRUNCATE incoming_payment CASCADE"),
        lambda: connection.cursor().execute("ALTER TABLE incoming_payment DISABLE TRIGGER ALL"),
        lambda: connection.cursor().execute("SET session_replication_role = replica"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
