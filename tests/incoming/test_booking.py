"""One rupiah arrives: recognised, judged, booked once, told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from opd import audit
from opd.models import AuditEvent
from opd.office.calendar import day_of
from payments.incoming import booking, services
from payments.incoming.models import MoneyException, Payment, PaymentEvent, PaymentRequest
from payments.incoming.rules import Kind
from payments.incoming.verification import LAWS
from payments.ledger import queries as ledger
from payments.ledger.models import Entry
from tests.incoming.world import AT, OTHER_RRN, PRICE, RRN, SOON, World, make_account, seconds, state

TOO_LATE = AT + timedelta(minutes=16)


def troubles() -> list[str]:
    return list(MoneyException.objects.order_by("pk").values_list("kind", flat=True))


def check_laws() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def legs(payment: Payment) -> list[tuple[str, Decimal]]:
    rows = Entry.objects.filter(journal_id=payment.journal_id).order_by("line_no")
    return list(rows.values_list("account__slug", "amount"))


def test_exact_money_pays_the_request_and_stands_in_the_books(world: World) -> None:
    request = world.request()
    payment = world.book(request)
    assert (payment.kind, payment.revenue_amount) == (Kind.EXACT, PRICE)
    assert state(request) == "paid"
    day = day_of(SOON)
    assert ledger.balance("acquirer_receivable", on=day, opd=world.opd.pk) == PRICE
    assert ledger.balance("undeposited_receipts", on=day, opd=world.opd.pk) == -PRICE
    assert world.things.settled == [(request.payable_key, payment.pk)]
    payment.refresh_from_db()
    assert payment.fulfilment == "done"
    assert troubles() == []
    check_laws()


def test_booking_costs_a_bounded_number_of_queries(world: World) -> None:
    request = world.request()
    with CaptureQueriesContext(connection) as first:
        world.book(request)
    with CaptureQueriesContext(connection) as again:
        world.book(request)
    assert len(first) <= 18
    assert len(again) <= 5


def test_the_payment_keeps_the_codes_of_the_quote_and_the_reference(world: World) -> None:
    request = world.request()
    payment = world.book(request)
    assert (payment.kode_lra, payment.kode_lo) == ("4.1.02.02.17.0001", "8.1.02")
    assert payment.opd_id == world.opd.pk
    assert payment.partner_reference_no == request.partner_reference_no
    assert ledger.journal_of(payment.source)


def test_a_repeated_sighting_books_nothing(world: World) -> None:
    request = world.request()
    first = world.book(request)
    again = world.book(request, source="settlement", at=SOON + timedelta(days=1))
    assert again.pk == first.pk
    assert Payment.objects.count() == 1
    assert len(world.things.settled) == 1


def test_a_payment_without_rrn_adopts_the_first_that_arrives(world: World) -> None:
    request = world.request()
    first = world.book(request, rrn="", source="query")
    assert first.rrn == ""
    again = world.book(request)
    assert (again.pk, again.rrn) == (first.pk, RRN)
    assert PaymentEvent.objects.filter(kind="payment.identified").count() == 1
    check_laws()


def test_only_another_rrn_is_a_second_payment(world: World) -> None:
    request = world.request()
    first = world.book(request)
    world.book(request, rrn="", source="query")
    second = world.book(request, rrn=OTHER_RRN)
    assert second.pk != first.pk
    assert (second.kind, second.liability_amount) == (Kind.DOUBLE, PRICE)
    assert state(request) == "paid"
    assert troubles() == ["double"]
    assert world.things.odd == [(request.payable_key, "double")]
    assert [slug for slug, _ in legs(second)] == [
        ledger.account_for("acquirer_receivable", day_of(SOON)).slug,
        ledger.account_for("payment_liability", day_of(SOON)).slug,
    ]
    check_laws()


def test_a_bank_without_rrn_has_one_payment_for_a_reference(world: World) -> None:
    world.partner.payment_identity = "reference"
    world.partner.save()
    request = world.request()
    assert world.book(request).pk == world.book(request, rrn=OTHER_RRN).pk


def test_the_same_rrn_on_two_requests_is_two_payments(world: World) -> None:
    one, two = world.request(), world.request()
    assert world.book(one).pk != world.book(two).pk
    assert Payment.objects.filter(kind="exact").count() == 2
    check_laws()


def test_money_paid_after_the_expiry_is_late_even_while_the_request_is_open(world: World) -> None:
    request = world.request()
    payment = world.book(request, paid_at=TOO_LATE, at=TOO_LATE)
    assert payment.kind == Kind.LATE
    assert state(request) == "open"
    assert troubles() == ["late"]
    assert ledger.balance("payment_liability", on=day_of(TOO_LATE), opd=world.opd.pk) == -PRICE
    check_laws()


def test_money_paid_in_time_is_not_late_when_we_hear_of_it_late(world: World) -> None:
    request = world.request()
    services.expire(request.pk, at=TOO_LATE)
    assert state(request) == "expired"
    payment = world.book(request, at=TOO_LATE + timedelta(hours=1))
    assert payment.kind == Kind.EXACT
    assert state(request) == "paid"
    check_laws()


def test_too_much_money_pays_the_request_and_leaves_the_surplus_a_liability(world: World) -> None:
    request = world.request()
    payment = world.book(request, amount=Decimal("15000.00"))
    assert (payment.kind, payment.revenue_amount) == (Kind.EXCESS, PRICE)
    assert sorted(amount for _, amount in legs(payment)) == [-PRICE, Decimal("-2000.00"), Decimal("15000.00")]
    assert state(request) == "paid"
    assert troubles() == ["excess"]
    assert world.things.settled == [(request.payable_key, payment.pk)]
    check_laws()


def test_too_little_money_is_a_liability_and_the_request_stays_open(world: World) -> None:
    request = world.request()
    short = world.book(request, amount=Decimal("10000.00"))
    assert (short.kind, short.liability_amount) == (Kind.SHORT, Decimal("10000.00"))
    assert state(request) == "open"
    rest = world.book(request, rrn=OTHER_RRN)
    assert rest.kind == Kind.EXACT
    assert state(request) == "paid"
    assert troubles() == ["short"]
    check_laws()


def test_money_on_a_cancelled_request_is_a_liability(world: World) -> None:
    request = world.request()
    services.cancel(request.pk, reason="uji", by=None, at=AT)
    payment = world.book(request)
    assert payment.kind == Kind.UNEXPECTED
    assert state(request) == "cancelled"
    check_laws()


def test_two_amounts_for_one_payment_are_an_exception(world: World) -> None:
    request = world.request()
    first = world.book(request)
    again = world.book(request, amount=Decimal("9000.00"), source="settlement")
    assert (again.pk, again.amount) == (first.pk, PRICE)
    trouble = MoneyException.objects.get()
    assert (trouble.kind, trouble.amount, trouble.expected_amount) == (
        "amount_differs",
        Decimal("9000.00"),
        PRICE,
    )


def test_money_of_an_unknown_terminal_raises_the_phantom_alarm(world: World) -> None:
    seen = world.seen(None, nmid="ID20269999999", reference_no="X1")
    assert services.record_money(seen, by=None, at=SOON) is None
    assert services.record_money(seen, by=None, at=SOON) is None
    trouble = MoneyException.objects.get()
    assert (trouble.kind, trouble.amount, trouble.nmid) == ("unknown_terminal", PRICE, "ID20269999999")
    assert Payment.objects.count() == 0


def test_an_account_outside_its_decree_is_unknown(world: World) -> None:
    services.end_account(
        world.account.pk, valid_to=day_of(AT) - timedelta(days=1), reason="SK baru", by=None, at=AT
    )
    assert services.record_money(world.seen(None, reference_no="X1"), by=None, at=SOON) is None
    assert troubles() == ["unknown_terminal"]


def test_money_for_no_request_is_booked_to_the_liability_of_its_account(world: World) -> None:
    payment = world.book(None, reference_no="STATIC-1")
    again = world.book(None, reference_no="STATIC-1", source="settlement")
    assert (payment.kind, payment.pk) == (Kind.UNEXPECTED, again.pk)
    assert (payment.opd_id, payment.request_id, payment.fulfilment) == (world.opd.pk, None, "none")
    assert troubles() == ["unknown_reference"]
    check_laws()


def test_twins_without_a_request_are_told_apart_by_rrn_or_reference(world: World) -> None:
    ids = {
        world.book(None, reference_no="S-1", rrn="1").pk,
        world.book(None, reference_no="S-2", rrn="1").pk,
        world.book(None, reference_no="", rrn="2").pk,
        world.book(None, reference_no="", rrn="3").pk,
        world.book(None, reference_no="", rrn="3").pk,
    }
    assert len(ids) == 4
    check_laws()


def test_a_settlement_line_with_an_rrn_alone_finds_its_payment(world: World) -> None:
    request = world.request()
    payment = world.book(request)
    assert world.book(None, source="settlement").pk == payment.pk


def test_money_without_any_name_is_not_booked(world: World) -> None:
    seen = world.seen(None, rrn="", inbox_id=7)
    assert services.record_money(seen, by=None, at=SOON) is None
    assert troubles() == ["unidentified"]


def test_money_for_a_request_at_another_terminal_is_booked_and_alarmed(world: World) -> None:
    request = world.request()
    payment = world.book(request, nmid="ID20260000002")
    assert payment.kind == Kind.EXACT
    assert troubles() == ["unknown_terminal"]


def test_a_failing_outer_room_loses_no_money(world: World) -> None:
    request = world.request()
    world.things.broken = True
    payment = world.book(request)
    payment.refresh_from_db()
    assert (payment.fulfilment, payment.fulfil_tries, state(request)) == ("pending", 1, "paid")
    assert payment.fulfil_next_at == SOON + seconds(20)
    check_laws()


def test_a_failed_audit_write_changes_nothing(world: World) -> None:
    request = world.request()
    before = AuditEvent.objects.count()
    with (
        mock.patch.object(audit, "record", side_effect=DatabaseError("audit penuh")),
        pytest.raises(DatabaseError),
    ):
        world.book(request)
    assert Payment.objects.count() == 0
    assert state(request) == "open"
    assert ledger.balance("acquirer_receivable", on=day_of(SOON)) == 0
    assert world.things.settled == []
    assert AuditEvent.objects.count() == before


def test_books_that_refuse_leave_no_payment(world: World) -> None:
    request = world.request()
    with (
        mock.patch.object(booking, "post", side_effect=RuntimeError("buku tertutup")),
        pytest.raises(RuntimeError),
    ):
        world.book(request)
    assert Payment.objects.count() == 0
    assert state(request) == "open"


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_money_that_is_no_money_is_refused(world: World, amount: str) -> None:
    with pytest.raises(ValueError, match="lebih dari nol"):
        world.book(world.request(), amount=Decimal(amount))


def test_the_second_request_for_a_thing_gets_a_double_when_the_first_is_paid_late(world: World) -> None:
    old = world.request("kamar-7")
    services.expire(old.pk, at=TOO_LATE)
    new = world.request("kamar-7", at=TOO_LATE)
    assert new.pk != old.pk
    assert world.book(old, at=TOO_LATE + seconds(5)).kind == Kind.UNEXPECTED
    assert world.book(new, rrn=OTHER_RRN, paid_at=TOO_LATE + seconds(5)).kind == Kind.EXACT
    assert world.book(old, rrn="3", at=TOO_LATE + seconds(9)).kind == Kind.DOUBLE
    assert PaymentRequest.objects.filter(state="paid").count() == 1
    check_laws()


def test_an_account_for_all_terminals_takes_any(world: World) -> None:
    make_account(world.partner, world.opd, nmid="ID20260000009", terminal_id="")
    assert world.book(None, nmid="ID20260000009", terminal_id="Z9", reference_no="S").request_id is None
