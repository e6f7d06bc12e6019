"""A request for money as rows: the intent before the bank is called, and what its answer makes of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from opd import audit
from opd.models import User
from opd.office import rules as dated
from opd.office.calendar import WIB, day_of
from payments.incoming import bank, registry, rules
from payments.incoming.models import PaymentAttempt, PaymentRequest, ReceivingAccount
from payments.incoming.rules import LIVE, Method, State
from payments.incoming.texts import Trouble
from payments.incoming.traces import happened, odd
from payments.money import format_rupiah, rupiah

_CLAIM = timedelta(seconds=30)
"""Longer than any call to the bank may take, token included."""

QR_REFUSED = gettext_noop(
    "Bank menolak menerbitkan QR. Anda belum membayar apa pun; silakan coba lagi nanti."
)
QR_UNFIT = gettext_noop(
    "QR dari bank tidak sesuai dengan pesanan ini, jadi tidak kami tampilkan. Anda belum membayar apa pun."
)


class RequestError(Exception):
    """The request cannot be made; the message is for the person at the screen."""


def default_expiry(at: datetime) -> datetime:
    """When a request made at ``at`` ends, by the dated rule ``qris.validity_minutes``."""
    return at + timedelta(minutes=int(dated.value("qris.validity_minutes", day_of(at))))


def plan_request(
    *,
    kind: str,
    key: str,
    receiving_account: ReceivingAccount,
    expires_at: datetime | None = None,
    by: User | None,
    at: datetime,
) -> PaymentRequest:
    """The first half of ``request_payment``: the intent alone, without the bank. Used by it and by demo data.

    Raises NotPayable (registry), RequestError, LookupError for the kind.
    """
    quote = registry.payable(kind).quote(key)
    until = expires_at or default_expiry(at)
    _check(quote, receiving_account, until, at)
    for _attempt in range(2):
        request = _live_or_paid(kind, key)
        if request is not None:
            return _same(request, quote)
        try:
            return _intend(kind, key, quote, receiving_account, until, by, at)
        except IntegrityError:  # a second click came first
            continue
    raise RequestError(_("Permintaan pembayaran sedang dibuat. Muat ulang halaman ini."))


def _check(quote: registry.Quote, account: ReceivingAccount, until: datetime, at: datetime) -> None:
    day = day_of(at)
    most = rupiah(dated.value("qris.max_amount", day))
    longest = timedelta(minutes=int(dated.value("qris.longest_validity_minutes", day)))
    if quote.amount <= 0:
        raise RequestError(_("Tidak ada yang harus dibayar."))
    if quote.shares and sum(share.amount for share in quote.shares) != quote.amount:
        raise ValueError("bagian per kode rekening tidak berjumlah sama dengan tagihannya")
    if quote.amount > most:
        raise RequestError(
            _("Jumlahnya melebihi batas satu transaksi QRIS, %(most)s.") % {"most": format_rupiah(most)}
        )
    if not at < until <= at + longest:
        raise RequestError(_("Batas waktu pembayaran tidak sah."))
    if not ReceivingAccount.objects.valid(on=day).filter(pk=account.pk).exists():
        raise RequestError(
            _("Rekening penerimaan belum atau tidak lagi berlaku. Hubungi bendahara penerimaan.")
        )


def checked_renewal(request: PaymentRequest, expires_at: datetime | None, at: datetime) -> datetime:
    """The expiry of a new QR for a live request. Raises as ``plan_request``."""
    quote = registry.payable(request.payable_kind).quote(request.payable_key)
    until = expires_at or default_expiry(at)
    _check(quote, request.receiving_account, until, at)
    _same(request, quote)
    return until


def just_made(request_id: UUID, since: datetime) -> bool:
    """Whether the QR of a live request was asked for after ``since``."""
    return PaymentAttempt.objects.filter(
        request_id=request_id, request__state__in=[str(state) for state in LIVE], created_at__gt=since
    ).exists()


def _live_or_paid(kind: str, key: str) -> PaymentRequest | None:
    """By whatever method it was paid; else the QRIS that stands."""
    rows = PaymentRequest.objects.filter(payable_kind=kind, payable_key=key)
    live = rows.filter(state__in=[str(state) for state in LIVE], method=str(Method.QRIS))
    return rows.filter(state=str(State.PAID)).first() or live.first()


def _same(request: PaymentRequest, quote: registry.Quote) -> PaymentRequest:
    if request.amount != quote.amount:
        raise RequestError(_("Tagihan ini sudah punya permintaan pembayaran dengan jumlah lain."))
    return request


@transaction.atomic
def _intend(
    kind: str,
    key: str,
    quote: registry.Quote,
    account: ReceivingAccount,
    until: datetime,
    by: User | None,
    at: datetime,
) -> PaymentRequest:
    request = PaymentRequest.objects.create(
        payable_kind=kind,
        payable_key=key,
        receiving_account=account,
        opd_id=quote.opd_id,
        kode_lra=quote.kode_lra,
        kode_lo=quote.kode_lo,
        amount=rupiah(quote.amount),
        shares=shares_of(quote),
        description=quote.description[:200],
        partner_reference_no=new_reference(at),
        expires_at=until,
        created_at=at,
        next_ask_at=at + _CLAIM,
    )
    _attempt(request, at)
    after = {"amount": str(request.amount), "kind": kind, "expires_at": until.isoformat()}
    audit.record("request.create", request, by=by, at=at, after=after)
    happened("request.created", at=at, request=request)
    return request


def _attempt(request: PaymentRequest, at: datetime) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        request=request,
        partner_id=request.receiving_account.partner_id,
        partner_reference_no=request.partner_reference_no,
        expires_at=request.expires_at,
        created_at=at,
    )


def shares_of(quote: registry.Quote) -> list[dict[str, str]]:
    """A quote's division over account codes, as a request keeps it."""
    return [
        {"kode_lra": share.kode_lra, "kode_lo": share.kode_lo, "amount": f"{rupiah(share.amount):.2f}"}
        for share in quote.shares
    ]


