"""Money back: proposed by one person, decided by another, never more than was paid."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from opd import audit
from opd.models import User
from opd.office import rules as dated
from opd.office.calendar import WIB, day_of
from payments.incoming import refund_booking, whereabouts
from payments.incoming.models import MoneyException, Payment, Refund
from payments.incoming.refund_rules import (
    BY_TREASURY,
    CALLS_BANK,
    Choice,
    Parts,
    Path,
    Standing,
    Why,
    choose,
    left_of,
    split,
)
from payments.incoming.refund_texts import WHY_TEXTS
from payments.incoming.rules import Method
from payments.incoming.texts import Trouble
from payments.incoming.traces import happened
from payments.money import format_rupiah, rupiah


class RefundError(Exception):
    """The refund cannot be proposed or decided; the message is for the person at the screen."""


def left(payment: Payment, *, but: Refund | None = None) -> Parts:
    """What can still go back from a payment, open refunds and what pays another bill taken off.

    As if ``but`` were not among them.
    """
    rows = Refund.objects.filter(payment=payment).exclude(state=str(Standing.REFUSED))
    rows = rows.exclude(pk=but.pk) if but else rows
    used = payment.compensations.holding().aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    whole = Parts(payment.revenue_amount, payment.liability_amount - used)
    return left_of(whole, [row.parts for row in rows])


def choice(payment: Payment, *, on: date, but: Refund | None = None) -> Choice:
    """The one lawful path of this payment today; as if ``but`` had not been proposed.

    Money that was claimed as tickets stays while the claim stands. SNAP 77 and 78 know QRIS alone: money of a
    virtual account goes back from RKUD. What the bank says it gave back already waits for its explanation.
    """
    if payment.recognitions.standing().exists():
        return Choice(None, Why.CLAIMED)
    said_back = payment.troubles.filter(
        kind=str(Trouble.REFUNDED_AT_BANK), state=MoneyException.Standing.OPEN
    )
    if said_back.exists():
        return Choice(None, Why.SAID_BACK)
    found = choose(
        whereabouts.of_one(payment.pk),
        left=left(payment, but=but).amount,
        paid_on=day_of(payment.paid_at),
        today=on,
        acquirer_days=int(dated.value("refund.acquirer_days", on)),
    )
    if payment.method == Method.VA and found.path in CALLS_BANK:
        return Choice(None, Why.BY_NUMBER)
    return found


@transaction.atomic
def propose(
    *, payment_id: UUID, amount: Decimal, expected_left: Decimal, reason: str, by: User, at: datetime
) -> Refund:
    """Propose to give back ``amount`` (rupiah) on the path that is lawful now.

    ``expected_left`` is what the person saw as still to be given back: where it has changed since, nothing
    is proposed. Raises RefundError.
    """
    whereabouts.take_turn()
    payment = _locked_payment(payment_id)
    chosen, remaining = choice(payment, on=day_of(at)), left(payment)
    if chosen.path is None:
        raise RefundError(WHY_TEXTS[chosen.why])
    _fits(amount, remaining, expected_left)
    if chosen.whole and amount != payment.amount:
        raise RefundError(
            f"{WHY_TEXTS[chosen.why]} Isi seluruhnya, {format_rupiah(payment.amount)}, atau tunggu."
        )
    if chosen.path is Path.CANCEL and not payment.rrn:
        raise RefundError(
            "Bank belum mengabarkan RRN pembayaran ini, jadi belum dapat disebut kepada bank. Tunggu kabarnya"
            " atau berkas settlement."
        )
    return _propose(payment, chosen.path, split(amount, remaining), reason, by, at)


def _fits(amount: Decimal, remaining: Parts, expected_left: Decimal) -> None:
    if remaining.amount != expected_left:
        raise RefundError(
            f"Yang tersisa sudah berubah menjadi {format_rupiah(remaining.amount, zero='Rp 0')} sejak halaman"
            " ini dibuka. Periksa lagi, lalu ajukan."
        )
    if not 0 < amount <= remaining.amount:
        raise RefundError(f"Paling banyak {format_rupiah(remaining.amount)} yang dapat dikembalikan.")


def _propose(payment: Payment, path: Path, parts: Parts, reason: str, by: User, at: datetime) -> Refund:
    text = reason.strip()
    if not text:
        raise RefundError("Tulis alasan pengembaliannya.")
    row = Refund.objects.create(
        payment=payment,
        opd_id=payment.opd_id,
        path=str(path),
        amount=rupiah(parts.amount),
        revenue_amount=parts.revenue,
        liability_amount=parts.liability,
        reason=text[:300],
        partner_refund_no=_new_number(at),
        proposed_at=at,
        proposed_by=by,
    )
    after = {"amount": str(row.amount), "path": row.path, "payment": str(payment.pk)}
    audit.record("refund.propose", row, by=by, at=at, after=after, reason=row.reason)
    happened("refund.proposed", at=at, request=payment.request, payment=payment)
    return row


def _new_number(at: datetime) -> str:
    return f"RF{at.astimezone(WIB):%y%m%d}{secrets.randbelow(10**14):014d}"


@transaction.atomic
def propose_found(*, exception_id: int, reason: str, by: User, at: datetime) -> Refund:
    """Take over what the bank gave back by itself (``REFUNDED_AT_BANK``): the sum that it names, or all that
    is left. Raises RefundError."""
    whereabouts.take_turn()
    trouble = MoneyException.objects.filter(pk=exception_id, kind=str(Trouble.REFUNDED_AT_BANK)).first()
    first = _found(trouble) if trouble else None
    if trouble is None or first is None:
        raise RefundError(
            "Pembayaran itu tidak pernah kami bukukan, jadi tidak ada yang dikembalikan dari buku kita."
            " Cukup dijelaskan sebagai kejanggalan."
        )
    payment = _locked_payment(first)
    remaining, now = left(payment), choice(payment, on=day_of(at))
    if now.why in {Why.CLAIMED, Why.NOTHING_LEFT}:
        raise RefundError(WHY_TEXTS[now.why])
    amount = trouble.amount or remaining.amount
    if amount > remaining.amount:
        raise RefundError(
            f"Bank menyebut {format_rupiah(amount)}, padahal yang tersisa {format_rupiah(remaining.amount)}:"
            " selebihnya sudah kembali lewat pengembalian lain. Selesaikan dahulu selisihnya dengan bank."
        )
    return _propose(payment, Path.FOUND, split(amount, remaining), reason, by, at)


def _found(trouble: MoneyException) -> UUID | None:
    """The payment that the bank gave back: the one named, or the first of its reference."""
    booked = Payment.objects.filter(partner_reference_no=trouble.partner_reference_no)
    first = booked.order_by("recorded_at").values_list("pk", flat=True).first
    return trouble.payment_id or first()


def approve(*, refund_id: UUID, by: User, at: datetime) -> Refund:
    """Agree to a proposal of somebody else; what the bank does is then sent by ``refund_sending.carry_out``.

    A refund that the bank made by itself is booked here. Raises RefundError: own proposal, decided already,
    or the money has moved on meanwhile so that another path is the lawful one.
    """
    with transaction.atomic():
        whereabouts.take_turn()
        row = locked_refund(refund_id)
        if row.proposed_by_id == by.pk:
            raise RefundError("Usulan sendiri tidak dapat Anda setujui; mintalah orang lain memutusnya.")
        _expect(row, Standing.REQUESTED)
        still_lawful(row, on=day_of(at))
        row.state, row.decided_at, row.decided_by = str(Standing.APPROVED), at, by
        row.next_try_at = at if row.way in CALLS_BANK else None
        row.save(update_fields=["state", "decided_at", "decided_by", "next_try_at"])
        audit.record("refund.approve", row, by=by, at=at, after={"amount": str(row.amount), "path": row.path})
        if row.way is Path.FOUND:
            refund_booking.finish(row, day=day_of(at), by=by, at=at)
    return row


def still_lawful(row: Refund, *, on: date) -> None:
    """Raises RefundError where the money has moved on since the proposal. Under ``whereabouts``' turn."""
    if row.way is Path.FOUND:
        return
    now = choice(row.payment, on=on, but=row)
    if now.path is not row.way:
        raise RefundError(
            "Uangnya sudah berpindah sejak diusulkan, jadi jalan ini tidak berlaku lagi."
            f" {WHY_TEXTS[now.why]} Tolak usulan ini, lalu ajukan yang baru."
        )


