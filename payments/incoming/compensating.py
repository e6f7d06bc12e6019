"""Titipan that pays another bill of the same payer instead of going back: proposed by one person, booked by
another, on the payer's written word (kompensasi; UU 28/2009 Pasal 165 and what follows it).

The outer room says what the bill costs and that it is the same payer's, and marks the bill paid in the same
transaction. The locks are those of refunds: ``whereabouts``' turn, then the payment's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from opd.office.models import Evidence
from payments.incoming import refund_booking, refunds, whereabouts
from payments.incoming.intents import shares_of
from payments.incoming.models import Compensation, Payment
from payments.incoming.registry import Quote
from payments.incoming.texts import Trouble
from payments.incoming.traces import happened, odd
from payments.incoming.va.booking import lock_thing
from payments.ledger.services import Draft, Leg, credit, debit, post, reverse
from payments.money import format_rupiah

State = Compensation.State
NOTHING = "Belum ada yang dibukukan."


class CompensationError(Exception):
    """The titipan cannot be used so, or not be put back; the message is for the person at the screen."""


@dataclass(frozen=True)
class Consent:
    """The payer's letter, kept as evidence."""

    number: str
    day: date
    file: Evidence


@transaction.atomic
def propose(
    payment_id: UUID, *, kind: str, key: str, quote: Quote, consent: Consent, by: User, at: datetime
) -> Compensation:
    """Propose that titipan of a payment pays all that a thing costs now. Raises CompensationError."""
    whereabouts.take_turn()
    payment = _locked(payment_id)
    if Compensation.objects.holding().filter(payable_kind=kind, payable_key=key).exists():
        raise CompensationError(f"Kompensasi untuk tagihan ini sudah diusulkan. {NOTHING}")
    _check(payment, quote)
    if not consent.number.strip() or consent.day > day_of(at):
        raise CompensationError(f"Isi nomor surat pembayar dan tanggalnya, tidak di masa depan. {NOTHING}")
    row = Compensation.objects.create(
        payment=payment, opd_id=payment.opd_id, payable_kind=kind, payable_key=key, amount=quote.amount,
        kode_lra=quote.kode_lra, kode_lo=quote.kode_lo, shares=shares_of(quote),
        description=quote.description[:200], letter_number=" ".join(consent.number.split())[:100],
        letter_date=consent.day, letter=consent.file, proposed_at=at, proposed_by=by,
    )  # fmt: skip
    after = {"amount": f"{row.amount:.2f}", "payment": str(payment.pk), "key": key}
    audit.record("compensation.propose", row, by=by, at=at, after=after, reason=row.letter_number)
    happened("compensation.proposed", at=at, request=payment.request, payment=payment)
    return row


@transaction.atomic
def lock(compensation_id: UUID) -> Compensation:
    """A compensation with all that its decision stands on locked, for the outer room's transaction: where
    the money is, the thing it pays, the payment. Before any lock of the outer room."""
    whereabouts.take_turn()
    rows = Compensation.objects.filter(pk=compensation_id)
    lock_thing(*rows.values_list("payable_kind", "payable_key").get())
    _locked(rows.values_list("payment_id", flat=True).get())
    return rows.select_for_update(of=("self",), no_key=True).select_related("payment__request", "opd").get()


def book(row: Compensation, *, quote: Quote, by: User, at: datetime) -> Compensation:
    """Agree to a proposal of somebody else: liability to revenue, by account code. Under ``lock``.

    Raises CompensationError: own proposal, decided already, the bill's amount has changed since, or the money
    is not free any more; LedgerError where the books refuse.
    """
    if row.proposed_by_id == by.pk:
        raise CompensationError("Usulan sendiri tidak dapat Anda setujui; mintalah orang lain memutusnya.")
    _expect(row, State.REQUESTED)
    if quote.amount != row.amount:
        raise CompensationError(
            f"Tagihannya sekarang {format_rupiah(quote.amount)}, bukan {format_rupiah(row.amount)}."
            f" Tolak usulan ini, lalu ajukan yang baru. {NOTHING}"
        )
    _check(row.payment, quote, but=row)
    row.kode_lra, row.kode_lo, row.shares = quote.kode_lra, quote.kode_lo, shares_of(quote)
    row.journal_id = post(_draft(row, at), key=f"compensation:{row.pk}", by=by, at=at).journal_id
    row.state, row.decided_at, row.decided_by = State.DONE, at, by
    row.save()
    after = {"amount": f"{row.amount:.2f}", "journal": row.journal_id}
    audit.record("compensation.book", row, by=by, at=at, after=after)
    happened("payment.compensated", at=at, request=row.payment.request, payment=row.payment)
    explanation = f"Dipakai {format_rupiah(row.amount)} untuk {row.description}, surat {row.letter_number}."
    refund_booking.close_exceptions(row.payment, explanation, by_id=by.pk, at=at)
    return row