def new_reference(at: datetime) -> str:
    """22 characters (SNAP allows 64; tag 62-05 of a QRIS, 25), not to be guessed."""
    return f"NB{at.astimezone(WIB):%y%m%d}{secrets.randbelow(10**14):014d}"


def claim(request_id: UUID, at: datetime) -> PaymentAttempt | None:
    attempts = PaymentAttempt.objects.filter(
        request_id=request_id,
        request__state=str(State.REQUESTING),
        request__expires_at__gt=at,
        partner_reference_no=F("request__partner_reference_no"),
        step=PaymentAttempt.Step.REQUESTING,
    )
    attempt = attempts.select_related("request__receiving_account__partner").first()
    if attempt is None:
        return None
    return attempt if hold(attempt, at) else None


def hold(attempt: PaymentAttempt, at: datetime) -> bool:
    """Take a reference for one conversation with the bank; False where another has it, or had it since."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=at)
    free = PaymentAttempt.objects.filter(unclaimed, pk=attempt.pk, step=attempt.step)
    return bool(free.update(claimed_until=at + _CLAIM))


def is_held(request: PaymentRequest, at: datetime) -> bool:
    """Whether somebody is talking to the bank about the request's present reference."""
    return PaymentAttempt.objects.filter(
        partner_reference_no=request.partner_reference_no, claimed_until__gt=at
    ).exists()


def accept_qr(request_id: UUID, *, reference_no: str, qr_content: str, at: datetime) -> PaymentRequest:
    """The second half without the bank, for demo data: a QR that was issued for a planned request.

    Judged like one that came over the wire: a QR of another amount, NMID or name fails the request.
    """
    attempt = claim(request_id, at)
    if attempt is not None:
        account, amount = attempt.request.receiving_account, attempt.request.amount
        problem = bank.misfit(qr_content, account, amount)
        unfit, issued = bank.QrUnfit(reference_no, problem), bank.QrIssued(reference_no, qr_content)
        save_answer(attempt, unfit if problem else issued, at=at)
    return get(request_id)


class Saved(Enum):
    """What is left to do after an answer was written."""

    NOTHING = "nothing"
    REPLACE = "replace"
    """The bank knows the reference (409xx01), and we never saw its QR."""
    CANCEL = "cancel"
    """The bank issued a QR that must not be paid."""


def save_answer(
    attempt: PaymentAttempt,
    answer: bank.QrIssued | bank.QrUnfit | bank.QrRefused | bank.Silent,
    *,
    at: datetime,
) -> Saved:
    """Write what the bank said to a request for a QR."""
    if isinstance(answer, bank.QrIssued):
        return Saved.NOTHING if _open(attempt, answer, at) else Saved.CANCEL
    if isinstance(answer, bank.QrUnfit):
        _refuse_unfit(attempt, answer, at)
        return Saved.CANCEL
    if isinstance(answer, bank.QrRefused) and answer.duplicate:
        return Saved.REPLACE
    if isinstance(answer, bank.QrRefused) and answer.final:
        _fail(attempt, QR_REFUSED, {"code": answer.code}, at)
    else:
        wait(attempt, at)
    return Saved.NOTHING


