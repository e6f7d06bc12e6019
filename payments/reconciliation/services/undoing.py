"""A person undoes a match: what was booked for it is reversed, and what it explained is open again.

Nothing is deleted. The next run makes the same match again, unless the person keeps the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import bounds
from payments.incoming.models import Compensation, Refund
from payments.ledger.errors import LedgerError
from payments.ledger.services import reverse_many
from payments.reconciliation.match_models import CreditMatch, DirectCredit, Match
from payments.reconciliation.services import apart, credits, differences
from payments.reconciliation.services.lock import take_turn
from payments.reconciliation.texts import Rule

PERMISSION = "reconciliation.undo"
LEAST = 5
NOTHING = "Belum ada yang berubah."


class UndoError(Exception):
    """The match cannot be undone now; nothing was changed. The message is for the person at the screen."""


def undo_match(*, match_id: int, reason: str, keep_apart: bool = False, by: User, at: datetime) -> Match:
    """Say that a payment and a settlement line are not known to be the same money any more.

    Their journals are reversed on the WIB day of ``at``. Raises UndoError; PermissionDenied outside the
    person's agencies.
    """
    reason = _words(reason)
    with transaction.atomic():
        take_turn()
        row: Match = _standing(Match.objects.select_related("payment", "line"), match_id)
        payment = row.payment
        access.require(by, PERMISSION, opd=payment.opd_id)
        if keep_apart and row.rule == Rule.RECORDED:
            raise UndoError(
                "Pembayaran ini baru kita ketahui dari baris itu sendiri, jadi keduanya tidak dapat "
                f"dinyatakan bukan pasangan. {NOTHING}"
            )
        _refuse_dependent([payment.pk], also_before_credit=True)
        _reverse([row], reason, by, at)
        _mark([row], reason, by, at)
        if keep_apart:
            apart.keep(
                payment=payment, settlement_line=row.line, opd=payment.opd_id, reason=reason, by=by, at=at
            )
        _told("match.undo", row, reason, keep_apart, by, at)
        differences.refresh(file_id=None, at=at, lines=[row.line_id], since=payment.paid_at)
    return row


def undo_direct(
    *, match_id: int, reason: str, keep_apart: bool = False, by: User, at: datetime
) -> DirectCredit:
    """The same for a payment by virtual account and its credit."""
    reason = _words(reason)
    with transaction.atomic():
        take_turn()
        row: DirectCredit = _standing(DirectCredit.objects.select_related("payment", "line"), match_id)
        payment = row.payment
        access.require(by, PERMISSION, opd=payment.opd_id)
        _refuse_dependent([payment.pk], also_before_credit=True)
        _reverse([row], reason, by, at)
        _mark([row], reason, by, at)
        if keep_apart:
            apart.keep(
                payment=payment, statement_line=row.line, opd=payment.opd_id, reason=reason, by=by, at=at
            )
        _told("direct.undo", row, reason, keep_apart, by, at)
        differences.refresh(file_id=None, at=at)
    return row


def undo_credit(
    *, match_id: int, reason: str, keep_apart: bool = False, by: User, at: datetime
) -> CreditMatch:
    """Say that a credit does not pay out its batches: all of the credit, since it was matched whole.

    Payments that were booked because of it stay matched with their lines; their journals are reversed, and
    each gets a fresh match that waits for a credit. Raises as ``undo_match``.
    """
    reason = _words(reason)
    with transaction.atomic():
        take_turn()
        row: CreditMatch = _standing(CreditMatch.objects.select_related("batch", "line"), match_id)
        rows = list(CreditMatch.objects.standing().filter(line=row.line_id).select_related("batch"))
        for one in rows:
            access.require(by, PERMISSION, opd=one.batch.opd_id or 0)
        booked = list(
            Match.objects.standing()
            .filter(line__batch__in=[one.batch_id for one in rows], credited_journal__isnull=False)
            .order_by("pk")
        )
        _refuse_dependent([match.payment_id for match in booked])
        _reverse(booked, reason, by, at)
        _mark(booked, reason, by, at)
        Match.objects.bulk_create([_fresh(match, at) for match in booked])
        _mark(rows, reason, by, at)
        credits.recount([one.batch_id for one in rows])
        for one in rows:
            if keep_apart:
                apart.keep(
                    batch=one.batch,
                    statement_line=row.line,
                    opd=one.batch.opd_id,
                    reason=reason,
                    by=by,
                    at=at,
                )
            _told("credit.undo", one, reason, keep_apart, by, at, payments=len(booked))
        since = bounds(min(one.batch.settlement_date for one in rows))[0]
        differences.refresh(file_id=None, at=at, since=since)
    return row


def _words(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < LEAST:
        raise UndoError(f"Tulis alasannya, paling sedikit {LEAST} huruf. {NOTHING}")
    return words[:300]


def _standing(rows: Any, pk: int) -> Any:
    """The match, held until commit."""
    row = rows.select_for_update(of=("self",)).standing().filter(pk=pk).first()
    if row is None:
        raise UndoError(f"Pencocokan ini tidak berlaku lagi. {NOTHING}")
    return row


def _refuse_dependent(payment_ids: Collection[UUID], *, also_before_credit: bool = False) -> None:
    """Raise UndoError where money of these payments has moved on, relying on where it was.

    Who moves it holds the room's lock too, so that none slips in between. What the acquirer gave back before
    the credit relies on the match alone, not on the credit.
    """
    refunds = Refund.objects.filter(payment__in=payment_ids).exclude(state="refused")
    if not also_before_credit:
        refunds = refunds.exclude(state="done", against="receivable")
    refund = refunds.order_by("proposed_at").first()
    if refund is not None:
        raise UndoError(
            f"Pengembalian {refund.partner_refund_no} atas uang ini sudah diusulkan atau dilakukan, dan "
            f"jalannya bergantung pada pencocokan ini. {NOTHING}"
        )
    if Compensation.objects.holding().filter(payment__in=payment_ids).exists():
        raise UndoError(
            f"Titipan dari uang ini sudah atau akan dipakai membayar tagihan lain. Batalkan kompensasinya "
            f"dahulu. {NOTHING}"
        )


def _reverse(rows: Iterable[Match | DirectCredit], reason: str, by: User, at: datetime) -> None:
    journals = [
        journal
        for row in rows
        for journal in (row.credited_journal, row.revenue_journal)
        if journal is not None
    ]
    try:
        with transaction.atomic():
            reverse_many(
                [(f"match:{journal}:undone", journal) for journal in journals],
                reason=f"Pencocokan dibatalkan: {reason}"[:300],
                by=by,
                at=at,
            )
    except LedgerError as error:
        raise UndoError(f"Jurnalnya tidak dapat dibalik: {error} {NOTHING}") from error


def _mark(rows: Sequence[Any], reason: str, by: User, at: datetime) -> None:
    if rows:
        which = type(rows[0]).objects.standing().filter(pk__in=[row.pk for row in rows])
        # the database sets the transaction; the value only satisfies that it is not empty
        which.update(undone_at=at, undone_by=by, undo_reason=reason, undone_xid=0)


def _fresh(old: Match, at: datetime) -> Match:
    """The same pair, not booked."""
    return Match(
        payment_id=old.payment_id, line_id=old.line_id, rule=old.rule, agrees=old.agrees, matched_at=at
    )


def _told(
    action: str, row: Any, reason: str, keep_apart: bool, by: User, at: datetime, **more: object
) -> None:
    after = {"keep_apart": keep_apart, **more}
    audit.record(action, row, by=by, at=at, before={"pair": str(row)}, after=after, reason=reason)
