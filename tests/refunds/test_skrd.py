"""Who paid a SKRD asks for money back with the code of its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from payments.incoming.refunds import RefundError
from retribusi.assessments.models import Skrd
from retribusi.refunds import services
from retribusi.refunds.models import RefundRequest
from retribusi.refunds.services import RequestRefused
from retribusi.refunds.verification import LAWS
from tests.assessments import cast as assessments
from tests.refunds.cast import LATER, Office
from tests.retribusi.cast import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def levies(office: Office) -> assessments.Office:
    return assessments.staffed(office.museum)


def asked(office: Office, row: Skrd, key: str = "kunci-formulir-satu") -> RefundRequest:
    return office.asks(receipt=row.token, reason="wrong", key=key)


def test_the_payer_of_a_skrd_asks_from_its_page(
    office: Office, levies: assessments.Office, client: Client
) -> None:
    row = levies.issue()
    assert "/uang-kembali/" not in text(client.get(f"/tagihan/{row.token}/"))
    levies.pay(row)
    assert f"/uang-kembali/?kode={row.token}" in text(client.get(f"/tagihan/{row.token}/"))
    sent = {
        "kunci": "kunci-dari-formulir", "situs": "", "receipt": row.token, "reason": "wrong", "text": "",
        "contact": "",
    }  # fmt: skip
    answer = client.post("/uang-kembali/", sent)
    assert answer.status_code == 302
    assert f"SKRD {row.document.number_text}" in text(client.get(answer.headers["Location"]))


def test_the_number_of_its_receipt_names_it_as_well(office: Office, levies: assessments.Office) -> None:
    row = levies.issue()
    levies.pay(row)
    number = row.debts.get().receipt_number
    assert office.asks(receipt=f" {number.lower()} ", reason="wrong", key="kunci-formulir-dua").skrd == row


def test_it_is_answered_by_a_refund_of_its_own_payment(
    office: Office, levies: assessments.Office, client: Client
) -> None:
    row = levies.issue()
    payment = levies.pay(row)
    wish = asked(office, row)
    client.force_login(office.treasurer)
    page = text(client.get(f"/pengembalian/permohonan/{wish.pk}/"))
    assert f"/pengembalian/pembayaran/{payment.pk}/?permohonan={wish.pk}" in page
    assert row.document.number_text in text(client.get("/pengembalian/permohonan/"))
    with pytest.raises(RefundError, match="pembayaran lain"):
        office.propose(request_id=wish.pk)
    refund = office.propose(payment=payment, request_id=wish.pk, evidence=None)
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    wish.refresh_from_db()
    assert (wish.state, wish.refund_id) == ("taken", refund.pk)
    other = office.asks(key="kunci-formulir-dua", at=LATER - timedelta(minutes=1))
    page = text(client.get("/pengembalian/permohonan/"))
    assert page.index(other.number) < page.index(wish.number), "what waits stands first"
    assert [problem for law in LAWS for problem in law.check().problems] == []


def test_nothing_is_asked_back_of_an_unpaid_skrd_or_twice(office: Office, levies: assessments.Office) -> None:
    row = levies.issue()
    with pytest.raises(RequestRefused, match="Belum ada pembayaran"):
        asked(office, row)
    levies.pay(row)
    asked(office, row)
    with pytest.raises(RequestRefused, match="Sudah ada permohonan"):
        asked(office, row, key="kunci-formulir-dua")
    with pytest.raises(RequestRefused, match="tidak ada dalam catatan"):
        office.asks(receipt=row.document.number_text, key="kunci-formulir-tiga")


def test_the_page_of_a_skrd_that_went_back_whole_says_so(
    office: Office, levies: assessments.Office, client: Client
) -> None:
    row = levies.issue()
    payment = levies.pay(row)
    assert "Seluruh SKRD ini sudah dibayar" in text(client.get(f"/tagihan/{row.token}/"))
    refund = office.propose(payment=payment)
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    for language, word, gone in (
        ("id", "Dikembalikan", "sudah dibayar"),
        ("en", "Refunded", "has been paid"),
    ):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = text(client.get(f"/tagihan/{row.token}/"))
        assert word in page
        assert gone not in page
