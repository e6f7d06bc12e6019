"""People close differences: with an explanation, or by booking money that only the bank knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from opd import audit
from opd.models import User
from opd.office import queue
from payments.incoming.services import record_money
from payments.reconciliation.models import ExceptionEvent, ExceptionState, Match, ReconciliationException
from payments.reconciliation.services import accounts, late, story
from payments.reconciliation.services.lock import take_turn
from payments.reconciliation.texts import Kind, Rule


class ExplainError(Exception):
    """The difference cannot be closed like this; the message is for the person at the screen."""


def explain(
    *, exception_ids: Collection[int], reason: str, by: User, at: datetime
) -> list[ReconciliationException]:
    """Close differences with one ``reason``. Those already closed are left as they are; returns the changed.

    Raises PermissionDenied outside the person's agencies, ExplainError without a reason.
    """
    reason = reason.strip()
    if len(reason) < 5:
        raise ExplainError("Tulis penjelasan yang dapat dipahami pemeriksa, paling sedikit lima huruf.")
    with transaction.atomic():
        rows = story.locked(exception_ids, by)
        for row in rows:
            row.state, row.reason = ExceptionState.EXPLAINED, reason[:500]
            row.closed_at, row.closed_by = at, by
            row.save()
            story.enter(row, ExceptionEvent.Kind.EXPLAINED, text=reason, by=by, at=at)
            audit.record(
                "exception.explain",
                row,
                by=by,
                at=at,
                before={"state": ExceptionState.OPEN},
                after={"state": row.state, "cause": row.cause},
                reason=reason[:300],
            )
    return rows


def record_as_deposit(*, exception_id: int, reason: str, by: User, at: datetime) -> ReconciliationException:
    """Book money that only the bank knows (``missing_ours``) to the liability account, as a deposit.

    Raises ExplainError where it is something else, or its merchant is not in the register.
    """
    with transaction.atomic():
        take_turn()
        row = _unknown_money(exception_id, by)
        line = row.settlement_line
        assert line is not None
        partner_id = accounts.partner_of(line.nmid)
        payment = record_money(late.sighting(line, partner_id), by=by, at=at) if partner_id else None
        if payment is None or Match.objects.standing().filter(payment_id=payment.pk).exists():
            raise ExplainError(
                "NMID atau terminalnya tidak ada dalam daftar rekening penerimaan. Daftarkan dahulu."
            )
        late.keep(payment, line, Rule.RECORDED, at)
        explain(exception_ids=[row.pk], reason=f"Dicatat sebagai titipan. {reason}", by=by, at=at)
        queue.nudge("reconciliation.match_open")
    row.refresh_from_db()
    return row


def _unknown_money(exception_id: int, by: User) -> ReconciliationException:
    rows = story.locked([exception_id], by)
    if not rows or rows[0].kind != Kind.MISSING_OURS:
        raise ExplainError("Hanya uang yang belum ada pada kita dan belum dijelaskan yang dapat dicatat.")
    return rows[0]
