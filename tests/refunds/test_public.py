"""A payer asks for money back without login, and follows it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from opd.models import AuditEvent
from retribusi.refunds import contacts, services
from retribusi.refunds.models import RefundRequest
from retribusi.refunds.services import RequestRefused
from retribusi.refunds.views import public
from retribusi.throttle import Limit
from tests.refunds.cast import LATER, Office
from tests.retribusi.cast import text

pytestmark = pytest.mark.django_db


def filled(office: Office, **changes: str) -> dict[str, str]:
    return {
        "kunci": "kunci-dari-formulir", "situs": "", "receipt": office.paid.receipt_number,
        "reason": "closed", "text": "Pintu sudah dikunci.", "contact": "0812 3456 789", **changes,
    }  # fmt: skip


def test_a_payer_asks_by_receipt_and_follows_it(office: Office, client: Client) -> None:
    page = text(client.get(f"/kuitansi/{office.paid.token}/"))
    assert f"/uang-kembali/?kode={office.paid.receipt_number}" in page
    form = text(client.get(f"/uang-kembali/?kode={office.paid.receipt_number}"))
    assert office.paid.receipt_number in form
    answer = client.post("/uang-kembali/", filled(office))
    row = RefundRequest.objects.get()
    assert answer.headers["Location"] == f"/uang-kembali/{row.token}/"
    assert (row.contact_mask, row.opd_id) == ("•••789", office.museum.opd.pk)
    assert b"0812" not in bytes(row.contact or b"")
    assert row.due_on == date(2027, 5, 24)
    assert "Diterima" in text(client.get(answer.headers["Location"]))


def test_sent_twice_it_is_one_request(office: Office, client: Client) -> None:
    for _ in range(2):
        client.post("/uang-kembali/", filled(office))
    assert RefundRequest.objects.count() == 1
    answer = client.post("/uang-kembali/", filled(office, kunci="kunci-formulir-lain", text="Lagi."))
    assert answer.status_code == 400
    assert "Sudah ada permohonan" in text(answer)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"receipt": "KW-TIDAKADA"}, "tidak ada dalam catatan kami"),
        ({"receipt": ""}, "Isi nomor kuitansi"),
        ({"reason": ""}, "Pilih alasannya"),
        ({"situs": "http://x"}, "seperti oleh mesin"),
        ({"kunci": "pendek"}, "tidak lengkap"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_filed(
    office: Office, client: Client, changes: dict[str, str], words: str
) -> None:
    answer = client.post("/uang-kembali/", filled(office, **changes))
    assert answer.status_code == 400
    assert words in text(answer)
    assert not RefundRequest.objects.exists()


def test_cash_goes_back_at_the_counter(office: Office) -> None:
    office.museum.again(office.paid)
    type(office.paid).objects.filter(pk=office.paid.pk).update(channel="cash", payment=None)
    with pytest.raises(RequestRefused, match="loket"):
        office.asks()


def test_an_empty_number_finds_no_open_order(office: Office) -> None:
    office.museum.order()
    with pytest.raises(RequestRefused, match="tidak ada"):
        office.asks(receipt="  ")


def test_too_many_requests_wait(office: Office, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "FILED_BY_ADDRESS", Limit("refunds-uji", 1, 3600))
    client.post("/uang-kembali/", filled(office))
    answer = client.post("/uang-kembali/", filled(office))
    assert answer.status_code == 429
    assert "Terlalu banyak kiriman" in text(answer)


def test_the_page_tells_each_state(office: Office, client: Client) -> None:
    row = office.asks()
    address = f"/uang-kembali/{row.token}/"
    refund = office.propose(request_id=row.pk, evidence=None)
    assert "Sedang diproses dengan bank" in text(client.get(address))
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    page = text(client.get(address))
    assert "Uang sudah dikembalikan" in page
    assert "Bendahara" not in page.replace("bendahara", "")


def test_a_refused_request_tells_why(office: Office, client: Client) -> None:
    row = office.asks()
    services.decline(request_id=row.pk, answer="Tiketnya sudah dipakai.", by=office.treasurer, at=LATER)
    assert "Tiketnya sudah dipakai." in text(client.get(f"/uang-kembali/{row.token}/"))
    assert office.asks(key="kunci-formulir-dua", text="Coba lagi.").state == "new"


def test_the_page_speaks_english(office: Office, client: Client) -> None:
    client.get("/bahasa/en/?ke=/")
    assert "Ask for a refund" in text(client.get("/uang-kembali/"))


def test_a_contact_is_read_for_a_reason_and_erased_in_time(office: Office) -> None:
    row = office.asks(contact="0812 3456 789")
    assert contacts.read(request=row, by=office.treasurer, at=LATER) == "0812 3456 789"
    assert AuditEvent.objects.filter(action="refund_request.read_contact").exists()
    services.decline(request_id=row.pk, answer="Tidak dapat.", by=office.treasurer, at=LATER)
    assert contacts.forget(at=LATER + timedelta(days=364)) == 0
    assert contacts.forget(at=LATER + timedelta(days=366)) == 1
    row.refresh_from_db()
    assert (row.contact, row.contact_mask) == (None, "")


def test_what_a_payer_wrote_can_not_be_changed(office: Office) -> None:
    row = office.asks()
    for change in ({"text": "lain"}, {"reason": "other"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RefundRequest.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RefundRequest.objects.all().delete()
