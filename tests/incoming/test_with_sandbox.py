"""Against the running sandbox bank: every outcome of its phone page, with its notices on the real wire."""

from __future__ import annotations

import time
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from opd.office import queue
from payments.incoming import services, sweep
from payments.incoming.models import MoneyException, NoticeWork, Payment, PaymentRequest
from payments.snap import keys, partners
from payments.snap.models import Partner
from tests.incoming.bank import Bank as Unused
from tests.incoming.test_booking import check_laws
from tests.incoming.world import KIND, Things, World, make_account, make_opd, state
from tests.sandbox.running import Bank

pytestmark = pytest.mark.django_db(transaction=True)


def partner_of(bank: Bank) -> Partner:
    ours, theirs, now = bank.credentials["ours"], bank.credentials["bank"], timezone.now()
    profile = partners.Profile(
        name="Bank uji coba",
        base_url=bank.url,
        client_id=ours["client_id"],
        partner_id=ours["partner_id"],
        inbound_client_id=theirs["client_id"],
    )
    partner = partners.register_partner(slug="bank-uji-coba", profile=profile, by=None, at=now)
    partners.set_own_secret(partner=partner, secret=ours["client_secret"], by=None, at=now)
    partners.set_own_key(partner=partner, private_key=ours["private_key"], by=None, at=now)
    partners.issue_bank_secret(partner=partner, secret=theirs["client_secret"], by=None, at=now)
    partners.add_bank_key(
        partner=partner,
        label="bank",
        public_key=keys.public_of(theirs["private_key"]),
        valid_from=now - timedelta(hours=1),
        by=None,
        at=now,
    )
    return partner


@pytest.fixture
def world(bank: Bank, live_server: LiveServer, things: Things, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(queue, "_send", lambda task, args: None)
    bank.app.forward_to = live_server.url
    opd, partner = make_opd(), partner_of(bank)
    things.opd_id = opd.pk
    merchant = dict(bank.credentials["ours"]["merchants"][0])
    del merchant["key"]
    account = make_account(partner, opd, **{**merchant, "name": "Uji", "merchant_name": merchant["name"]})
    return World(opd, partner, account, things, Unused())


def ask(world: World, *, seconds: float = 600) -> PaymentRequest:
    now = timezone.now()
    request = services.request_payment(
        kind=KIND,
        key=f"sandbox-{now.timestamp()}",
        receiving_account=world.account,
        expires_at=now + timedelta(seconds=seconds),
        by=None,
        at=now,
    )
    assert request.state == "open", request.message
    return request


def deliver_everything(bank: Bank) -> None:
    """Sweep as beat does, faster, until the bank has no notice left to send and we none to work off."""
    with psycopg.connect(bank.database_url, autocommit=True) as theirs:
        for _ in range(150):
            sweep.run()
            row = theirs.execute("SELECT count(*) FROM sandbox_notice WHERE state = 'waiting'").fetchone()
            if row == (0,) and not NoticeWork.objects.filter(done_at=None).exists():
                return
            time.sleep(0.1)
    raise AssertionError("the bank still has notices after fifteen seconds")


def found(request: PaymentRequest) -> tuple[str, list[str], list[str]]:
    """The state, the kinds of payments, and the exceptions of one request."""
    rows = MoneyException.objects.filter(partner_reference_no=request.partner_reference_no)
    kinds = Payment.objects.filter(request=request).values_list("kind", flat=True)
    return state(request), sorted(kinds), sorted(rows.values_list("kind", flat=True))


DECIDED: dict[str, tuple[str, list[str], list[str]]] = {
    "pays": ("paid", ["exact"], []),
    "twice": ("paid", ["double", "exact"], ["double"]),
    "repeated_same": ("paid", ["exact"], []),
    "repeated_new": ("paid", ["exact"], []),
    "forged": ("paid", ["exact"], []),
    "forged_only": ("open", [], []),
    "wrong_amount": ("paid", ["exact"], ["amount_differs"]),
    "no_amount": ("paid", ["exact"], ["amount_missing"]),
    "no_rrn": ("paid", ["exact"], []),
    "short": ("open", ["short"], ["short"]),
    "excess": ("paid", ["excess"], ["excess"]),
    "lost": ("open", [], []),
}


def test_each_outcome_of_the_phone_page_is_booked_as_decided(world: World, bank: Bank) -> None:
    requests = {
        outcome: ask(world, seconds=3 if outcome == "late" else 600) for outcome in [*DECIDED, "late"]
    }
    time.sleep(3.2)
    for outcome, request in requests.items():
        bank.press(request.reference_no, outcome)
    deliver_everything(bank)
    late = requests.pop("late")
    assert found(late)[1:] == (["late"], ["late"])
    assert {outcome: found(request) for outcome, request in requests.items()} == DECIDED
    assert len(world.things.settled) == sum(ends == "paid" for ends, _, _ in DECIDED.values())
    assert services.confirm(requests["lost"].pk, at=timezone.now()).state == "paid"
    after = timezone.now() + timedelta(minutes=1)
    assert services.expire(late.pk, at=after).state == "expired"
    check_laws()


def test_a_qr_whose_answer_is_lost_is_replaced(world: World, bank: Bank) -> None:
    bank.behave("47", "lost")
    request = world.request(at=timezone.now())
    assert request.state == "requesting"
    again = services.ensure_qr(request.pk, at=timezone.now() + timedelta(seconds=31))
    assert again.state == "open"
    assert again.partner_reference_no != request.partner_reference_no


def test_cancelling_and_renewing_are_known_at_the_bank(world: World, bank: Bank) -> None:
    request = ask(world)
    renewed = services.renew(request.pk, by=None, at=timezone.now() + timedelta(seconds=4))
    assert renewed.state == "open"
    assert services.cancel(request.pk, reason="uji", by=None, at=timezone.now()).state == "cancelled"
    for reference_no in (request.reference_no, renewed.reference_no):
        bank.press(reference_no, "pays")
    deliver_everything(bank)
    assert not Payment.objects.exists()