@transaction.atomic
def _open(attempt: PaymentAttempt, issued: bank.QrIssued, at: datetime) -> bool:
    """False where the request was closed meanwhile: nobody may be shown this QR."""
    request = locked(attempt.request_id)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        step=PaymentAttempt.Step.OPEN,
        reference_no=issued.reference_no,
        qr_content=issued.qr_content,
        claimed_until=None,
    )
    first = rules.next_ask(attempt.created_at, request.expires_at, at=at, unanswered=0)
    PaymentRequest.objects.filter(pk=request.pk).exclude(state=str(State.PAID)).update(next_ask_at=first)
    current = PaymentRequest.objects.filter(
        pk=request.pk, state=str(State.REQUESTING), partner_reference_no=attempt.partner_reference_no
    )
    opened = current.update(
        state=str(State.OPEN), reference_no=issued.reference_no, qr_content=issued.qr_content, unanswered=0
    )
    if opened:
        audit.record("request.open", request, by=None, at=at, after={"reference_no": issued.reference_no})
        happened("request.opened", at=at, request=request)
    return bool(opened)


@transaction.atomic
def wait(attempt: PaymentAttempt, at: datetime) -> None:
    """The bank said nothing useful: try again later, with growing pauses."""
    request = locked(attempt.request_id)
    again = at + rules.backoff(request.unanswered + 1)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(claimed_until=None)
    PaymentRequest.objects.filter(pk=request.pk, state=str(State.REQUESTING)).update(
        unanswered=F("unanswered") + 1, next_ask_at=min(again, request.expires_at + rules.GRACE)
    )


@transaction.atomic
def _refuse_unfit(attempt: PaymentAttempt, unfit: bank.QrUnfit, at: datetime) -> None:
    if unfit.reference_no:
        PaymentAttempt.objects.filter(pk=attempt.pk).update(reference_no=unfit.reference_no)
    odd(
        Trouble.QR_MISMATCH,
        attempt.partner_reference_no,
        at=at,
        request=attempt.request,
        partner_id=attempt.partner_id,
        partner_reference_no=attempt.partner_reference_no,
        expected_amount=attempt.request.amount,
        detail=unfit.problem[:300],
    )
    _fail(attempt, QR_UNFIT, {"problem": unfit.problem}, at)


@transaction.atomic
def _fail(attempt: PaymentAttempt, message: str, after: dict[str, Any], at: datetime) -> None:
    request = locked(attempt.request_id)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(step=PaymentAttempt.Step.REFUSED, claimed_until=None)
    failed = PaymentRequest.objects.filter(
        pk=request.pk, state=str(State.REQUESTING), partner_reference_no=attempt.partner_reference_no
    ).update(state=str(State.FAILED), message=message, closed_at=at, next_ask_at=None)
    if failed:
        audit.record("request.fail", request, by=None, at=at, after=after)
        happened("request.failed", at=at, request=request)


@transaction.atomic
def replace(
    request_id: UUID, *, old: PaymentAttempt, expires_at: datetime, by: User | None, at: datetime
) -> bool:
    """Give a live request a new reference; False where it was closed or replaced meanwhile."""
    request = locked(request_id)
    if request.state not in LIVE or request.partner_reference_no != old.partner_reference_no:
        return False
    before = {"partner_reference_no": request.partner_reference_no}
    request.state = str(State.REQUESTING)
    request.partner_reference_no = new_reference(at)
    request.reference_no = request.qr_content = ""
    request.expires_at = expires_at
    request.next_ask_at = at + _CLAIM
    request.save()
    PaymentAttempt.objects.filter(pk=old.pk).update(claimed_until=None)
    _attempt(request, at)
    after = {"partner_reference_no": request.partner_reference_no}
    audit.record("request.renew", request, by=by, at=at, before=before, after=after)
    happened("request.renewed", at=at, request=request)
    return True


def locked(request_id: UUID) -> PaymentRequest:
    rows = PaymentRequest.objects.select_for_update(of=("self",)).select_related("receiving_account")
    return rows.get(pk=request_id)


def get(request_id: UUID) -> PaymentRequest:
    """The request as it stands now, its account loaded."""
    return PaymentRequest.objects.select_related("receiving_account").get(pk=request_id)