@transaction.atomic
def refuse(*, refund_id: UUID, reason: str, by: User, at: datetime) -> Refund:
    """Say no: to a proposal, or to a restitution before its SP2D. Raises RefundError."""
    row, text = locked_refund(refund_id), reason.strip()
    if not text:
        raise RefundError("Tulis alasan penolakannya.")
    stoppable = {Standing.REQUESTED, Standing.APPROVED} if row.way in BY_TREASURY else {Standing.REQUESTED}
    if row.state not in stoppable:
        raise RefundError(f"Pengembalian ini sudah “{row.get_state_display().lower()}”.")
    if row.proposed_by_id == by.pk:
        row.message = f"Ditarik pengusul: {text}"[:300]
    else:
        row.message, row.decided_by, row.decided_at = text[:300], by, row.decided_at or at
    refund_booking.close_refused(row, by=by, at=at, reason=text[:300])
    return row


@transaction.atomic
def rule_unclear(*, refund_id: UUID, done: bool, reason: str, by: User, at: datetime) -> Refund:
    """Decide by the bank's written word what no call could tell: the refund was made, or never was.

    Raises RefundError: the refund is not in doubt, the bank is being asked at this moment (its answer must
    not find the refund closed), the proposer decides, or no word is given.
    """
    whereabouts.take_turn()
    row, text = locked_refund(refund_id), reason.strip()
    if row.proposed_by_id == by.pk:
        raise RefundError("Pengusul tidak memutus usulannya sendiri; mintalah orang lain.")
    _expect(row, Standing.UNCLEAR)
    if row.claimed_until and row.claimed_until > at:
        raise RefundError("Bank sedang ditanya tentang pengembalian ini. Coba lagi sebentar lagi.")
    if not text:
        raise RefundError("Sebutkan surat atau bukti dari bank.")
    after = {"done": done}
    audit.record("refund.rule", row, by=by, at=at, after=after, reason=text[:300])
    if done:
        refund_booking.finish(row, day=day_of(at), by=by, at=at)
    else:
        row.message = f"Bank menyatakan tidak terjadi: {text}"[:300]
        refund_booking.close_refused(row, by=by, at=at, reason=text[:300])
    return row


