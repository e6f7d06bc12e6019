"""Break each law of the room and see verify find it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from pytest_django import Settings

from opd.office.throttle import address
from payments.incoming.models import Payment
from retribusi.models import Order, OrderLine, StaticQris, TariffItem, Ticket
from retribusi.services import static_qris
from retribusi.verification import LAWS
from tests.retribusi.cast import AT, Museum, printed

BREAK: dict[str, Callable[[], object]] = {
    "retribusi.order_totals": lambda: OrderLine.objects.filter(quantity=1).update(quantity=2),
    "retribusi.paid_by_money": lambda: Order.objects.update(total=Decimal(12_000)),
    "retribusi.money_gives_tickets": lambda: Order.objects.update(
        state="open", paid_at=None, receipt_number="", payment=None
    ),
    "retribusi.tickets_counted": lambda: Ticket.objects.filter(line__quantity=1).delete(),
    "retribusi.receipts": lambda: Order.objects.update(receipt_number="KW-"),
    "retribusi.ticket_signatures": lambda: Ticket.objects.update(valid_date="2026-11-25"),
    "points.static_codes": lambda: StaticQris.objects.update(content="000201"),
    "points.tariffs_once": lambda: TariffItem.objects.update(name="Sama"),
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(museum: Museum, name: str) -> None:
    museum.paid()
    static_qris.register(point=museum.point, content=printed(museum), by=None, at=AT)
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    BREAK[name]()
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)


def test_a_paid_order_without_its_payment_is_refused_by_the_database(museum: Museum) -> None:
    order = museum.waiting()
    assert Payment.objects.count() == 0
    with pytest.raises(IntegrityError, match="order_paid"):
        Order.objects.filter(pk=order.pk).update(state="paid")


def test_the_address_is_the_proxys_word_only_behind_our_proxy(settings: Settings) -> None:
    request = RequestFactory().get(
        "/", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9", REMOTE_ADDR="10.0.0.1"
    )
    settings.BEHIND_PROXY = False
    assert address(request) == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert address(request) == "203.0.113.9"
