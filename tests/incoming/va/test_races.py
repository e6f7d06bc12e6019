"""Two payments at one moment, on real connections: the bill is paid once, and no rupiah is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from payments.incoming import services
from payments.incoming.models import Payment, PaymentRequest, VirtualAccount
from payments.incoming.services import MoneySeen
from tests.incoming.test_races import laws_hold, together
from tests.incoming.va.teller import Deed, Desk, kinds, paying
from tests.incoming.world import KIND, PRICE
from tests.snap.bank import Bank

pytestmark = pytest.mark.django_db(transaction=True)


def payer(desk: Desk, number: str, *, external_id: str | None = None, **changes: Any) -> Deed:
    """A payment ready to be sent by a client of its own."""
    own = Desk(desk.opd, desk.account, desk.bills, Bank(desk.bank.partner, Client()))
    sent = paying(number) | changes
    return lambda: own.pay(number, external_id=external_id, **sent)


def codes(*deeds: Deed) -> list[str]:
    return sorted(said.code for said in together(*deeds))


def test_of_two_payments_at_once_one_settles_and_the_other_hears_paid(desk: Desk) -> None:
    va = desk.open()
    assert codes(payer(desk, va.number), payer(desk, va.number)) == ["2002500", "4042514"]
    assert kinds() == ["exact"]
    laws_hold()


def test_of_two_advices_at_once_one_settles_and_the_other_is_double(desk: Desk) -> None:
    va = desk.open()
    pair = [payer(desk, va.number, flagAdvise="Y") for _ in range(2)]
    assert codes(*pair) == ["2002500", "4042514"]
    assert kinds() == ["double", "exact"]
    assert len(desk.bills.settled) == 1
    laws_hold()


def test_one_payment_request_sent_four_times_at_once_is_booked_once(desk: Desk) -> None:
    va = desk.open()
    sent = paying(va.number)
    same = [payer(desk, va.number, **sent) for _ in range(2)]
    same += [payer(desk, va.number, external_id="4711", **sent) for _ in range(2)]
    assert codes(*same) == ["2002500"] * 4
    assert kinds() == ["exact"]
    laws_hold()


def test_qris_and_number_paid_at_once_are_one_payment_and_one_double(desk: Desk) -> None:
    va = desk.open()
    now = timezone.now()
    qris = services.plan_request(kind=KIND, key=desk.key, receiving_account=desk.account, by=None, at=now)
    seen = MoneySeen(
        source="notice",
        partner_id=desk.account.partner_id,
        reference_no="",
        partner_reference_no=qris.partner_reference_no,
        rrn="632811000001",
        amount=PRICE,
        paid_at=now,
    )
    together(
        payer(desk, va.number, flagAdvise="Y"),
        lambda: services.record_money(seen, by=None, at=timezone.now()),
    )
    assert kinds() == ["double", "exact"]
    assert PaymentRequest.objects.filter(state="paid").count() == 1
    assert len(desk.bills.settled) == 1
    laws_hold()


def test_a_number_opened_and_closed_at_once_stands_once_at_most(desk: Desk) -> None:
    together(*[desk.open for _ in range(4)])
    assert VirtualAccount.objects.count() == 1
    together(*[lambda: services.close_va(KIND, desk.key, reason="batal", by=None, at=timezone.now())] * 3)
    assert VirtualAccount.objects.get().closed_at
    assert not Payment.objects.exists()
    laws_hold()
