"""Conversations with the bank about one request. Each call stands outside of every transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from opd import audit
from opd.models import User
from payments.incoming import bank, intents, refund_booking, rules, wire
from payments.incoming.booking import record_money
from payments.incoming.intents import Saved, get, locked
from payments.incoming.models import PaymentAttempt, PaymentRequest, ReceivingAccount
from payments.incoming.rules import LIVE, Answer, Method, State
from payments.incoming.texts import Trouble
from payments.incoming.traces import MoneySeen, happened, odd

ASK_EVERY = timedelta(seconds=3)
"""However often a person presses "tanya bank": one question in this time for one request."""


def request_payment(
    *,
    kind: str,
    key: str,
    receiving_account: ReceivingAccount,
    expires_at: datetime | None = None,
    by: User | None,
    at: datetime,
) -> PaymentRequest:
    """Ask the bank for a QR of the amount that ``registry`` quotes for (kind, key). Not inside a transaction.

    One request per thing is live or paid: a second call returns that one. The intent is committed before
    the bank is called; without an answer the state stays ``requesting`` and ``ensure_qr`` goes on. A refusal
    gives state ``failed`` with a message. ``expires_at`` defaults to the rule ``qris.validity_minutes``.
    Raises NotPayable (registry), RequestError, LookupError for the kind.
    """
    request = intents.plan_request(
        kind=kind, key=key, receiving_account=receiving_account, expires_at=expires_at, by=by, at=at
    )
    return ensure_qr(request.pk, at=at) if request.state == State.REQUESTING else request


def ensure_qr(request_id: UUID, *, at: datetime) -> PaymentRequest:
    """Get the QR of a request that has none yet, with the same reference. Not inside a transaction.

    Safe from many places at once: one caller holds the claim. Where the bank knows the reference but its
    answer was lost (409xx01), the old reference is asked about and cancelled, and a new one takes its place;
    money on either is booked to this request.
    """
    for _ in range(2):
        attempt = intents.claim(request_id, at)
        if attempt is None:
            break
        saved = intents.save_answer(attempt, bank.ask_qr(attempt, at=at), at=at)
        if saved is Saved.CANCEL:
            _cancel_at_bank(attempt, "QR tidak dipakai", at)
        if saved is not Saved.REPLACE:
            break
        if not _replace_lost(attempt, at):
            intents.wait(attempt, at)
            break
    return get(request_id)


def _replace_lost(attempt: PaymentAttempt, at: datetime) -> bool:
    request, overall = _ask_all(attempt.request_id, at)
    if request.state != State.REQUESTING or overall not in rules.DEFINITELY_UNPAID:
        return False
    _cancel_at_bank(attempt, "Jawaban hilang", at)
    return intents.replace(request.pk, old=attempt, expires_at=request.expires_at, by=None, at=at)


def confirm(request_id: UUID, *, at: datetime) -> PaymentRequest:
    """Ask the bank now how this request stands, book what it says, and return the request.

    At most one question every ``ASK_EVERY`` for one request; in between, and for a paid or failed one, the
    known state is returned. Not inside a transaction.
    """
    due = Q(last_asked_at=None) | Q(last_asked_at__lte=at - ASK_EVERY)
    asked = PaymentRequest.objects.filter(due, pk=request_id, method=str(Method.QRIS)).exclude(
        state__in=[str(State.PAID), str(State.FAILED)]
    )
    if not asked.update(last_asked_at=at):
        return get(request_id)
    return ask(request_id, at=at)


def expire(request_id: UUID, *, at: datetime) -> PaymentRequest:
    """Close a live request whose time is over, if the bank, asked now, says that it is unpaid.

    Returns it as it stands: unchanged before its expiry and where the bank is silent or a payment is on its
    way; paid where the bank says so.
    """
    request = get(request_id)
    if request.state not in LIVE or at < request.expires_at + rules.GRACE:
        return request
    return ask(request_id, at=at)


def ask(request_id: UUID, *, at: datetime) -> PaymentRequest:
    """Ask about every reference of the request, book money found, then move the state as the rules say."""
    request, overall = _ask_all(request_id, at)
    return _note_answer(request, overall, at)


def _ask_all(request_id: UUID, at: datetime, *, again: bool = False) -> tuple[PaymentRequest, Answer]:
    """Ask about each reference that may be paid; ``again``: also about those that the bank cancelled.

    Of a virtual account's request the bank knows no QRIS: there is nothing to ask.
    """
    by_qris = PaymentAttempt.objects.filter(request_id=request_id, request__method=str(Method.QRIS))
    attempts = by_qris.order_by("-created_at", "-pk")
    if not again:
        attempts = attempts.exclude(step=PaymentAttempt.Step.CANCELLED)
    rows = attempts.select_related("request__receiving_account__partner")
    answers = [_ask_one(attempt, at) for attempt in rows]
    return get(request_id), _overall(answers)


def _overall(answers: list[Answer]) -> Answer:
    """The newest reference speaks for the request, unless an older one is in doubt."""
    for doubt in (Answer.UNCLEAR, Answer.PENDING):
        if doubt in answers:
            return doubt
    return answers[0] if answers else Answer.UNCLEAR


def _ask_one(attempt: PaymentAttempt, at: datetime) -> Answer:
    standing = bank.ask_standing(bank.reference_of(attempt), at=at)
    if isinstance(standing, bank.Silent):
        return Answer.UNCLEAR
    if standing.answer is Answer.PAID:
        return _book_answer(attempt, standing, at)
    if standing.answer is Answer.REFUNDED and not refund_booking.known_at_bank(
        attempt.partner_id, ours=attempt.partner_reference_no, theirs=attempt.reference_no
    ):
        request = attempt.request
        odd(Trouble.REFUNDED_AT_BANK, attempt.partner_reference_no, at=at, request=request, source="query")
    if standing.answer is Answer.CANCELLED:
        PaymentAttempt.objects.filter(pk=attempt.pk, step=PaymentAttempt.Step.OPEN).update(
            step=PaymentAttempt.Step.CANCELLED
        )
    return standing.answer


def _book_answer(attempt: PaymentAttempt, standing: bank.Standing, at: datetime) -> Answer:
    """Book the money; a reference whose money does not settle (short, late) leaves its request unpaid."""
    facts = standing.facts
    if facts is None or facts.amount is None:
        detail = facts.problem[:300] if facts else ""
        odd(
            Trouble.AMOUNT_MISSING,
            f"query:{attempt.partner_reference_no}",
            at=at,
            request=attempt.request,
            source="query",
            partner_id=attempt.partner_id,
            partner_reference_no=attempt.partner_reference_no,
            detail=detail,
        )
        return Answer.UNCLEAR
    payment = record_money(_seen(attempt, facts, facts.amount, at), by=None, at=at)
    return Answer.PAID if payment is not None and payment.kind in rules.SETTLING else Answer.UNPAID


def _seen(attempt: PaymentAttempt, facts: wire.MoneyFacts, amount: Decimal, at: datetime) -> MoneySeen:
    return MoneySeen(
        source="query",
        partner_id=attempt.partner_id,
        reference_no=facts.reference_no or attempt.reference_no,
        partner_reference_no=attempt.partner_reference_no,
        rrn=facts.rrn,
        amount=amount,
        paid_at=facts.paid_at or at,
        nmid=facts.nmid,
        terminal_id=facts.terminal_id,
        issuer=facts.issuer,
        payer_mask=facts.payer_mask,
    )


@transaction.atomic
def _note_answer(request: PaymentRequest, overall: Answer, at: datetime) -> PaymentRequest:
    request = locked(request.pk)
    state = State(request.state)
    if state in {State.PAID, State.FAILED}:
        return request
    onward = rules.after_answer(state, overall, expires_at=request.expires_at, at=at)
    if onward is State.CANCELLED and intents.is_held(request, at):
        return request  # we are about to replace the QR that we cancelled ourselves
    request.unanswered = min(request.unanswered + 1, 1000) if overall is Answer.UNCLEAR else 0
    request.next_ask_at = _next_ask(request, overall, at)
    request.last_asked_at = at
    if onward is not None:
        _close(request, onward, by=None, at=at, reason="bank menyatakan belum dibayar")
    request.save()
    return request


def _next_ask(request: PaymentRequest, overall: Answer, at: datetime) -> datetime | None:
    if overall is Answer.CANCELLED and request.state != State.REQUESTING:
        return None
    started = request.attempts.order_by("-created_at").values_list("created_at", flat=True).first()
    return rules.next_ask(
        started or request.created_at, request.expires_at, at=at, unanswered=request.unanswered
    )


def _close(request: PaymentRequest, state: State, *, by: User | None, at: datetime, reason: str) -> None:
    before = {"state": request.state}
    request.state, request.closed_at = str(state), at
    audit.record(
        f"request.{state}",
        request,
        by=by,
        at=at,
        before=before,
        after={"state": request.state},
        reason=reason,
    )
    happened(f"request.{state}", at=at, request=request)


def is_paid_otherwise(request: PaymentRequest) -> bool:
    """Whether a live request's thing is paid by another one: nobody should pay this QRIS any more."""
    others = PaymentRequest.objects.filter(payable_kind=request.payable_kind, payable_key=request.payable_key)
    return request.state in LIVE and others.filter(state=str(State.PAID)).exists()


