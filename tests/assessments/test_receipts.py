"""Receipts of a SKRD: signed like an order's, checked by anyone, true of what became of the money."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from retribusi.assessments import receipting
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.services import compensating, deciding
from retribusi.receipts import Printed
from tests.assessments.cast import DECREE, Office
from tests.assessments.test_compensating import LATER, _in_rkud, approve, bill, propose, titipan
from tests.retribusi.cast import AT, text
from tests.retribusi.test_weight import LIMIT, body, packed
from tests.retribusi.wire import linked, served, transferred

__all__ = ["_in_rkud", "packed"]
pytestmark = pytest.mark.django_db


def receipt_of(client: Client, row: Skrd, position: int = 1) -> str:
    return text(client.get(f"/tagihan/{row.token}/kuitansi/{position}/"))


def checked(client: Client, receipt: str) -> str:
    """What /periksa/ says of the code on a receipt."""
    link = re.search(r'href="[^"]*(/periksa/[\w-]{139}/)"', receipt)
    assert link
    return text(client.get(link[1]))


def test_a_paid_skrd_has_a_receipt_that_anyone_checks(client: Client, office: Office) -> None:
    row = office.issue(stalls=2)
    address = f"/tagihan/{row.token}/kuitansi/1/"
    assert client.get(address).headers["Location"] == f"/tagihan/{row.token}/"
    office.pay(row)
    assert address in text(client.get(f"/tagihan/{row.token}/"))
    receipt = receipt_of(client, row)
    number = Debt.objects.get(skrd=row).receipt_number
    for words in (number, "Rp\u00a0300.000", row.document.number_text, "Tiga ratus ribu rupiah", "<svg"):
        assert words in receipt, words
    assert "Toko Maju Jaya" not in receipt
    said = checked(client, receipt)
    assert "Tanda tangan baik" in said
    assert number in said
    assert "Dibayar, belum disetor bank" in said


def test_each_instalment_has_a_receipt_of_its_own(client: Client, office: Office) -> None:
    row = office.issue(stalls=2)
    deciding.grant_instalments(
        skrd_id=row.pk, number=2, first_due=AT.date(), grounds=DECREE, by=office.head, at=AT
    )
    office.pay(row)
    assert "Angsuran ke-1 dari 2" in receipt_of(client, row)
    assert client.get(f"/tagihan/{row.token}/kuitansi/2/").status_code == 302
    office.pay(row, at=AT + timedelta(hours=1))
    numbers = Debt.objects.current().filter(skrd=row).values_list("receipt_number", flat=True)
    assert len(set(numbers)) == 2
    assert "Tanda tangan baik" in checked(client, receipt_of(client, row, 2))


def test_what_titipan_paid_is_booked_and_no_receipt_once_it_is_undone(client: Client, office: Office) -> None:
    payment, row = titipan(office), bill(office)
    compensation = approve(office, propose(office, payment, row))
    receipt = receipt_of(client, row)
    assert "Dengan titipan Anda" in receipt
    assert "Dibukukan sebagai pendapatan daerah" in checked(client, receipt)
    compensating.undo(compensation_id=compensation.pk, reason="keliru", by=office.head, at=LATER)
    said = checked(client, receipt)
    assert "tidak ada dalam catatan kami" in said
    assert "Jangan terima kuitansi ini" in said


def test_a_receipt_number_is_given_once(office: Office) -> None:
    row = office.issue()
    office.pay(row)
    debt = Debt.objects.select_related("skrd").get(skrd=row)
    with pytest.raises(DatabaseError, match="tidak dapat diubah"), transaction.atomic():
        Debt.objects.filter(pk=debt.pk).update(receipt_number="KW-LAIN")
    found = receipting.find(debt.receipt_number)
    assert found == receipting.of_debt(debt)
    assert found
    assert found.stands is Printed.BOOKED
    assert receipting.find("") is None


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
def test_its_first_load_stays_under_15_kb(office: Office) -> None:
    row = office.issue(stalls=2)
    office.pay(row)
    path = f"/tagihan/{row.token}/kuitansi/1/"
    with served() as place:
        answers = {path: transferred(place, path)}
        for asset in linked(body(answers[path])):
            answers[asset] = transferred(place, asset)
    assert sum(len(answer) for answer in answers.values()) < LIMIT
