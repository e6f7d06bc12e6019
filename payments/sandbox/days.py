"""The bank's business day: opened once, closed by a button, never behind the calendar (WIB)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payments.sandbox import files
from payments.sandbox.models import (
    BankDay,
    BankFile,
    LatePayout,
    MerchantRate,
    Partner,
    Payment,
    Refund,
    VaOrder,
)
from payments.snap.clock import format_timestamp

FIRST_BALANCE = Decimal("12500000000.00")
"""The RKUD balance (rupiah) on the first day of a bank that nobody seeded."""


class DayError(Exception):
    """The message is for the person at the page."""


def today(at: datetime) -> date:
    return timezone.localdate(at)


@transaction.atomic
def current(*, at: datetime) -> BankDay:
    """The open business day, locked. One left over from an earlier calendar day is closed first."""
    day = _locked(at)
    if day.date < today(at):
        balance = _close(day, (), at)
        return _open(today(at), balance, at)
    return day


@transaction.atomic
def close(*, day: date, troubles: Sequence[str] = (), at: datetime) -> BankDay:
    """Close ``day``, write its two files, open the next one. Raises DayError if ``day`` is not the open one.

    X-TIMESTAMP and paidTime keep following the clock: only the business day moves.
    """
    opened = _locked(at)
    if opened.date != day:
        raise DayError("Hari itu sudah ditutup. Muat ulang halaman untuk melihat hari yang sedang buka.")
    balance = _close(opened, troubles, at)
    return _open(max(day + timedelta(days=1), today(at)), balance, at)


def _locked(at: datetime) -> BankDay:
    opened = BankDay.objects.select_for_update().filter(closed_at=None).first()
    return opened or _open(today(at), FIRST_BALANCE, at)


def _open(day: date, balance: Decimal, at: datetime) -> BankDay:
    return BankDay.objects.create(date=day, opening_balance=balance, opened_at=at)


def _close(day: BankDay, troubles: Sequence[str], at: datetime) -> Decimal:
    """Settle what is due and write the province's two files. Returns the closing balance.

    A guest's payments are settled without a file. A row that was made to be missing stays due; a payment that
    was undone before settlement is in no file.
    """
    due = Payment.objects.filter(settled_on=None, business_date__lte=day.date, refunds=None).select_related(
        "qr"
    )
    rates = dict(MerchantRate.objects.values_list("merchant_id", "percent"))
    true_rows = [_row(payment, day.date, rates) for payment in due.filter(qr__partner=Partner.OURS)]
    rows = files.disturb(true_rows, troubles)
    missing = {row.rrn for row in true_rows} - {row.rrn for row in rows}
    settled = list(due.exclude(rrn__in=missing).values_list("pk", flat=True))
    Payment.objects.filter(pk__in=settled).update(settled_on=day.date)
    late = _pay_out_late(day.date)
    if "late_credit" in troubles:
        _hold_back(day.date, rows)
    at_once = [] if "late_credit" in troubles else rows
    closing, statement = files.statement(day.date, day.opening_balance, at_once, [*late, *_direct(day.date)])
    _store(day, BankFile.Kind.SETTLEMENT, files.settlement_name(day.date), files.settlement(rows))
    _store(day, BankFile.Kind.STATEMENT, files.statement_name(day.date), statement)
    day.closed_at, day.closing_balance, day.troubles = at, closing, list(troubles)
    day.save(update_fields=["closed_at", "closing_balance", "troubles"])
    return closing


def _direct(day: date) -> list[files.Movement]:
    """Payments by virtual account that are credited now, marked as such: none twice."""
    due = VaOrder.objects.filter(state=VaOrder.State.TAKEN, settled_on=None, business_date__lte=day)
    orders = list(due.order_by("paid_at", "pk"))
    VaOrder.objects.filter(pk__in=[order.pk for order in orders]).update(settled_on=day)
    return [
        files.Movement(f"VA {order.number}", order.reference_no, credit=order.paid_amount or Decimal(0))
        for order in orders
    ]


def _hold_back(day: date, rows: Sequence[files.Row]) -> None:
    LatePayout.objects.bulk_create(
        LatePayout(settled_on=day, nmid=nmid, batch_no=batch, net=net)
        for (nmid, batch), net in sorted(files.nets_of(rows).items())
    )


def _pay_out_late(day: date) -> list[files.Movement]:
    """The credits of batches held back until now, each less what went back to payers meanwhile."""
    credits = []
    for held in LatePayout.objects.select_for_update().filter(paid_on=None):
        of_batch = Refund.objects.filter(
            payment__settled_on=held.settled_on,
            payment__qr__nmid=held.nmid,
            payment__qr__partner=Partner.OURS,
        )
        left = held.net - (of_batch.aggregate(gone=Sum("amount"))["gone"] or Decimal(0))
        if left > 0:
            credits.append(files.batch_credit(held.settled_on, held.nmid, held.batch_no, left))
    LatePayout.objects.filter(paid_on=None).update(paid_on=day)
    return credits


def _row(payment: Payment, day: date, rates: Mapping[str, Decimal]) -> files.Row:
    qr = payment.qr
    return files.Row(
        trx_time=format_timestamp(payment.paid_at),
        settlement_date=day,
        batch_no=files.batch_no(day, qr.nmid),
        nmid=qr.nmid,
        merchant_pan=qr.merchant_pan,
        terminal_id=qr.terminal_id,
        rrn=payment.rrn,
        bill_no=qr.bill_no,
        reference_no=qr.reference_no,
        partner_reference_no=qr.partner_reference_no,
        issuer_code=payment.issuer_code,
        gross=payment.amount,
        mdr=files.fee(payment.amount, rates.get(qr.merchant_id, Decimal(0))),
    )


def _store(day: BankDay, kind: BankFile.Kind, name: str, content: str) -> None:
    BankFile.objects.create(day=day, kind=kind, name=name, content=content)