@transaction.atomic
def refuse(compensation_id: UUID, *, reason: str, by: User, at: datetime) -> Compensation:
    """Say no to a proposal, or take one's own back; the money is as before. Raises CompensationError."""
    row, text = lock(compensation_id), reason.strip()[:300]
    _expect(row, State.REQUESTED)
    if not text:
        raise CompensationError("Tulis alasan penolakannya.")
    row.state, row.decided_at, row.decided_by, row.message = State.REFUSED, at, by, text
    row.save()
    audit.record("compensation.refuse", row, by=by, at=at, reason=text)
    happened("compensation.refused", at=at, request=row.payment.request, payment=row.payment)
    return row


def undo(row: Compensation, *, reason: str, by: User, at: datetime) -> Compensation:
    """Put a booked one back on the WIB day it was booked: titipan again, with its exception. Under ``lock``.

    Raises CompensationError.
    """
    _expect(row, State.DONE)
    text = reason.strip()[:300]
    if row.decided_at is None or day_of(row.decided_at) != day_of(at):
        raise CompensationError("Kompensasi hanya dapat dibatalkan pada hari yang sama.")
    if len(text) < 5 or row.journal_id is None:
        raise CompensationError("Tulis alasan pembatalan, paling sedikit lima huruf.")
    posted = reverse(row.journal_id, key=f"compensation:{row.pk}:undone", reason=text, by=by, at=at)
    row.state, row.undone_at, row.undone_by, row.undo_reason = State.UNDONE, at, by, text
    row.undo_journal_id = posted.journal_id
    row.save()
    audit.record("compensation.undo", row, by=by, at=at, reason=text)
    payment = row.payment
    happened("compensation.undone", at=at, request=payment.request, payment=payment)
    odd(
        Trouble(payment.kind) if payment.request_id else Trouble.UNKNOWN_REFERENCE, f"{payment.pk}:{row.pk}",
        at=at, request=payment.request, payment=payment, amount=row.amount, rrn=payment.rrn,
        reference_no=payment.reference_no, detail=f"Kompensasi dibatalkan: {text}"[:300],
    )  # fmt: skip
    return row


def _locked(payment_id: UUID) -> Payment:
    rows = Payment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("request").get(pk=payment_id)


def _expect(row: Compensation, state: Compensation.State) -> None:
    if row.state != state:
        raise CompensationError(
            f"Kompensasi ini sudah “{row.get_state_display().lower()}”; muat ulang halaman."
        )


def _check(payment: Payment, quote: Quote, *, but: Compensation | None = None) -> None:
    if payment.recognitions.standing().exists():
        raise CompensationError(f"Uang ini sudah diklaim sebagai tiket. {NOTHING}")
    where = whereabouts.of_one(payment.pk)
    if where.disputed or where.credited_on is None or not where.booked:
        raise CompensationError(
            f"Uangnya belum dibukukan masuk RKUD. Tunggu rekonsiliasi, lalu ajukan lagi. {NOTHING}"
        )
    if quote.opd_id != payment.opd_id:
        raise CompensationError(f"Tagihan itu milik OPD lain. {NOTHING}")
    free = refunds.left(payment).liability + (but.amount if but else Decimal(0))
    if quote.amount > free:
        raise CompensationError(
            f"Titipan yang tersisa {format_rupiah(free, zero='Rp 0')}, tagihannya"
            f" {format_rupiah(quote.amount)}. {NOTHING}"
        )


def _draft(row: Compensation, at: datetime) -> Draft:
    """The money is in RKUD already: what was owed to the payer becomes revenue, gross, by account code."""
    opd, day = row.opd_id, day_of(at)
    parts = [(one["kode_lra"], one["kode_lo"], Decimal(one["amount"])) for one in row.shares]
    legs: list[Leg] = [debit("payment_liability", row.amount, opd=opd)]
    for kode_lra, kode_lo, amount in parts or [(row.kode_lra, row.kode_lo, row.amount)]:
        legs += [
            credit("revenue_lo", amount, opd=opd, kode_rekening=kode_lo),
            debit("sal_change", amount, opd=opd),
            credit("revenue_lra", amount, opd=opd, kode_rekening=kode_lra),
        ]
    return Draft(
        kind="payment_compensated",
        source=row.payment.source,
        effective_date=day,
        value_date=day,
        description=f"Kompensasi titipan: {row.description}"[:200],
        legs=tuple(legs),
    )
