"""The head of the agency voids, remits and grants instalments; no rupiah appears or vanishes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from opd.office.documents import DocumentError
from payments.incoming import refund_sending, refunds
from payments.incoming.registry import NotPayable, Why
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.payable import SkrdPayable
from retribusi.assessments.services import deciding
from retribusi.assessments.services.deciding import Grounds
from tests.assessments.cast import DECREE, Office, problems, rp
from tests.retribusi.cast import AT

pytestmark = pytest.mark.django_db


def state_of(row: Skrd) -> str:
    return Skrd.objects.with_standing().get(pk=row.pk).state.value


def test_a_void_keeps_the_number_with_its_reason(office: Office) -> None:
    row = office.issue()
    key = office.debt(row).key
    office.void(row)
    assert state_of(row) == "void"
    with pytest.raises(NotPayable) as refused:
        SkrdPayable().quote(key)
    assert refused.value.why is Why.VOID
    assert office.issue().document.sequence == 2
    with pytest.raises(AssessmentError, match="sudah dibatalkan"):
        office.void(row)
    assert problems() == []


def test_void_rejects_paid_skrd_and_an_empty_reason(office: Office) -> None:
    row = office.issue()
    with pytest.raises(DocumentError, match="alasan"):
        office.void(row, reason=" ")
    office.pay(row)
    with pytest.raises(AssessmentError, match="sudah lunas"):
        office.void(row)
    assert state_of(row) == "paid"


def test_void_waits_until_all_that_was_paid_has_gone_back(office: Office) -> None:
    row = office.issue()
    payment, later = office.pay(row), AT + timedelta(hours=1)
    refund = refunds.propose(
        payment_id=payment.pk, amount=payment.amount, expected_left=payment.amount, reason="salah orang",
        by=office.treasurer, at=later,
    )  # fmt: skip
    refunds.approve(refund_id=refund.pk, by=office.head, at=later)
    with pytest.raises(AssessmentError, match="kembalikan dahulu"):
        office.void(row, at=later)
    refund_sending.accept(refund.pk, refund_no="REF1", at=later)
    office.void(row, at=later)
    assert state_of(row) == "void"
    assert problems() == []


def test_a_remitted_skrd_is_not_voided(office: Office) -> None:
    row = office.issue()
    deciding.grant_reduction(skrd_id=row.pk, amount=row.principal, grounds=DECREE, by=office.head, at=AT)
    with pytest.raises(AssessmentError, match="dibebaskan"):
        office.void(row)


def test_nothing_is_decided_while_a_qr_waits(office: Office) -> None:
    row = office.issue()
    office.ask(row)
    with pytest.raises(AssessmentError, match="sedang membayar"):
        office.void(row)
    assert state_of(row) == "standing"


def test_the_issuer_decides_nothing(office: Office) -> None:
    row = office.issue()
    with pytest.raises(PermissionDenied):
        deciding.void(skrd_id=row.pk, reason="hilang", by=office.treasurer, at=AT)


def test_instalments_add_up_and_are_paid_in_turn(office: Office) -> None:
    row = office.issue(stalls=7, halls=1)
    deciding.grant_instalments(
        skrd_id=row.pk, number=4, first_due=date(2026, 12, 9), grounds=DECREE, by=office.head, at=AT
    )
    parts = list(Debt.objects.current().filter(skrd=row).order_by("position"))
    assert sum(part.amount for part in parts) == row.principal
    assert [part.due_on.isoformat() for part in parts] == [
        "2026-12-09", "2027-01-09", "2027-02-09", "2027-03-09",
    ]  # fmt: skip
    office.pay(row)
    assert (state_of(row), office.debt(row).position) == ("standing", 2)
    with pytest.raises(AssessmentError, match="SK 12/2026 sudah dicatat"):
        deciding.grant_instalments(
            skrd_id=row.pk, number=2, first_due=date(2026, 12, 9), grounds=DECREE, by=office.head, at=AT
        )
    assert problems() == []


def test_interest_that_has_run_is_carried_into_the_first_part(office: Office) -> None:
    row = office.issue(stalls=10)
    late = AT + timedelta(days=40)
    with time_machine.travel(late, tick=False):
        deciding.grant_instalments(
            skrd_id=row.pk, number=3, first_due=late.date(), grounds=DECREE, by=office.head, at=late
        )
        first = office.debt(row)
        assert first.carried == rp(15_000)
        assert SkrdPayable().quote(first.key).amount == rp(515_000)
        payment = office.pay(row, late)
        first.refresh_from_db()
        assert (payment.revenue_amount, first.interest_paid) == (rp(515_000), rp(15_000))
        assert problems() == []


def test_a_reduction_takes_from_what_is_owed_and_no_more(office: Office) -> None:
    row = office.issue(stalls=2)
    with pytest.raises(AssessmentError, match="tidak melebihi sisa tagihan"):
        deciding.grant_reduction(skrd_id=row.pk, amount=rp(300_001), grounds=DECREE, by=office.head, at=AT)
    deciding.grant_reduction(skrd_id=row.pk, amount=rp(100_000), grounds=DECREE, by=office.head, at=AT)
    assert office.debt(row).amount == rp(200_000)
    rest = Grounds("SK 13/2026", AT.date(), "bencana")
    deciding.grant_reduction(skrd_id=row.pk, amount=rp(200_000), grounds=rest, by=office.head, at=AT)
    assert state_of(row) == "paid"
    assert problems() == []


@pytest.mark.parametrize(
    ("grounds", "words"),
    [
        (Grounds(" ", AT.date(), "alasan"), "nomor keputusan"),
        (Grounds("SK 1", AT.date(), ""), "alasannya"),
        (Grounds("SK 1", AT.date() + timedelta(days=1), "alasan"), "masa depan"),
    ],
)
def test_a_decision_says_by_what(office: Office, grounds: Grounds, words: str) -> None:
    row = office.issue()
    with pytest.raises(AssessmentError, match=words):
        deciding.grant_reduction(skrd_id=row.pk, amount=rp(1), grounds=grounds, by=office.head, at=AT)
    assert Debt.objects.count() == 1
