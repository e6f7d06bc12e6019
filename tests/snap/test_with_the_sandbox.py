"""Both sides of the wire, really: our client and endpoints against the sandbox bank's process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from payments import qris
from payments.snap import client, demo, services
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, OutgoingCall, Partner
from tests.sandbox.running import Bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox(_running_bank: Bank, settings: Settings, live_server: LiveServer) -> Iterator[Bank]:
    settings.DEMO = True
    settings.SANDBOX_CREDENTIALS = _running_bank.credentials_path
    demo.seed(at=timezone.now())
    _running_bank.app.forward_to = live_server.url
    yield _running_bank
    _running_bank.app.forward_to = None


def generate(sandbox: Bank, **changes: Any) -> client.Outcome:
    body = {
        "partnerReferenceNo": f"UJI{time.time_ns()}",
        "amount": {"value": "13000.00", "currency": "IDR"},
        "merchantId": sandbox.credentials["ours"]["merchants"][0]["merchant_id"],
        **changes,
    }
    return client.call(demo.partner(), Service.QR_GENERATE, body, at=timezone.now())


def made(sandbox: Bank) -> dict[str, Any]:
    outcome = generate(sandbox)
    assert isinstance(outcome, client.Success)
    return outcome.body


def messages(count: int) -> list[tuple[str, str]]:
    """State and code of the notices, once there are ``count`` of them judged.

    The bank outlives our database: its first try may bear a token that an earlier test gave it.
    """
    rows = InboxMessage.objects.filter(service="52").exclude(verdict__in=["", "4015201"])
    until = time.monotonic() + 15
    while rows.count() < count and time.monotonic() < until:
        time.sleep(0.05)
    return list(rows.order_by("pk").values_list("state", "verdict"))


@pytest.mark.parametrize("mode", ["hmac", "rsa"])
def test_a_qr_is_made_and_its_payment_notified(sandbox: Bank, mode: str) -> None:
    Partner.objects.update(signature_mode=mode)
    body = made(sandbox)
    payload = qris.parse(body["qrContent"])
    assert payload.warnings == ()
    assert str(payload.amount) == "13000.00"
    sandbox.press(body["referenceNo"], "pays")
    assert messages(1) == [("accepted", "2005200")]
    (notice,) = services.pending(Service.QR_NOTIFY, 10)
    assert notice.body["originalReferenceNo"] == body["referenceNo"]


def test_a_forged_notice_first_and_the_real_one_after(sandbox: Bank) -> None:
    sandbox.press(made(sandbox)["referenceNo"], "forged")
    assert messages(2) == [("refused", "4015200"), ("accepted", "2005200")]
    assert InboxMessage.objects.filter(service="52").values("external_id").distinct().count() == 1


def test_a_repeated_notice_is_a_conflict(sandbox: Bank) -> None:
    sandbox.press(made(sandbox)["referenceNo"], "repeated_same")
    assert messages(2) == [("accepted", "2005200"), ("refused", "4095200")]


def test_the_administrator_s_test_call_passes(sandbox: Bank) -> None:
    found = services.test_call(demo.partner(), at=timezone.now())
    assert [step.name for step in found if step.ok] == [
        "Kredensial",
        "Sambungan",
        "Jam",
        "Token",
        "Pertanyaan",
    ]


def test_a_refusal_of_the_bank_is_read(sandbox: Bank) -> None:
    outcome = generate(sandbox, merchantId="tidak-ada")
    assert isinstance(outcome, client.Refused)
    assert outcome.code.startswith("404")
    assert OutgoingCall.objects.latest("pk").state == OutgoingCall.State.REFUSED
