"""Titipan of a payer pays another of their SKRD: two people, one journal, never together with a refund."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from opd import stepup
from opd.access import Scope
from opd.models import User
from opd.office import evidence
from payments.incoming import refunds, whereabouts
from payments.incoming import services as incoming
from payments.incoming.compensating import CompensationError, Consent
from payments.incoming.models import Compensation, MoneyException, Payment
from payments.incoming.refund_rules import Whereabouts
from payments.incoming.refunds import RefundError
from payments.incoming.services import MoneySeen
from payments.incoming.verification import LAWS as MONEY
from payments.ledger.queries import balance
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.services import compensating
from retribusi.refunds import queries
from tests.assessments.cast import Office, problems, rp, without_guards
from tests.incoming.test_races import together
from tests.retribusi.cast import AT, text

LATER = AT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _in_rkud(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    here = Whereabouts(AT.date(), AT.date(), booked=True)
    monkeypatch.setattr(whereabouts, "_where", lambda ids: dict.fromkeys(ids, here))
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)


def laws() -> list[str]:
    money = [law for law in MONEY if law.name.startswith(("incoming.compensation", "incoming.refund"))]
    return [*problems(), *(problem for law in money for problem in law.check().problems)]


def bill(office: Office, **more: Any) -> Skrd:
    """A SKRD of a month of its own: each earlier by one."""
    month = 11 - Skrd.objects.count()
    return office.issue(period=(date(2026, month, 1), date(2026, month, 28)), **more)


def titipan(office: Office, *, stalls: int = 2) -> Payment:
    """A SKRD paid by QRIS and then, late, a second time on the same QR: all of that is titipan."""
    row = bill(office, stalls=stalls)
    first = office.pay(row)
    assert first.request is not None
    again = incoming.record_money(
        MoneySeen(
            source="notice", partner_id=office.museum.partner.pk, reference_no=first.reference_no,
            partner_reference_no=first.partner_reference_no, rrn="999900001111", amount=first.amount,
            paid_at=AT + timedelta(minutes=3),
        ),
        by=None, at=AT + timedelta(minutes=3),
    )  # fmt: skip
    assert again is not None
    assert again.liability_amount == first.amount
    return again


def letter(user: User, number: str = "S/1/2026") -> Consent:
    kept, _ = evidence.store(
        ContentFile(b"%PDF-1.4 surat", "surat.pdf"), name="surat.pdf", media_type="application/pdf",
        by=user, at=LATER,
    )  # fmt: skip
    return Consent(number, AT.date(), kept)


def propose(office: Office, payment: Payment, row: Skrd, number: str = "S/1/2026") -> Compensation:
    return compensating.propose(
        payment_id=payment.pk, debt_id=office.debt(row).pk, consent=letter(office.treasurer, number),
        by=office.treasurer, at=LATER,
    )  # fmt: skip


def approve(office: Office, one: Compensation) -> Compensation:
    return compensating.approve(compensation_id=one.pk, by=office.head, at=LATER)


def state_of(row: Skrd) -> str:
    return Skrd.objects.with_standing().get(pk=row.pk).state.value


def held(office: Office, role: str) -> int:
    return int(balance(role, on=AT.date() + timedelta(days=9), opd=office.museum.opd.pk))


@pytest.mark.django_db
def test_titipan_becomes_revenue_and_the_bill_is_paid(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=1)
    one = propose(office, payment, row)
    assert refunds.left(payment).liability == rp(150_000)
    assert state_of(row) == "standing"
    with pytest.raises(PermissionDenied):
        compensating.approve(compensation_id=one.pk, by=office.treasurer, at=LATER)
    before = held(office, "payment_liability"), held(office, "revenue_lra")
    approve(office, one)
    assert state_of(row) == "paid"
    assert held(office, "payment_liability") - before[0] == 150_000
    assert held(office, "revenue_lra") - before[1] == -150_000
    assert refunds.left(payment).liability == rp(150_000)
    (kept,) = queries.kept_rows(Scope(None), on=AT.date())
    assert kept.left == rp(150_000)  # type: ignore[attr-defined]
    assert MoneyException.objects.filter(payment=payment, state="open").exists()
    assert laws() == []
    with pytest.raises(CompensationError, match="sudah “dibukukan”"):
        compensating.refuse(compensation_id=one.pk, reason="terlambat", by=office.head, at=LATER)


@pytest.mark.django_db
def test_all_of_it_used_closes_the_exception_and_undo_opens_it_again(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=2)
    one = approve(office, propose(office, payment, row))
    assert not MoneyException.objects.filter(payment=payment, state="open").exists()
    assert not queries.kept_rows(Scope(None), on=AT.date()).exists()
    with pytest.raises(CompensationError, match="hari yang sama"):
        compensating.undo(
            compensation_id=one.pk, reason="salah tagihan", by=office.head, at=LATER + timedelta(days=1)
        )
    compensating.undo(compensation_id=one.pk, reason="salah tagihan", by=office.head, at=LATER)
    assert state_of(row) == "standing"
    assert office.debt(row).amount == rp(300_000)
    assert refunds.left(payment).liability == rp(300_000)
    assert MoneyException.objects.filter(payment=payment, state="open").exists()
    assert laws() == []
    again = approve(office, propose(office, payment, row, "S/2/2026"))
    assert (again.state, state_of(row)) == ("done", "paid")
    assert laws() == []


@pytest.mark.django_db
def test_what_a_refund_took_is_not_used_and_the_reverse(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=2)
    asked: dict[str, Any] = {
        "payment_id": payment.pk, "reason": "terbayar dua kali", "by": office.treasurer, "at": LATER,
    }  # fmt: skip
    refund = refunds.propose(amount=rp(100_000), expected_left=rp(300_000), **asked)
    with pytest.raises(CompensationError, match="tersisa"):
        propose(office, payment, row)
    refunds.refuse(refund_id=refund.pk, reason="tidak jadi", by=office.head, at=LATER)
    one = propose(office, payment, row)
    with pytest.raises(RefundError):
        refunds.propose(amount=rp(1), expected_left=rp(300_000), **asked)
    with pytest.raises(DatabaseError, match="melebihi"), transaction.atomic():
        payment.refunds.create(
            opd=payment.opd, path="restitution", amount=rp(1), revenue_amount=0, liability_amount=rp(1),
            reason="menyelinap", partner_refund_no="RF1", proposed_at=LATER, proposed_by=office.treasurer,
        )  # fmt: skip
    compensating.refuse(compensation_id=one.pk, reason="ditarik", by=office.treasurer, at=LATER)
    assert refunds.left(payment).liability == rp(300_000)
    assert laws() == []


@pytest.mark.django_db
def test_only_the_same_payers_open_bill_that_titipan_covers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = titipan(office, stalls=1)
    stranger = bill(office, wajib=office.register("Toko Lain", "1771010101017777"))
    with pytest.raises(CompensationError, match="pembayar yang sama"):
        propose(office, payment, stranger)
    dear = bill(office, stalls=0, halls=1)
    with pytest.raises(CompensationError, match="Titipan yang tersisa"):
        propose(office, payment, dear)
    row = bill(office, stalls=1)
    one = propose(office, payment, row)
    with pytest.raises(CompensationError, match="sudah diusulkan"):
        propose(office, payment, row)
    office.ask(row)
    with pytest.raises(CompensationError, match="sedang membayar"):
        approve(office, one)
    monkeypatch.setattr(whereabouts, "_where", lambda ids: {})
    with pytest.raises(CompensationError, match="belum dibukukan masuk RKUD"):
        propose(office, payment, bill(office, stalls=1, at=AT))
    assert laws() == []


@pytest.mark.django_db
def test_interest_grown_since_the_proposal_stops_it_and_a_paid_bill_too(office: Office) -> None:
    payment = titipan(office)
    row, other = bill(office, stalls=1), bill(office, stalls=1)
    one, two = propose(office, payment, row), propose(office, payment, other)
    office.pay(other)
    with pytest.raises(CompensationError, match="sudah lunas"):
        approve(office, two)
    late = AT + timedelta(days=20)
    with time_machine.travel(late, tick=False), pytest.raises(CompensationError, match="sekarang"):
        compensating.approve(compensation_id=one.pk, by=office.head, at=late)
    assert laws() == []


@pytest.mark.django_db
def test_a_bill_that_titipan_paid_is_not_voided(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=1)
    approve(office, propose(office, payment, row))
    with pytest.raises(AssessmentError):
        office.void(row)


def trying(deed: Callable[[], Any]) -> Callable[[], Any]:
    """The deed, or the refusal that it met."""

    def run() -> Any:
        try:
            return deed()
        except (CompensationError, RefundError) as error:
            return error

    return run


@pytest.mark.django_db(transaction=True)
def test_a_refund_and_a_compensation_at_once_never_take_the_same_rupiah(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=2)

    def refund() -> Any:
        return refunds.propose(
            payment_id=payment.pk, amount=rp(300_000), expected_left=rp(300_000), reason="dua kali",
            by=office.treasurer, at=LATER,
        )  # fmt: skip

    debt, consent = office.debt(row).pk, letter(office.treasurer)

    def use() -> Any:
        return compensating.propose(
            payment_id=payment.pk, debt_id=debt, consent=consent, by=office.treasurer, at=LATER
        )

    found = together(*[trying(refund), trying(use)] * 2)
    assert sum(not isinstance(one, Exception) for one in found) == 1
    assert laws() == []


@pytest.mark.django_db(transaction=True)
def test_two_presses_book_once(office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=2)
    one = propose(office, payment, row)
    found = together(
        *[trying(lambda: compensating.approve(compensation_id=one.pk, by=office.head, at=LATER))] * 4
    )
    assert sum(isinstance(each, Compensation) for each in found) == 1
    assert (state_of(row), Debt.objects.filter(compensation=one).count()) == ("paid", 1)
    assert laws() == []


@pytest.mark.django_db
def test_the_office_proposes_decides_and_sees_it_on_both_pages(client: Client, office: Office) -> None:
    payment, row = titipan(office), bill(office, stalls=1)
    with time_machine.travel(LATER, tick=False):
        enter(client, office.treasurer)
        page = client.get(reverse("refunds:payment", args=[payment.pk])).content.decode()
        new = reverse("refunds:compensation_new", args=[payment.pk])
        assert new in page
        assert row.document.number_text in text(client.get(new))
        sent = {"debt": office.debt(row).pk, "number": "S/9", "day": AT.date().isoformat()}
        bad = client.post(new, {**sent, "letter": ContentFile(b"bukan surat", "a.txt")})
        assert bad.status_code == 200
        assert not Compensation.objects.exists()
        answer = client.post(new, {**sent, "letter": ContentFile(b"%PDF-1.4 surat", "surat.pdf")})
        one = Compensation.objects.get()
        detail = reverse("refunds:compensation_detail", args=[one.pk])
        assert answer.headers["Location"] == detail
        assert "Tarik usulan" in text(client.get(detail))
        assert client.get(reverse("refunds:compensation_letter", args=[one.pk])).status_code == 200
        assert client.post(reverse("refunds:compensation_approve", args=[one.pk])).status_code == 403
        enter(client, office.head)
        assert "Usulan kompensasi" in text(client.get(reverse("opd:home")))
        client.post(reverse("refunds:compensation_approve", args=[one.pk]))
        assert "tagihannya lunas" in text(client.get(detail))
        skrd = client.get(reverse("assessments:skrd_detail", args=[row.pk]))
        assert detail in skrd.content.decode()
        assert "Lunas dengan titipan" in text(skrd)
        assert "S/9" in text(client.get(reverse("refunds:compensation_list"), {"q": "S/9"}))
        assert text(client.get(reverse("assessments:bill", args=[row.token]))).count("Lunas")
        client.post(reverse("refunds:compensation_undo", args=[one.pk]), {"reason": "salah tagihan"})
        assert state_of(row) == "standing"


def enter(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


BREAK = {
    "incoming.compensation_within": "UPDATE incoming_compensation SET amount = 400000",
    "incoming.compensation_journals": "UPDATE incoming_compensation SET amount = amount - 1",
    "incoming.compensation_two_people": "DELETE FROM opd_auditevent WHERE action = 'compensation.book'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(office: Office, name: str) -> None:
    approve(office, propose(office, titipan(office), bill(office, stalls=2)))
    law = next(law for law in MONEY if law.name == name)
    assert law.check().rows > 0
    assert not law.check().problems
    table = "opd_auditevent" if "two_people" in name else "incoming_compensation"
    without_guards(f"ALTER TABLE {table} DISABLE TRIGGER USER", BREAK[name])
    assert law.check().problems
