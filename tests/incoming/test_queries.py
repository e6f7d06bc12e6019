"""Read models: right, scoped to the agency, and bounded in queries."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from opd.access import NOWHERE, Scope
from opd.models import Opd
from opd.office.calendar import at as instant
from opd.office.calendar import day_of
from payments.incoming import queries, services
from payments.incoming.models import Payment, PaymentEvent, PaymentRequest
from payments.incoming.queries import Cursor, PaymentFilter
from payments.incoming.rules import Kind
from tests.incoming.world import AT, KIND, OTHER_RRN, PRICE, RRN, SOON, World, make_account, seconds
from tests.opd.cast import agency

EVERYWHERE = Scope(None)
DAY = day_of(AT)


def today(scope: Scope = EVERYWHERE, **fields: object) -> PaymentFilter:
    return PaymentFilter(scope, DAY, DAY, **fields)  # type: ignore[arg-type]


def elsewhere(world: World) -> Opd:
    """A payment of another agency."""
    opd = agency("120", "Dinas lain (uji)")
    account = make_account(world.partner, opd, nmid="ID20260000002", name="Museum")
    services.record_money(
        world.seen(None, reference_no="M1", nmid=account.nmid, paid_at=SOON), by=None, at=SOON
    )
    return opd


def count(statement: object) -> int:
    assert callable(statement)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        statement()
    return len(caught)


def test_a_request_is_read_with_its_payments_in_two_queries(world: World) -> None:
    request = world.request()
    world.book(request)
    world.book(request, rrn=OTHER_RRN, paid_at=SOON + seconds(5))
    assert count(lambda: queries.request_view(request.pk)) == 2
    view = queries.request_view(request.pk)
    assert (view.state_label, view.is_paid, view.is_live) == ("Lunas", True, False)
    assert (view.merchant_name, view.nmid, view.amount) == ("UJI COBA RBK", "ID20260000001", PRICE)
    assert [line.kind_label for line in view.payments] == ["Sesuai", "Bayar ganda"]
    assert len(view.of_kind(Kind.DOUBLE)) == 1


def test_the_state_is_one_query_and_its_tag_changes_with_every_event(world: World) -> None:
    request = world.request()
    assert count(lambda: queries.request_state(request.pk)) == 1
    tags = [queries.request_state(request.pk).tag]
    services.renew(request.pk, by=None, at=SOON, expires_at=SOON + timedelta(minutes=20))
    tags.append(queries.request_state(request.pk).tag)
    world.things.broken = True
    world.book(request)
    tags.append(queries.request_state(request.pk).tag)
    world.book(request, rrn=OTHER_RRN)
    tags.append(queries.request_state(request.pk).tag)
    assert len(set(tags)) == 4
    assert queries.request_state(request.pk).state == "paid"


def test_the_request_that_counts_is_the_live_or_paid_one(world: World) -> None:
    assert queries.latest_request(KIND, "kunci") is None
    old = world.request("kunci")
    services.expire(old.pk, at=AT + timedelta(minutes=16))
    assert queries.latest_request(KIND, "kunci") == old.pk
    new = world.request("kunci", at=AT + timedelta(minutes=17))
    assert queries.latest_request(KIND, "kunci") == new.pk
    world.book(old, paid_at=AT + timedelta(minutes=20))
    world.book(new, rrn=OTHER_RRN, paid_at=AT + timedelta(minutes=18))
    kinds = [line.kind for line in queries.payments_for(KIND, "kunci")]
    assert kinds == ["exact", "late"]


def test_a_missing_request_raises(world: World) -> None:
    ghost = PaymentRequest().pk
    for read in (queries.request_view, queries.request_state):
        with pytest.raises(PaymentRequest.DoesNotExist):
            read(ghost)


def test_payments_are_listed_for_the_agency_alone(world: World) -> None:
    mine = world.book(world.request())
    other = elsewhere(world)
    assert [row.id for row in queries.payments_of(today(Scope(frozenset({world.opd.pk})))).rows] == [mine.pk]
    assert len(queries.payments_of(today()).rows) == 2
    assert queries.payments_of(today(NOWHERE)).rows == []
    assert queries.payments_of(today(accounts=[world.account.pk])).rows[0].nmid == "ID20260000001"
    assert queries.payments_of(today(kinds=["late"])).rows == []
    assert queries.payments_of(today(payable_kind=KIND)).rows[0].description.startswith("Karcis")
    assert queries.payment_row(mine.pk, EVERYWHERE).rrn == RRN
    with pytest.raises(Payment.DoesNotExist):
        queries.payment_row(mine.pk, Scope(frozenset({other.pk})))


def test_wib_decides_the_day_of_a_payment(world: World) -> None:
    just_before = instant(DAY, 0) - seconds(1)
    world.book(None, reference_no="A", rrn="1", paid_at=just_before)
    world.book(None, reference_no="B", rrn="2", paid_at=instant(DAY, 0))
    world.book(None, reference_no="C", rrn="3", paid_at=instant(DAY, 23, 59, 59))
    assert {row.reference_no for row in queries.payments_of(today()).rows} == {"B", "C"}
    assert [row.sums.payments for row in queries.takings(today())] == [2]


def test_pages_follow_each_other_without_gap_or_overlap(world: World) -> None:
    for number in range(7):
        paid_at = SOON + seconds(number // 2)
        world.book(None, reference_no=f"S{number}", rrn=str(number), paid_at=paid_at)
    seen, cursor = [], ""
    while True:
        page = queries.payments_of(today(), before=cursor, size=2)
        seen += [row.reference_no for row in page.rows]
        cursor = page.older
        if not cursor:
            break
    assert sorted(seen) == [f"S{number}" for number in range(7)]
    assert [row.id for row in queries.every_payment(today())][::-1] == [
        row.id for row in queries.payments_of(today()).rows
    ]
    assert queries.payments_of(today(), before="ngawur").rows


def test_takings_sum_by_account(world: World) -> None:
    request = world.request()
    world.book(request)
    world.book(request, rrn=OTHER_RRN)
    world.book(world.request(), amount=PRICE + 1000, rrn="3")
    elsewhere(world)
    mine, other = sorted(queries.takings(today()), key=lambda row: -row.sums.payments)
    assert (mine.sums.payments, mine.sums.amount) == (3, 3 * PRICE + 1000)
    assert (mine.sums.revenue, mine.sums.liability) == (2 * PRICE, PRICE + 1000)
    assert (other.account_name, other.sums.revenue) == ("Museum", Decimal(0))


def test_lists_cost_the_same_however_long(world: World) -> None:
    def costs() -> list[int]:
        return [
            count(lambda: queries.payments_of(today())),
            count(lambda: queries.takings(today())),
            count(lambda: queries.exceptions(EVERYWHERE)),
            count(lambda: queries.events(Cursor())),
        ]

    world.book(world.request())
    few = costs()
    for number in range(6):
        world.book(None, reference_no=f"S{number}", rrn=str(number))
    assert costs() == few == [1, 1, 1, 2]


def test_exceptions_are_listed_with_what_to_do(world: World) -> None:
    world.book(world.request(), amount=PRICE - 1)
    services.record_money(world.seen(None, nmid="ID2", reference_no="X"), by=None, at=SOON)
    phantom, short = queries.exceptions(EVERYWHERE)
    assert (phantom.kind, phantom.opd_id) == ("unknown_terminal", None)
    assert short.text.action
    own = Scope(frozenset({world.opd.pk}))
    assert [row.kind for row in queries.exceptions(own)] == ["short"]
    assert (queries.open_exceptions(own), queries.open_exceptions(EVERYWHERE)) == (1, 2)
    assert queries.exceptions(EVERYWHERE, before=phantom.id)[0].id == short.id


@pytest.mark.django_db(transaction=True)
def test_events_wait_for_the_oldest_running_transaction(world: World) -> None:
    """A reader behind one cursor never skips an event whose transaction commits late."""
    PaymentEvent.objects.create(kind="satu", at=AT)
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                PaymentEvent.objects.create(kind="lambat", at=AT)
                begun.set()
                finish.wait(120)
        finally:
            connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    assert begun.wait(10)
    PaymentEvent.objects.create(kind="cepat", at=AT)
    first = events_after(Cursor(), 1)
    finish.set()
    worker.join()
    assert [event.kind for event in first] == ["satu"]
    rest = events_after(first[-1].cursor, 2)
    assert sorted(event.kind for event in rest) == ["cepat", "lambat"]
    assert queries.events(rest[-1].cursor) == []


def events_after(cursor: Cursor, wanted: int) -> list[queries.Event]:
    """Polls as a reader does: transactions of other databases of the server hold events back, too."""
    for _ in range(1_000):
        found = queries.events(cursor)
        if len(found) >= wanted:
            return found
        time.sleep(0.05)
    raise AssertionError("no event in fifty seconds")
