"""What the database refuses, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from payments.spending import rules, services
from payments.spending.models import (
    Claim,
    ClaimLine,
    Disbursement,
    Payee,
    Refund,
    Spend,
    TaxKind,
    TaxLine,
    TreasuryAccount,
    Way,
)
from payments.spending.services import TaxDraft
from tests.spending import world
from tests.spending.world import AT, DAY, Office, rp

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return world.office()


def refused(deed: Callable[[], Any], words: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        deed()


def test_the_trigger_knows_the_same_moves_as_the_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('spending_guard_spend'::regproc)")
        (source,) = cursor.fetchone()
    pairs = set(re.findall(r"'([a-z]+)>([a-z]+)'", source))
    assert pairs == {(str(start), str(end)) for start, end in rules.moves()}


def test_paid_never_goes_back(place: Office) -> None:
    spend = world.paid(place)
    rows = Spend.objects.filter(pk=spend.pk)
    for state in ("draft", "tested", "rejected", "cancelled"):
        back = {"state": state, "paid_at": None, "paid_date": None, "close_reason": "x"}
        refused(partial(rows.update, **back), "tidak dapat")


def test_paid_needs_a_payment(place: Office) -> None:
    spend = world.approved(place)
    rows = Spend.objects.filter(pk=spend.pk)
    refused(lambda: rows.update(state="paid", paid_at=AT, paid_date=DAY), "tanpa pembayaran")


def test_what_was_submitted_is_fixed(place: Office) -> None:
    spend = world.submitted(place)
    rows = Spend.objects.filter(pk=spend.pk)
    other = world.payee(place.opd, place.bp)
    changes: list[dict[str, Any]] = [
        {"amount": 5}, {"payee": other}, {"source": "tu"}, {"description": "lain"},
    ]  # fmt: skip
    for change in changes:
        refused(partial(rows.update, **change), "tidak dapat diubah")
    refused(lambda: rows.update(raised_by=place.pa), "tidak dapat diubah")


def test_nothing_vanishes(place: Office) -> None:
    spend = world.paid(place, taxes=(TaxDraft(TaxKind.PPN, rp(10)),))
    services.refund(
        spend_id=spend.pk, amount=rp(5), paid_date=DAY, reference_no="R", reason="x", by=place.bp, at=AT
    )
    for model in (Spend, Disbursement, Payee, TreasuryAccount, Refund):
        refused(partial(everything(model)._raw_delete, "default"), "ditolak")
    refused(lambda: TaxLine.objects.all().delete(), "tidak dapat dihapus")
    refused(lambda: Refund.objects.update(amount=1), "ditolak")
    refused(lambda: TaxLine.objects.update(amount=1), "tidak dapat diubah")


def everything(model: Any) -> Any:
    return model._default_manager.all()


def test_a_deposit_is_final(place: Office) -> None:
    spend = world.paid(place, taxes=(TaxDraft(TaxKind.PPN, rp(10)),))
    tax = spend.taxes.get()
    services.deposit_tax(tax_id=tax.pk, ntpn="A" * 16, deposited_date=DAY, by=place.bp, at=AT)
    refused(lambda: TaxLine.objects.update(ntpn="B" * 16), "tidak dapat diubah")


def test_a_payment_keeps_its_facts_and_its_end(place: Office) -> None:
    spend = world.tested(place)
    payment = services.begin_payment(
        spend_id=spend.pk, way=Way.INTRABANK, account_id=place.account.pk, by=place.bp, at=AT
    )
    rows = Disbursement.objects.filter(pk=payment.pk)
    refused(lambda: rows.update(amount=1), "tidak dapat diubah")
    rows.update(state="pending")
    refused(lambda: rows.update(state="intended"), "mundur")
    services.settle_payment(
        disbursement_id=payment.pk, paid_date=DAY, reference_no="R1", rrn="", by=None, at=AT
    )
    refused(lambda: rows.update(state="failed"), "tidak dapat diubah")
    refused(lambda: rows.update(reference_no="R2"), "hanya diisi sekali")
    rows.update(proven_at=AT, rrn="123456789012")


def violates(name: str, deed: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        deed()


def test_each_constraint_of_a_spend_refuses(place: Office) -> None:
    plain: dict[str, Any] = {
        "opd": place.opd, "year": 2026, "line": place.line, "source": "up", "channel": "cms", "amount": 1,
        "description": "x", "spend_date": DAY, "raised_by": place.pptk, "raised_at": AT,
    }  # fmt: skip

    def create(**fields: Any) -> Callable[[], Any]:
        return lambda: Spend.objects.create(**plain | fields)

    violates("spend_amount_positive", create(amount=0))
    violates("spend_surcharge_not_negative", create(surcharge=-1))
    violates("spend_channel_fits_source", create(channel="card"))
    violates("spend_channel_fits_source", create(source="ls", channel="cash"))
    violates("spend_not_approved_by_its_maker", create(approved_by=place.pptk))
    violates("spend_paid_has_its_day", create(state="paid"))
    violates("spend_paid_has_its_day", create(paid_at=AT, paid_date=DAY))
    violates("spend_closed_has_reason", create(state="rejected"))


def test_each_constraint_of_payments_and_taxes_refuses(place: Office) -> None:
    spend, other = world.tested(place), world.tested(place)
    plain: dict[str, Any] = {"spend": spend, "way": "cash", "amount": 1, "made_at": AT}

    def create(reference: str, **fields: Any) -> Callable[[], Any]:
        return lambda: Disbursement.objects.create(partner_reference_no=reference, **plain | fields)

    create("a", rrn="1")()
    violates("one_live_disbursement_per_spend", create("b"))
    violates("partner_reference_no", create("a", spend=other))
    violates("spend_rrn_once", create("c", spend=other, rrn="1"))
    violates("disbursement_amount_positive", create("d", spend=other, amount=0))
    violates("disbursement_finished", create("e", spend=other, state="succeeded"))
    tax: dict[str, Any] = {"spend": spend, "kind": "ppn", "amount": 1}
    violates("tax_amount_positive", lambda: TaxLine.objects.create(**tax | {"amount": 0}))
    violates("tax_billing_code_digits", lambda: TaxLine.objects.create(**tax, billing_code="1"))
    violates("tax_ntpn_form", lambda: TaxLine.objects.create(**tax, ntpn="x", deposited_date=DAY))
    violates("tax_deposited_has_ntpn", lambda: TaxLine.objects.create(**tax, deposited_date=DAY))
    TaxLine.objects.create(**tax, ntpn="A" * 16, deposited_date=DAY)
    violates("tax_kind_once_per_spend", lambda: TaxLine.objects.create(**tax))
    violates(
        "ntpn_once",
        lambda: TaxLine.objects.create(**tax | {"kind": "pph22"}, ntpn="A" * 16, deposited_date=DAY),
    )


def test_each_constraint_of_payees_accounts_refunds_and_claims_refuses(place: Office) -> None:
    payee: dict[str, Any] = {"opd": place.opd, "name": "x", "created_at": AT}
    violates("payee_npwp_digits", lambda: Payee.objects.create(**payee, npwp="1"))
    violates("payee_account_digits", lambda: Payee.objects.create(**payee, account_no="12a45"))
    violates("payee_block_has_reason", lambda: Payee.objects.create(**payee, blocked_at=AT))
    same = {"bank_code": place.payee.bank_code, "account_no": place.payee.account_no}
    violates("payee_account_once", lambda: Payee.objects.create(**payee, **same))
    account: dict[str, Any] = {
        "opd": place.opd, "bank_code": "1", "bank_name": "x", "account_no": "12345", "account_name": "x",
        "decree_number": "x", "decree_date": DAY, "valid_from": DAY,
    }  # fmt: skip
    violates(
        "treasury_account_dates_in_order",
        lambda: TreasuryAccount.objects.create(**account, valid_to=date(2020, 1, 1)),
    )
    violates(
        "treasury_account_digits", lambda: TreasuryAccount.objects.create(**account | {"account_no": "x"})
    )
    TreasuryAccount.objects.create(**account)
    violates("treasury_account_once_per_start", lambda: TreasuryAccount.objects.create(**account))
    spend = world.paid(place)
    refund: dict[str, Any] = {
        "spend": spend, "number": 1, "amount": 1, "paid_date": DAY, "reference_no": "a", "reason": "x",
        "at": AT,
    }  # fmt: skip
    violates("refund_positive", lambda: Refund.objects.create(**refund | {"amount": 0}))
    Refund.objects.create(**refund)
    violates("refund_number_once", lambda: Refund.objects.create(**refund | {"reference_no": "b"}))
    violates("refund_reference_once", lambda: Refund.objects.create(**refund | {"number": 2}))
    claim = Claim.objects.create(
        kind="gu", opd=place.opd, year=2026, amount=1, purpose="x", raised_by=place.bp, raised_at=AT
    )
    ClaimLine.objects.create(claim=claim, spend=spend, amount=1)
    violates("spend_in_one_live_claim", lambda: ClaimLine.objects.create(claim=claim, spend=spend, amount=1))