def cancel(request_id: UUID, *, reason: str, by: User | None, at: datetime) -> PaymentRequest:
    """Cancel at the bank, ask it a last time, then close. Not inside a transaction.

    The state of the returned request tells: ``cancelled``; ``paid`` where money came first; still live where
    the bank is silent or a payment is on its way (try again). A request that is closed stays as it is.
    """
    request = get(request_id)
    if request.state not in LIVE:
        return request
    dead = _cancel_attempts(request, reason, at)
    request, overall = _ask_all(request_id, at, again=True)
    if overall not in rules.DEFINITELY_UNPAID and not (dead and overall is Answer.UNCLEAR):
        return _note_answer(request, overall, at)
    with transaction.atomic():
        request = locked(request_id)
        if request.state in LIVE:
            _close(request, State.CANCELLED, by=by, at=at, reason=reason)
            request.next_ask_at = _next_ask(request, overall, at)
            request.save()
    return request


def _cancel_attempts(request: PaymentRequest, reason: str, at: datetime) -> bool:
    """Whether the bank cancelled all that could still be paid."""
    attempts = PaymentAttempt.objects.filter(request=request).exclude(
        step__in=[PaymentAttempt.Step.CANCELLED, PaymentAttempt.Step.REFUSED]
    )
    rows = attempts.select_related("request__receiving_account__partner")
    cancelled = [_cancel_at_bank(attempt, reason, at) for attempt in rows]  # each one, not until the first no
    return all(cancelled)


