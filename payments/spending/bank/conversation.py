"""One payment, one order, and questions until the bank is certain.

``begin`` commits the intent (``intended``). ``carry_out`` moves it to ``pending`` by a conditional update
and only then calls: so an order leaves at most once, whoever tries, and whatever dies in between. From then
on the bank is only asked. A payment ends as failed where the bank refused the order, says that it failed, or
does not know it after ``GRACE``; only then may the spend be paid anew. ``claimed_until`` keeps callers apart,
``next_ask_at`` brings the sweep. Where people ended a payment (``services.rulings``) the bank is asked on for
a while; what it says against them is kept as a contradiction.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from opd.models import User
from opd.office.calendar import day_of
from opd.office.rules import value
from payments.spending.bank import calls
from payments.spending.bank.answers import GRACE, Outcome, Told
from payments.spending.errors import Contradicted, SpendError
from payments.spending.models import Disbursement, DisbursementState, Verdict, Way
from payments.spending.services import contradictions, payments

log = structlog.get_logger(__name__)

CLAIM = timedelta(seconds=30)
"""Longer than any call to the bank may take, token included."""
ASK_EVERY = timedelta(seconds=3)
"""However often a person presses "tanya bank": one question in this time for one payment."""
RECHECK = timedelta(hours=6)
"""Between two questions about a payment that people ended."""
SNAP_WAYS = tuple(way.value for way in calls.SERVICES)
LIVE = (DisbursementState.INTENDED.value, DisbursementState.PENDING.value)
NEVER_ARRIVED = "Bank tidak mengenal pembayaran ini; uang tidak berpindah. Belanja dapat dibayar lagi."
_PAUSES = (5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560)


def pause(tries: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour."""
    return timedelta(seconds=_PAUSES[tries] if tries < len(_PAUSES) else 3600)


@transaction.atomic
def begin(*, spend_id: UUID, way: Way, account_id: int, by: User, at: datetime) -> Disbursement:
    """The intent, and the claim of whoever is about to call. Raises SpendError."""
    disbursement = payments.begin_payment(spend_id=spend_id, way=way, account_id=account_id, by=by, at=at)
    Disbursement.objects.filter(pk=disbursement.pk).update(claimed_until=at + CLAIM, next_ask_at=at + CLAIM)
    return disbursement


def carry_out(
    disbursement_id: UUID, *, by: User | None, at: datetime, decode_reference_no: str = ""
) -> Disbursement:
    """Send the order, if nobody has, and note what came back. Not inside a transaction."""
    untouched = Disbursement.objects.filter(pk=disbursement_id, state=DisbursementState.INTENDED)
    if not untouched.update(
        state=DisbursementState.PENDING, claimed_until=at + CLAIM, next_ask_at=at + CLAIM
    ):
        return calls.load(disbursement_id)
    disbursement = calls.load(disbursement_id)
    told = calls.send_order(disbursement, decode_reference_no=decode_reference_no, at=at)
    return _note(disbursement, told, by=by, at=at)


def ask(disbursement_id: UUID, *, at: datetime, by: User | None = None) -> Disbursement:
    """Ask the bank how an order stands and note it; at most every ``ASK_EVERY``. Not inside a transaction.

    An intent whose maker died before it called is taken over as pending, so that he can't call any more.
    """
    rows = _free(disbursement_id, at).filter(state__in=LIVE)
    if not rows.update(state=DisbursementState.PENDING, claimed_until=at + CLAIM, next_ask_at=at + CLAIM):
        return calls.load(disbursement_id)
    disbursement = calls.load(disbursement_id)
    return _note(disbursement, calls.ask_standing(disbursement, at=at), by=by, at=at)


def _free(disbursement_id: UUID, at: datetime) -> QuerySet[Disbursement]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    return Disbursement.objects.filter(free, pk=disbursement_id, way__in=SNAP_WAYS)


def keep_asking(disbursement_id: UUID, *, at: datetime) -> None:
    """The bank is asked on about a payment that people ended, in the caller's transaction."""
    Disbursement.objects.filter(pk=disbursement_id).update(next_ask_at=at + RECHECK)


def recheck(disbursement_id: UUID, *, at: datetime) -> None:
    """Ask about a payment that people ended, until the bank is certain or ``spending.recheck_days`` are over.

    What agrees ends the questions; what contradicts is kept and books nothing. Not inside a transaction.
    """
    rows = _free(disbursement_id, at).filter(next_ask_at__isnull=False).exclude(state__in=LIVE)
    if not rows.update(claimed_until=at + CLAIM, next_ask_at=at + CLAIM):
        return
    disbursement = calls.load(disbursement_id)
    told = calls.ask_standing(disbursement, at=at)
    days = timedelta(days=int(value("spending.recheck_days", day_of(at))))
    asks_on = told.outcome is Outcome.UNCLEAR and at < (disbursement.finished_at or at) + days
    Disbursement.objects.filter(pk=disbursement_id).update(
        claimed_until=None, next_ask_at=at + RECHECK if asks_on else None
    )
    if told.outcome is not Outcome.UNCLEAR:
        _note(disbursement, told, by=None, at=at)


def _note(disbursement: Disbursement, told: Told, *, by: User | None, at: datetime) -> Disbursement:
    try:
        if told.outcome is Outcome.DONE:
            _settle(disbursement, told, by, at)
        elif told.outcome is Outcome.NOT_DONE:
            payments.fail_payment(disbursement_id=disbursement.pk, message=told.reason[:300], by=by, at=at)
        elif told.outcome is Outcome.NOT_FOUND and at >= disbursement.made_at + GRACE:
            payments.fail_payment(disbursement_id=disbursement.pk, message=NEVER_ARRIVED, by=by, at=at)
        else:
            _wait(disbursement, told, at)
    except Contradicted:
        _contradict(disbursement, told, at)
    except SpendError as error:
        log.exception("bank_answer_not_booked", disbursement=str(disbursement.pk), outcome=told.outcome)
        _wait(disbursement, Told(Outcome.UNCLEAR, f"Jawaban bank belum dapat dibukukan: {error}"), at)
    return calls.load(disbursement.pk)


def _contradict(disbursement: Disbursement, told: Told, at: datetime) -> None:
    paid = told.outcome is Outcome.DONE
    word = contradictions.Word(
        told=Verdict.PAID if paid else Verdict.FAILED,
        reference_no=told.reference_no,
        rrn=told.rrn,
        day=paid_day(disbursement.made_at, told.paid_at, at) if paid else None,
        message=told.reason,
    )
    contradictions.keep(disbursement_id=disbursement.pk, word=word, at=at)


def _settle(disbursement: Disbursement, told: Told, by: User | None, at: datetime) -> None:
    payments.settle_payment(
        disbursement_id=disbursement.pk,
        paid_date=paid_day(disbursement.made_at, told.paid_at, at),
        reference_no=told.reference_no or disbursement.reference_no,
        rrn=told.rrn,
        by=by,
        at=at,
    )


def paid_day(made_at: datetime, paid_at: datetime | None, at: datetime) -> date:
    """The WIB day on which the bank says it paid; the day of the answer where that can't be true."""
    if paid_at is not None and day_of(made_at) <= day_of(paid_at) <= day_of(at):
        return day_of(paid_at)
    return day_of(at)


def _wait(disbursement: Disbursement, told: Told, at: datetime) -> None:
    tries = disbursement.unanswered
    Disbursement.objects.filter(pk=disbursement.pk, state__in=LIVE).update(
        unanswered=min(tries + 1, 1000),
        next_ask_at=at + pause(tries),
        claimed_until=at + ASK_EVERY,
        message=told.reason[:300],
    )
