"""What a refund does to tickets, receipts and what a visitor reads."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from opd.access import Scope
from opd.models import Role
from payments.incoming.refunds import RefundError
from payments.reconciliation.queries import day_rows, in_flight, lights
from payments.reconciliation.queries.days import InFlight
from payments.reconciliation.services import hours
from retribusi import proofs, receipts
from retribusi.models import Ticket
from retribusi.receipts import Printed
from retribusi.refunds import services
from retribusi.services.keys import verifying_keys
from tests.opd.cast import person
from tests.refunds.cast import LATER, Office
from tests.retribusi.cast import AT, text

pytestmark = pytest.mark.django_db


def test_a_refunded_orders_tickets_are_void_and_say_so(office: Office, client: Client) -> None:
    office.given_back()
    assert set(Ticket.objects.values_list("state", flat=True)) == {"void"}
    page = text(client.get(f"/tiket/{office.paid.token}/"))
    assert "tiket ini tidak berlaku lagi" in page
    assert 'class="qr"' not in page


def test_a_refunded_orders_page_says_that_the_money_went_back(office: Office, client: Client) -> None:
    office.given_back()
    for language, words in (
        ("id", ("Dikembalikan", "Uang ini sudah dikembalikan", "Tiket pesanan ini tidak berlaku lagi.")),
        ("en", ("Refunded", "This money", "The tickets of this order are no longer valid.")),
    ):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = text(client.get(f"/bayar/{office.paid.token}/"))
        assert all(word in page for word in words)
        assert "Tiket siap" not in page
        assert "tickets are ready" not in page
        assert f"/tiket/{office.paid.token}/" not in page


def test_the_counters_page_of_a_refunded_order_says_so(office: Office, client: Client) -> None:
    seller = person("petugas.loket", Role.PETUGAS_LOKET, office.museum.opd)
    client.force_login(seller, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("counter:order", args=[office.paid.pk])
    assert "Lunas" in text(client.get(address))
    office.given_back()
    page = text(client.get(address))
    assert "Dikembalikan" in page
    assert "Lunas" not in page
    assert 'class="qr small"' not in page


def test_an_order_of_which_a_part_went_back_still_shows_its_tickets(office: Office, client: Client) -> None:
    office.settled()
    office.given_back(3000)
    page = text(client.get(f"/bayar/{office.paid.token}/"))
    assert "Tiket siap ditunjukkan" in page


def test_a_used_ticket_stays_used(office: Office) -> None:
    used = Ticket.objects.order_by("pk").first()
    assert used is not None
    Ticket.objects.filter(pk=used.pk).update(state="used")
    with pytest.raises(RefundError, match="1 tiket pesanan ini sudah dipakai"):
        office.propose()
    refund = office.propose(despite_use=True)
    assert refund.reason.endswith("(1 tiket sudah dipakai)")


def test_a_part_leaves_the_tickets_valid_and_the_receipt_tells_it(office: Office, client: Client) -> None:
    office.settled()
    office.given_back(3000)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"valid"}
    page = text(client.get(f"/kuitansi/{office.paid.token}/"))
    assert "Sebagian dikembalikan" in page
    assert "3.000" in page


def test_a_receipt_states_that_its_money_went_back(office: Office, client: Client) -> None:
    before = str(client.get(f"/kuitansi/{office.paid.token}/").context["proof"])
    office.given_back()
    lit = lights([office.payment.pk])[office.payment.pk]
    signed = proofs.statement(proofs.of_order(office.museum.again(office.paid)), lit, at=LATER)
    assert receipts.verify(signed, verifying_keys()).state is Printed.REFUNDED
    page = text(client.get(before.removeprefix("http://testserver")))
    assert "Dibayar, belum disetor bank" in page
    assert "Dikembalikan kepada pembayar" in page


def test_a_returned_surplus_leaves_order_and_receipt_as_they_are(office: Office, client: Client) -> None:
    order = office.museum.waiting()
    paid = office.museum.pay(order, rrn="632811000077", amount=order.total + 1000)
    office.settled()
    refund = office.propose(1000, payment=paid, evidence=None)
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    lit = lights([paid.pk])[paid.pk]
    assert lit.refunded == 1000
    assert not lit.levy_refunded
    assert Ticket.objects.filter(line__order=order, state="void").count() == 0
    page = text(client.get(f"/kuitansi/{order.token}/"))
    assert "Lunas" in page
    assert "Uang ini sudah dikembalikan kepada Anda" in page


def test_money_that_went_back_before_rkud_is_under_way_no_more(office: Office) -> None:
    """Undone at the bank it will never be settled: the day is complete, and nothing is awaited for it."""
    everywhere, day = Scope(None), AT.date()
    assert in_flight(everywhere, today=day).unsettled == 13_000
    hours.roll()
    assert not day_rows(everywhere, day, day)[0].is_complete
    office.given_back()
    assert in_flight(everywhere, today=day) == InFlight(Decimal(0), Decimal(0))
    (row,) = day_rows(everywhere, day, day)
    assert [row.paid, row.returned, row.credited, row.booked] == [13_000, 13_000, 0, 0]
    assert row.is_complete
