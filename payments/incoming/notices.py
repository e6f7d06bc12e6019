"""From a verified notice (SNAP service 52) to booked money: store, answer, queue, query, book (house.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from opd.office import queue
from opd.office.calendar import day_of
from payments.incoming import accounts, bank, refund_booking, rules, wire
from payments.incoming.booking import record_money
from payments.incoming.models import MoneyException, NoticeWork, Payment, PaymentAttempt
from payments.incoming.rules import Answer, QueryBack
from payments.incoming.texts import Trouble
from payments.incoming.traces import MoneySeen, odd
from payments.snap import services as snap
from payments.snap.models import Partner
from payments.snap.registry import Notice

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
"""How long one worker keeps a piece of work; a killed worker's work is free again after it."""
GIVE_UP_AFTER = timedelta(hours=36)
"""By then the settlement file covers the day."""


def handle(notice: Notice) -> None:
    """Called by ``payments.snap`` in the transaction that stores the notice: leave the work as a row."""
    NoticeWork.objects.create(
        inbox_id=notice.inbox_id, received_at=notice.received_at, next_try_at=notice.received_at
    )
    queue.nudge("incoming.process_notice", notice.inbox_id)


def claim(inbox_id: int, at: datetime) -> bool:
    """Take one notice for ``LEASE``; False where another worker has it or it is done."""
    free = NoticeWork.objects.filter(inbox_id=inbox_id, done_at=None, next_try_at__lte=at)
    return bool(free.update(next_try_at=at + LEASE))


def process(inbox_id: int, *, at: datetime, sweeping: bool = False) -> str | None:
    """Work off one claimed notice; its outcome, or None where it waits for the bank and is tried again.

    ``sweeping``: called by the sweep, which alone asks the bank for partners with query-back by sweep.
    """
    work = NoticeWork.objects.get(inbox_id=inbox_id)
    notice = snap.notice(inbox_id)
    outcome = "hilang" if notice is None else _guarded(notice, at=at, sweeping=sweeping)
    if outcome is None and at >= work.received_at + GIVE_UP_AFTER and notice is not None:
        _give_up(notice, at)
        outcome = "menunggu settlement"
    if outcome is None:
        pause = rules.backoff(work.tries + 1)
        NoticeWork.objects.filter(pk=work.pk).update(tries=F("tries") + 1, next_try_at=at + pause)
        return None
    with transaction.atomic():
        NoticeWork.objects.filter(pk=work.pk).update(outcome=outcome, done_at=at, next_try_at=None)
        snap.mark_processed(inbox_id, outcome, at=at)
    return outcome


def _guarded(notice: Notice, *, at: datetime, sweeping: bool) -> str | None:
    """A notice that cannot be booked now (say, the books refuse) waits like one without an answer."""
    try:
        return _work(notice, at=at, sweeping=sweeping)
    except Exception:
        log.exception("notice_failed", inbox_id=notice.inbox_id)
        return None


def _work(notice: Notice, *, at: datetime, sweeping: bool) -> str | None:
    facts = wire.read(notice.body)
    if not facts.claims_paid:
        return "bukan pembayaran"
    partner = Partner.objects.get(pk=notice.partner_id)
    if facts.amount is None:
        _amount_missing(notice, facts, at)
    attempt = _attempt(partner, facts)
    reference = _reference(partner, facts, notice) if attempt is None else bank.reference_of(attempt)
    if reference is None:
        return _unknown_terminal(notice, facts, at)
    policy = QueryBack(partner.query_back)
    asks = rules.needs_query(policy, amount=facts.amount, above=partner.query_back_above)
    if not asks and not _may_be_late(attempt, facts, notice):
        return _book(notice, facts, _seen(notice, facts, facts.amount, facts.paid_at), at)
    if policy is QueryBack.SWEEP and not sweeping:
        return None
    return _after_query(notice, facts, reference, at)


def _may_be_late(attempt: PaymentAttempt | None, facts: wire.MoneyFacts, notice: Notice) -> bool:
    """Whether only the bank can say if this was paid in time: the notice came late and names no time."""
    return attempt is not None and facts.paid_at is None and notice.received_at > attempt.request.expires_at


def _attempt(partner: Partner, facts: wire.MoneyFacts) -> PaymentAttempt | None:
    attempts = PaymentAttempt.objects.filter(partner=partner).select_related(
        "request__receiving_account__partner"
    )
    if facts.partner_reference_no:
        found = attempts.filter(partner_reference_no=facts.partner_reference_no).first()
        if found is not None:
            return found
    return attempts.filter(reference_no=facts.reference_no).first() if facts.reference_no else None


def _reference(partner: Partner, facts: wire.MoneyFacts, notice: Notice) -> bank.Reference | None:
    """What to ask about money without a request of ours; None where the register does not know its place."""
    day = day_of(facts.paid_at or notice.received_at)
    account = accounts.account_of(partner.pk, facts.nmid, facts.terminal_id, on=day)
    if account is None:
        return None
    return bank.Reference(partner, account.merchant_id, facts.partner_reference_no, facts.reference_no)


