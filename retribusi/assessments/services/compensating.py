"""Titipan of a wajib retribusi that pays another SKRD of theirs: proposed, booked, put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.incoming import compensating as money
from payments.incoming.compensating import CompensationError, Consent
from payments.incoming.models import Compensation, Payment
from payments.incoming.registry import NotPayable, Quote
from retribusi.assessments import terms
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import Debt, WajibRetribusi
from retribusi.assessments.payable import KIND, SkrdPayable, interest_on
from retribusi.assessments.services import deciding, numbers
from retribusi.receipts import new_number


@dataclass(frozen=True)
class Bill:
    """A debt that titipan may pay: what it costs today, interest included (rupiah)."""

    debt: Debt
    total: Decimal


def payer_of(payment: Payment) -> WajibRetribusi | None:
    """Whose money it is: the wajib retribusi of the SKRD it was paid for; None where nobody knows."""
    request = payment.request
    if request is None or request.payable_kind != KIND:
        return None
    return WajibRetribusi.objects.filter(skrd__debts__key=request.payable_key).first()


def bills_of(payment: Payment, *, at: datetime) -> list[Bill]:
    """The next open debt of each standing SKRD of the payer, the oldest due day first."""
    payer, day = payer_of(payment), day_of(at)
    if payer is None:
        return []
    rows = Debt.objects.collectable().filter(skrd__wajib_retribusi=payer)
    table = terms.interest_table()
    nexts: dict[UUID, Debt] = {}
    for debt in rows.select_related("skrd__document").order_by("skrd", "position"):
        nexts.setdefault(debt.skrd_id, debt)
    found = [Bill(debt, debt.amount + interest_on(debt, day, table)) for debt in nexts.values()]
    return sorted(found, key=lambda bill: (bill.debt.due_on, bill.debt.pk))


def propose(*, payment_id: UUID, debt_id: UUID, consent: Consent, by: User, at: datetime) -> Compensation:
    """Propose that a payer's titipan pays one of their open debts, on their letter.

    Raises CompensationError; PermissionDenied without ``refund.propose``.
    """
    payment = Payment.objects.select_related("request").get(pk=payment_id)
    access.require(by, "refund.propose", opd=payment.opd_id)
    debt = next((bill.debt for bill in bills_of(payment, at=at) if bill.debt.pk == debt_id), None)
    if debt is None:
        raise CompensationError("Pilih tagihan yang masih terbuka milik pembayar yang sama.")
    return money.propose(
        payment_id, kind=KIND, key=debt.key, quote=_quote(debt.key), consent=consent, by=by, at=at
    )


@transaction.atomic
def approve(*, compensation_id: UUID, by: User, at: datetime) -> Compensation:
    """Book a proposal of somebody else: the titipan becomes revenue, the debt is paid by it.

    Refused while a QRIS of the debt waits; its virtual account is closed. Raises CompensationError;
    PermissionDenied without ``refund.approve``.
    """
    row = money.lock(compensation_id)
    access.require(by, "refund.approve", opd=row.opd_id)
    debt = _held(row, by)
    if debt.skrd.wajib_retribusi != payer_of(row.payment):
        raise CompensationError("Tagihan itu bukan milik pembayar titipan ini. Belum ada yang dibukukan.")
    row = money.book(row, quote=_quote(debt.key), by=by, at=at)
    interest = row.amount - debt.amount
    Debt.objects.filter(pk=debt.pk).update(
        compensation=row, interest_paid=interest, paid_at=at, receipt_number=new_number(),
        version=F("version") + 1,
    )  # fmt: skip
    numbers.close_for([debt], reason="Dibayar dengan titipan", by=by, at=at)
    after = {"amount": f"{debt.amount:.2f}", "interest": f"{interest:.2f}", "compensation": str(row.pk)}
    audit.record("skrd.paid", ("assessments.skrd", str(debt.skrd_id)), by=by, at=at, after=after)
    return row


def refuse(*, compensation_id: UUID, reason: str, by: User, at: datetime) -> Compensation:
    """Say no, or take one's own proposal back. Raises CompensationError; PermissionDenied."""
    row = Compensation.objects.get(pk=compensation_id)
    own = row.proposed_by_id == by.pk
    access.require(by, "refund.propose" if own else "refund.approve", opd=row.opd_id)
    return money.refuse(compensation_id, reason=reason, by=by, at=at)


@transaction.atomic
def undo(*, compensation_id: UUID, reason: str, by: User, at: datetime) -> Compensation:
    """Put a booked one back on its own day: titipan again, and the debt is owed anew as it was.

    The paid debt stays as it is and retires; its twin takes its place. Raises CompensationError;
    PermissionDenied without ``refund.approve``.
    """
    row = money.lock(compensation_id)
    access.require(by, "refund.approve", opd=row.opd_id)
    deciding.lock_skrd(Debt.objects.values_list("skrd", flat=True).get(key=row.payable_key))
    rows = Debt.objects.select_for_update(of=("self",)).select_related("skrd__point", "skrd__document")
    paid = rows.filter(compensation=row, retired_at=None).first()
    if paid is None or paid.skrd.document.voided_at:
        raise CompensationError("Tagihannya sudah berubah; kompensasi ini tidak dapat dibatalkan lagi.")
    row = money.undo(row, reason=reason, by=by, at=at)
    Debt.objects.filter(pk=paid.pk).update(retired_at=at, version=F("version") + 1)
    fresh = Debt.objects.create(
        skrd=paid.skrd, position=paid.position, amount=paid.amount, carried=paid.carried,
        due_on=paid.due_on, decision=paid.decision, made_at=at,
    )  # fmt: skip
    numbers.open_for([fresh], [paid.skrd], by=by, at=at)
    after = {"amount": f"{fresh.amount:.2f}", "compensation": str(row.pk)}
    audit.record("skrd.unpaid", ("assessments.skrd", str(paid.skrd_id)), by=by, at=at, after=after)
    return row


def _quote(key: str) -> Quote:
    try:
        return SkrdPayable().quote(key)
    except NotPayable as error:
        raise CompensationError(str(error)) from error


def _held(row: Compensation, by: User) -> Debt:
    """The debt that it pays, locked as a decision on its SKRD locks it."""
    debt = Debt.objects.get(key=row.payable_key)
    try:
        skrd, debts = deciding.hold(debt.skrd_id, by)
    except AssessmentError as error:
        raise CompensationError(str(error)) from error
    for one in debts:
        if one.pk == debt.pk:
            one.skrd = skrd
            return one
    raise CompensationError("Tagihan ini sudah lunas atau diganti. Tolak usulan ini.")