@transaction.atomic
def record_skrdlb(*, refund_id: UUID, number: str, day: date, by: User, at: datetime) -> Refund:
    """Enter the SKRDLB of an approved restitution. Raises RefundError."""
    return _paper(refund_id, "skrdlb", number, day, after=None, by=by, at=at)


@transaction.atomic
def record_spm(*, refund_id: UUID, number: str, day: date, by: User, at: datetime) -> Refund:
    """Enter the SPM that SIPD numbered. Raises RefundError."""
    return _paper(refund_id, "spm", number, day, after="skrdlb", by=by, at=at)


@transaction.atomic
def record_sp2d(*, refund_id: UUID, number: str, day: date, by: User, at: datetime) -> Refund:
    """BUD paid by SP2D: the money has left RKUD, and is booked so. Raises RefundError, LedgerError."""
    whereabouts.take_turn()
    row = _paper(refund_id, "sp2d", number, day, after="spm", by=by, at=at)
    still_lawful(row, on=day)
    refund_booking.finish(row, day=day, by=by, at=at)
    return row


def _paper(
    refund_id: UUID, name: str, number: str, day: date, *, after: str | None, by: User, at: datetime
) -> Refund:
    row, text = locked_refund(refund_id), number.strip()
    if row.way not in BY_TREASURY:
        raise RefundError("Hanya restitusi dari RKUD yang memerlukan surat ini.")
    _expect(row, Standing.APPROVED)
    if getattr(row, f"{name}_number"):
        raise RefundError(f"{name.upper()} sudah dicatat: {getattr(row, f'{name}_number')}.")
    earliest = getattr(row, f"{after}_date") if after else day_of(row.proposed_at)
    if earliest is None:
        raise RefundError(f"Catat {after.upper() if after else ''} dahulu.")
    if not text or not earliest <= day <= day_of(at):
        raise RefundError(
            f"Isi nomor dan tanggal {name.upper()}; tanggalnya sejak {earliest:%d-%m-%Y} sampai hari ini."
        )
    setattr(row, f"{name}_number", text[:100])
    setattr(row, f"{name}_date", day)
    row.save(update_fields=[f"{name}_number", f"{name}_date"])
    audit.record(f"refund.{name}", row, by=by, at=at, after={"number": text, "date": day.isoformat()})
    return row


def _expect(row: Refund, state: Standing) -> None:
    if row.state != state:
        raise RefundError(f"Pengembalian ini sudah “{row.get_state_display().lower()}”; muat ulang halaman.")


def _locked_payment(payment_id: UUID) -> Payment:
    rows = Payment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("request", "receiving_account", "partner").get(pk=payment_id)


def locked_refund(refund_id: UUID) -> Refund:
    """The refund, its payment locked first."""
    _locked_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    rows = Refund.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("payment__request", "payment__receiving_account", "payment__partner").get(
        pk=refund_id
    )
