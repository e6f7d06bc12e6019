"""Two of everything at one moment: one order, one set of tickets, one key. Real threads and connections."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from payments.incoming.models import Payment, PaymentRequest
from retribusi.models import Order, Ticket, TicketKey
from retribusi.services import fulfilment, ordering, paying
from retribusi.services.keys import signing_key, verifying_keys
from retribusi.tickets import verify
from tests.incoming.test_races import together
from tests.retribusi.cast import AT, Museum


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_four_times_at_once_makes_one_order_and_one_request(museum: Museum) -> None:
    key = ordering.new_form_key()

    def send() -> Order:
        order = museum.order(key=key)
        paying.ask_for_qr(order, at=AT)
        return order

    orders = together(send, send, send, send)
    assert len({order.pk for order in orders}) == 1
    assert (Order.objects.count(), PaymentRequest.objects.count()) == (1, 1)
    order = museum.again(orders[0])
    museum.pay(order)
    Order.objects.filter(pk=order.pk).update(state="open", paid_at=None, receipt_number="", payment=None)
    Ticket.objects.all().delete()
    payment = Payment.objects.get()

    def fulfil() -> Order:
        return fulfilment.mark_paid(order, payment_id=payment.pk, at=AT)

    paid = together(fulfil, fulfil, fulfil)
    assert len({order.receipt_number for order in paid}) == 1
    assert Ticket.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_first_ticket_ever_makes_one_key(museum: Museum) -> None:
    found = together(*[lambda: signing_key(at=AT)[0]] * 4)
    assert set(found) == {1}
    assert TicketKey.objects.count() == 1


def test_after_a_rotation_old_and_new_tickets_are_good(museum: Museum) -> None:
    museum.paid()
    call_command("rotate_ticket_key")
    museum.pay(museum.waiting(), rrn="632811000009")
    keys = verifying_keys()
    assert set(keys) == {1, 2}
    assert {verify(ticket.token, keys).key_id for ticket in Ticket.objects.all()} == {1, 2}
