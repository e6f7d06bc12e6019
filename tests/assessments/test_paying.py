"""A debt is paid once, with the interest of the day, by the codes of its lines."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from payments.incoming.models import PaymentRequest
from payments.incoming.registry import NotPayable, Why
from payments.incoming.rules import LIVE
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.payable import SkrdPayable
from retribusi.assessments.services import paying
from retribusi.services.paying import Outcome, PayError
from tests.assessments.cast import Office, problems, rp
from tests.retribusi.cast import AT, text

pytestmark = pytest.mark.django_db
LATE = AT + timedelta(days=16)
"""The day after the due day."""


def test_a_quote_is_lines_and_interest_by_their_codes(office: Office) -> None:
    row = office.issue(stalls=2, halls=1)
    key = office.debt(row).key
    quote = SkrdPayable().quote(key)
    assert (quote.amount, quote.kode_lra) == (rp(1_050_000), "4.1.02.02.01.0001")
    assert [share.amount for share in quote.shares] == [rp(750_000), rp(300_000)]
    with time_machine.travel(LATE, tick=False):
        quote = SkrdPayable().quote(key)
    assert quote.amount == rp(1_060_500)
    assert (quote.shares[-1].kode_lra, quote.shares[-1].amount) == ("4.1.04.13.02.0001", rp(10_500))
    assert sum(share.amount for share in quote.shares) == quote.amount


def test_paid_by_qris_it_is_settled_once(office: Office) -> None:
    row = office.issue()
    payment = office.pay(row)
    debt = Debt.objects.get(skrd=row)
    assert (debt.payment, debt.interest_paid, debt.paid_at) == (payment, rp(0), payment.paid_at)
    assert payment.fulfilment == "done"
    with pytest.raises(NotPayable) as refused:
        SkrdPayable().quote(debt.key)
    assert refused.value.why is Why.PAID
    SkrdPayable().on_settled(debt.key, payment.pk, AT)
    assert Skrd.objects.with_standing().get(pk=row.pk).state == "paid"
    assert problems() == []


def test_late_it_costs_one_percent_more(office: Office) -> None:
    row = office.issue(stalls=2)
    with time_machine.travel(LATE, tick=False):
        payment = office.pay(row, LATE)
        assert payment.amount == rp(303_000)
        assert Debt.objects.get(skrd=row).interest_paid == rp(3_000)
        assert problems() == []


def test_a_qr_of_yesterdays_amount_is_cancelled_for_todays(office: Office) -> None:
    row = office.issue(stalls=2)
    evening = AT + timedelta(days=15, hours=13, minutes=55)
    with time_machine.travel(evening, tick=False):
        assert office.ask(row, evening).request.amount == rp(300_000)  # type: ignore[union-attr]
    after = evening + timedelta(minutes=10)
    with time_machine.travel(after, tick=False):
        fresh = office.ask(row, after).request
        assert fresh is not None
        assert fresh.amount == rp(303_000)
    live = PaymentRequest.objects.filter(payable_key=office.debt(row).key, state__in=list(LIVE))
    assert live.get() == fresh


def test_asking_twice_makes_one_request(office: Office) -> None:
    row = office.issue()
    office.ask(row)
    office.ask(row)
    assert PaymentRequest.objects.count() == 1


def test_the_bank_is_asked_and_the_qr_given_up(office: Office) -> None:
    row = office.issue()
    with pytest.raises(PayError, match="belum punya QR"):
        paying.ask_bank(office.debt(row), at=AT)
    debt = office.ask(row)
    assert paying.ask_bank(debt, at=AT + timedelta(minutes=1)).outcome is Outcome.UNPAID
    assert paying.cancel(debt, at=AT + timedelta(minutes=2)).outcome is Outcome.CANCELLED
    assert office.ask(row, AT + timedelta(minutes=3)).request.state == "open"  # type: ignore[union-attr]


def test_money_for_a_void_skrd_is_not_lost(office: Office) -> None:
    row = office.issue()
    debt = office.ask(row)
    assert debt.request is not None
    paying.cancel(debt, at=AT + timedelta(minutes=1))
    office.void(row, at=AT + timedelta(minutes=2))
    with pytest.raises(PayError, match="dibatalkan"):
        paying.ask_for_qr(Debt.objects.select_related("request").get(pk=debt.pk), at=AT)


def test_three_years_after_the_due_day_the_claim_has_lapsed(office: Office) -> None:
    row = office.issue()
    key = office.debt(row).key
    with (
        time_machine.travel(AT + timedelta(days=3 * 365 + 20), tick=False),
        pytest.raises(NotPayable) as refused,
    ):
        SkrdPayable().quote(key)
    assert refused.value.why is Why.EXPIRED


def test_takings_name_the_skrd_that_was_paid_and_find_it_by_its_number(
    office: Office, client: Client
) -> None:
    row = office.issue()
    office.pay(row)
    number = row.document.number_text
    client.force_login(office.treasurer, backend="django.contrib.auth.backends.ModelBackend")
    day = f"sejak={AT:%Y-%m-%d}&sampai={AT:%Y-%m-%d}"
    page = text(client.get(f"/retribusi/penerimaan/?{day}&q=SKRD {number}"))
    assert f"SKRD {number}" in page
    assert "Tidak ada penerimaan yang cocok" in text(
        client.get(f"/retribusi/penerimaan/?{day}&q=SKRD {number}9")
    )
