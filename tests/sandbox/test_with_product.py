"""Both sides of the wire at once: the product's SNAP client and guard against the running bank."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from payments.snap import client, demo
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, Partner
from tests.sandbox.running import Bank
from tests.sandbox.test_transfers import DISPAR, TULIS
from tests.sandbox.wire import new_number, soon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner(bank: Bank) -> Iterator[Partner]:
    """The bank as a partner of ours, as the demonstration seeds it and only a demonstration uses it."""
    with override_settings(DEMO=True, SANDBOX_CREDENTIALS=bank.credentials_path):
        demo.seed(at=timezone.now())
        yield demo.partner()


def _generate(bank: Bank, partner: Partner) -> dict[str, str]:
    body = {
        "partnerReferenceNo": new_number(),
        "amount": {"value": "13000.00", "currency": "IDR"},
        "merchantId": bank.client().merchant_id,
        "validityPeriod": soon(minutes=15),
    }
    result = client.call(partner, Service.QR_GENERATE, body, at=timezone.now())
    assert isinstance(result, client.Success), result
    return result.body


def test_the_products_client_is_understood(bank: Bank, partner: Partner) -> None:
    made = _generate(bank, partner)
    asked = {"originalReferenceNo": made["referenceNo"], "serviceCode": "47"}
    queried = client.call(partner, Service.QR_QUERY, asked, at=timezone.now())
    assert isinstance(queried, client.Success)
    assert queried.body["latestTransactionStatus"] == "01"
    cancelled = client.call(partner, Service.QR_CANCEL, asked, at=timezone.now())
    assert isinstance(cancelled, client.Success)
    again = client.call(partner, Service.QR_CANCEL, asked, at=timezone.now())
    assert isinstance(again, client.Refused)
    assert again.code == "4047704"


def test_the_products_client_transfers_and_takes_in_progress_for_unknown(
    bank: Bank, partner: Partner
) -> None:
    number = new_number()
    body = {
        "partnerReferenceNo": number,
        "amount": {"value": "13000.00", "currency": "IDR"},
        "beneficiaryAccountNo": TULIS,
        "sourceAccountNo": DISPAR,
        "transactionDate": soon(),
    }
    done = client.call(partner, Service.TRANSFER_INTRABANK, body, at=timezone.now())
    assert isinstance(done, client.Success), done
    again = client.call(partner, Service.TRANSFER_INTRABANK, body, at=timezone.now())
    assert isinstance(again, client.Refused)
    assert again.code == "4091701"
    bank.behave("17", "pending")
    later = {**body, "partnerReferenceNo": new_number()}
    waiting = client.call(partner, Service.TRANSFER_INTRABANK, later, at=timezone.now())
    assert isinstance(waiting, client.Unknown)
    assert "2021700" in waiting.reason
    asked = {"originalPartnerReferenceNo": later["partnerReferenceNo"], "serviceCode": "17"}
    status = client.call(partner, Service.TRANSFER_STATUS, asked, at=timezone.now())
    assert isinstance(status, client.Success)
    assert status.body["latestTransactionStatus"] == "03"


@pytest.mark.parametrize(
    ("outcome", "codes"),
    [("repeated_same", ["2005200", "4095200"]), ("forged", ["4015200", "2005200"])],
)
def test_the_products_guard_answers_the_banks_notices(
    bank: Bank, partner: Partner, live_server: LiveServer, outcome: str, codes: list[str]
) -> None:
    bank.app.forward_to = live_server.url
    made = _generate(bank, partner)
    page = bank.press(made["referenceNo"], outcome)
    assert bank.answers(page.url, 2) == codes
    notices = InboxMessage.objects.filter(service=Service.QR_NOTIFY.code)
    assert notices.filter(verdict="2005200").exclude(state="refused").count() == 1