def _after_query(
    notice: Notice, facts: wire.MoneyFacts, reference: bank.Reference, at: datetime
) -> str | None:
    standing = bank.ask_standing(reference, at=at)
    if isinstance(standing, bank.Silent) or standing.answer in {
        Answer.PENDING,
        Answer.UNCLEAR,
        Answer.UNPAID,
    }:
        return None
    if standing.answer is not Answer.PAID and refund_booking.known_at_bank(
        reference.partner.pk, ours=reference.partner_reference_no, theirs=reference.reference_no
    ):
        return "sudah dikembalikan"
    if standing.answer is not Answer.PAID or standing.facts is None:
        _not_confirmed(notice, facts, standing.answer, at)
        return f"tidak dibenarkan bank: {standing.answer}"
    asked = standing.facts
    if _is_about_another(reference, facts, asked):
        if facts.amount and asked.amount not in {None, facts.amount} and not _is_booked(reference, facts):
            return None  # nobody confirms this amount: the settlement file will say it
        return _book(notice, facts, _seen(notice, facts, facts.amount or asked.amount, facts.paid_at), at)
    seen = _seen(notice, facts, asked.amount or facts.amount, asked.paid_at or facts.paid_at)
    return _book(notice, facts, seen, at)


def _is_about_another(reference: bank.Reference, facts: wire.MoneyFacts, asked: wire.MoneyFacts) -> bool:
    """Whether the bank's answer is about another payment of the same reference than the notice.

    The query can show one payment only. A notice with a new RRN is about a second one when the answer names
    another RRN, or the paid time of a payment that is booked with another RRN already.
    """
    if not facts.rrn:
        return False
    if asked.rrn:
        return asked.rrn != facts.rrn
    if asked.paid_at is None:
        return False
    booked = Payment.objects.filter(
        partner=reference.partner,
        partner_reference_no=reference.partner_reference_no,
        paid_at=asked.paid_at,
    )
    return booked.exclude(rrn__in=["", facts.rrn]).exists()


def _is_booked(reference: bank.Reference, facts: wire.MoneyFacts) -> bool:
    return Payment.objects.filter(
        partner=reference.partner, partner_reference_no=reference.partner_reference_no, rrn=facts.rrn
    ).exists()


def _seen(
    notice: Notice, facts: wire.MoneyFacts, amount: Decimal | None, paid_at: datetime | None
) -> MoneySeen | None:
    if amount is None:
        return None
    return MoneySeen(
        source="notice",
        partner_id=notice.partner_id,
        reference_no=facts.reference_no,
        partner_reference_no=facts.partner_reference_no,
        rrn=facts.rrn,
        amount=amount,
        paid_at=paid_at or notice.received_at,
        nmid=facts.nmid,
        terminal_id=facts.terminal_id,
        issuer=facts.issuer,
        payer_mask=facts.payer_mask,
        inbox_id=notice.inbox_id,
    )


def _book(notice: Notice, facts: wire.MoneyFacts, seen: MoneySeen | None, at: datetime) -> str | None:
    """Book the amount that was confirmed; what the notice itself claimed otherwise is an exception."""
    if seen is None:
        return None
    payment = record_money(seen, by=None, at=at)
    if payment is None:
        return "kejanggalan"
    if facts.amount is None:
        _amount_found(notice, seen.amount, at)
    elif facts.amount != seen.amount:
        odd(
            Trouble.AMOUNT_DIFFERS,
            f"{payment.pk}:notice:{facts.amount}",
            at=at,
            seen=replace(seen, amount=facts.amount),
            request=payment.request,
            payment=payment,
            expected_amount=seen.amount,
        )
    return "dibukukan"


def _unknown_terminal(notice: Notice, facts: wire.MoneyFacts, at: datetime) -> str:
    cause = f"{notice.partner_id}:{facts.nmid}:{facts.terminal_id}:" + (
        facts.rrn or facts.reference_no or f"inbox{notice.inbox_id}"
    )
    odd(Trouble.UNKNOWN_TERMINAL, cause, at=at, **_notice_facts(notice, facts))
    return "kejanggalan"


def _not_confirmed(notice: Notice, facts: wire.MoneyFacts, answer: Answer, at: datetime) -> None:
    detail = f"Jawaban bank: {answer}"
    odd(
        Trouble.NOT_CONFIRMED, f"inbox{notice.inbox_id}", at=at, detail=detail, **_notice_facts(notice, facts)
    )


def _give_up(notice: Notice, at: datetime) -> None:
    facts = wire.read(notice.body)
    if facts.amount is None:
        return  # the exception about the missing amount stands open already
    detail = "Bank tidak menjawab sampai hari settlement."
    odd(
        Trouble.NOT_CONFIRMED, f"inbox{notice.inbox_id}", at=at, detail=detail, **_notice_facts(notice, facts)
    )


def _amount_missing(notice: Notice, facts: wire.MoneyFacts, at: datetime) -> None:
    cause, detail = f"inbox{notice.inbox_id}", facts.problem[:300]
    odd(Trouble.AMOUNT_MISSING, cause, at=at, detail=detail, **_notice_facts(notice, facts))


def _amount_found(notice: Notice, amount: Decimal, at: datetime) -> None:
    MoneyException.objects.filter(
        kind=str(Trouble.AMOUNT_MISSING), inbox_id=notice.inbox_id, state=MoneyException.Standing.OPEN
    ).update(
        state=MoneyException.Standing.EXPLAINED,
        explained_at=at,
        explanation=f"Jumlah dipastikan lewat pertanyaan ke bank: {amount:.2f}.",
    )


def _notice_facts(notice: Notice, facts: wire.MoneyFacts) -> dict[str, Any]:
    names = ("amount", "rrn", "reference_no", "partner_reference_no", "nmid", "terminal_id")
    common = {"source": "notice", "partner_id": notice.partner_id, "inbox_id": notice.inbox_id}
    return {**common, **{name: getattr(facts, name) for name in names}}
