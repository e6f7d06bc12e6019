"""Money that came without a request (static QRIS): recognised as the levy of one thing, or put back.

The payment and its first journal stay as they are. Who recognises holds the payment's row, as does the
booking of what is in RKUD, so that neither sees half of the other.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from payments.incoming.exceptions import explain
from payments.incoming.intents import shares_of
from payments.incoming.models import MoneyException, Payment, Recognition
from payments.incoming.refund_rules import Standing
from payments.incoming.registry import Quote
from payments.incoming.rules import Kind, Method
from payments.incoming.texts import Trouble
from payments.incoming.traces import happened, odd
from payments.ledger.services import Draft, credit, debit, post, reverse
from payments.money import format_rupiah

NOTHING = "Belum ada yang dibukukan."
_STANDS = """
    SELECT coalesce(sum(e.amount), 0) FROM ledger_journal AS j JOIN ledger_entry AS e ON e.journal_id = j.id
    WHERE j.source = %s AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = %s)
"""


class RecogniseError(Exception):
    """The money cannot be recognised, or not be put back; the message is for the person at the screen."""


@transaction.atomic
def recognise(payment_id: UUID, *, kind: str, key: str, quote: Quote, by: User, at: datetime) -> Recognition:
    """Move all of a payment without a request from the liability to undeposited receipts, for one thing.

    The open exceptions of the payment close with it. Raises RecogniseError where it has a request, is
    recognised already, was given back in part, or the quote is not exactly its amount and agency.
    """
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    _check(payment, quote)
    row = Recognition(
        payment=payment, payable_kind=kind, payable_key=key, kode_lra=quote.kode_lra, kode_lo=quote.kode_lo,
        amount=quote.amount, shares=shares_of(quote),
        description=quote.description, recognised_at=at, recognised_by=by,
    )  # fmt: skip
    row.journal_id = post(_draft(payment, row), key=_key(row), by=by, at=at).journal_id
    row.save(force_insert=True)
    after = {"kind": kind, "key": key, "amount": f"{row.amount:.2f}", "journal": row.journal_id}
    audit.record("payment.recognise", payment, by=by, at=at, after=after)
    happened("payment.recognised", at=at, payment=payment)
    _close_exceptions(payment, f"Diklaim: {quote.description}", by, at)
    return row


@transaction.atomic
def put_back(payment_id: UUID, *, reason: str, by: User, at: datetime) -> Recognition:
    """Undo a recognition on the WIB day it was made, while the money is not in RKUD: a liability again.

    A reversing journal and a new exception tell of it. Raises RecogniseError.
    """
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    row = payment.recognitions.select_for_update(of=("self",)).standing().first()
    if row is None:
        raise RecogniseError("Uang ini tidak sedang diklaim. Tidak ada yang berubah.")
    if day_of(row.recognised_at) != day_of(at):
        raise RecogniseError("Klaim hanya dapat dibatalkan pada hari yang sama. Tidak ada yang berubah.")
    if stands(payment, "acquirer_receivable") != payment.amount:
        raise RecogniseError("Uang ini sudah masuk RKUD; klaimnya tidak dapat dibatalkan lagi.")
    if len(reason.strip()) < 5:
        raise RecogniseError("Tulis alasan pembatalan, paling sedikit lima huruf.")
    reason = reason.strip()[:300]
    posted = reverse(row.journal_id, key=f"{_key(row)}:undone", reason=reason, by=by, at=at)
    row.undone_at, row.undone_by, row.undo_reason = at, by, reason
    row.undo_journal_id = posted.journal_id
    row.save(update_fields=["undone_at", "undone_by", "undo_reason", "undo_journal_id"])
    before = {"kind": row.payable_kind, "key": row.payable_key}
    audit.record("payment.put_back", payment, by=by, at=at, before=before, reason=reason)
    happened("payment.put_back", at=at, payment=payment)
    odd(
        Trouble.UNKNOWN_REFERENCE, f"{payment.pk}:{row.pk}", at=at, payment=payment, amount=payment.amount,
        rrn=payment.rrn, reference_no=payment.reference_no, detail=f"Klaim dibatalkan: {reason}"[:300],
    )  # fmt: skip
    return row


def stands(payment: Payment, role: str) -> Decimal:
    """What the account of a role holds of this payment in the books; rupiah, debit above zero."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [payment.source, role])
        (amount,) = cursor.fetchone()
    return Decimal(amount)


def _check(payment: Payment, quote: Quote) -> None:
    if payment.request_id is not None or payment.kind != Kind.UNEXPECTED:
        raise RecogniseError(f"Pembayaran ini punya tagihan sendiri, jadi tidak dapat diklaim. {NOTHING}")
    if payment.method != Method.QRIS:
        raise RecogniseError(f"Uang Virtual Account dikembalikan, tidak diklaim sebagai tiket. {NOTHING}")
    if payment.refunds.exclude(state=str(Standing.REFUSED)).exists():
        raise RecogniseError(f"Pengembalian uang ini sudah diusulkan atau dilakukan. {NOTHING}")
    if payment.recognitions.standing().exists():
        raise RecogniseError(f"Uang ini sudah diklaim. {NOTHING}")
    if stands(payment, "payment_liability") != -payment.amount:
        raise RecogniseError(
            f"Uang ini sudah dikembalikan atau dipindahkan, seluruhnya atau sebagian. {NOTHING}"
        )
    if quote.amount != payment.amount:
        told, came = format_rupiah(quote.amount), format_rupiah(payment.amount)
        raise RecogniseError(f"Pilihan Anda berjumlah {told}, uang yang masuk {came}. {NOTHING}")
    if quote.opd_id != payment.opd_id:
        raise RecogniseError(f"Uang ini milik OPD lain. {NOTHING}")


def _key(row: Recognition) -> str:
    return f"{row.payment.source}:recognised:{row.pk}"


def _draft(payment: Payment, row: Recognition) -> Draft:
    day = max(day_of(row.recognised_at), day_of(payment.paid_at))
    return Draft(
        kind="payment_recognised",
        source=payment.source,
        effective_date=day,
        value_date=day,
        description=f"Klaim QRIS statis: {row.description}"[:200],
        legs=(
            debit("payment_liability", row.amount, opd=payment.opd_id),
            credit("undeposited_receipts", row.amount, opd=payment.opd_id),
        ),
    )


def _close_exceptions(payment: Payment, text: str, by: User, at: datetime) -> None:
    open_ones = MoneyException.objects.filter(
        payment=payment, state=MoneyException.Standing.OPEN, kind=str(Trouble.UNKNOWN_REFERENCE)
    )
    for pk in open_ones.order_by("pk").values_list("pk", flat=True):
        explain(pk, explanation=text, by=by, at=at)