def _cancel_at_bank(attempt: PaymentAttempt, reason: str, at: datetime) -> bool:
    if not bank.ask_cancel(attempt, reason=reason, at=at):
        return False
    open_steps = [PaymentAttempt.Step.OPEN, PaymentAttempt.Step.REQUESTING]
    PaymentAttempt.objects.filter(pk=attempt.pk, step__in=open_steps).update(
        step=PaymentAttempt.Step.CANCELLED
    )
    return True


def renew(
    request_id: UUID, *, expires_at: datetime | None = None, by: User | None, at: datetime
) -> PaymentRequest:
    """ "Minta QR baru": ask the bank about the old one first. Not inside a transaction.

    Paid: that request comes back, paid. Live and unpaid: the old QR is cancelled at the bank and the same
    request gets a new one. Closed: a new request for the same thing. Bank silent, or a payment on its way:
    the request as it stands, for the old QR may yet be paid. Raises as ``request_payment``.
    """
    before = get(request_id)
    if intents.just_made(request_id, at - ASK_EVERY):  # a double click
        return before
    request, overall = _ask_all(request_id, at)
    if request.partner_reference_no != before.partner_reference_no:  # another click was quicker
        return request
    if request.state == State.PAID or (request.state in LIVE and overall not in rules.DEFINITELY_UNPAID):
        return request
    if request.state not in LIVE:
        account = request.receiving_account
        kind, key = request.payable_kind, request.payable_key
        return request_payment(
            kind=kind, key=key, receiving_account=account, expires_at=expires_at, by=by, at=at
        )
    until = intents.checked_renewal(request, expires_at, at)
    old = PaymentAttempt.objects.select_related("request__receiving_account__partner").get(
        partner_reference_no=request.partner_reference_no
    )
    if not intents.hold(old, at):
        return request
    _cancel_at_bank(old, "Minta QR baru", at)
    intents.replace(request_id, old=old, expires_at=until, by=by, at=at)
    return ensure_qr(request_id, at=at)
