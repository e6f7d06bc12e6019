"""Differences held for a deed, and their append-only story."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from opd import access
from opd.models import User
from payments.reconciliation.models import ExceptionEvent, ExceptionState, ReconciliationException


def locked(
    exception_ids: Collection[int], by: User, *, state: ExceptionState = ExceptionState.OPEN
) -> list[ReconciliationException]:
    """Those of the differences that are in ``state``, held until commit.

    Raises PermissionDenied for one outside the agencies that ``by`` resolves differences of.
    """
    scope = access.require(by, "reconciliation.resolve")
    rows = list(
        ReconciliationException.objects.filter(state=state, pk__in=exception_ids)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if any(row.opd_id not in scope for row in rows):
        raise PermissionDenied("Selisih ini bukan milik OPD Anda.")
    return rows


def enter(
    row: ReconciliationException,
    kind: ExceptionEvent.Kind,
    *,
    text: str = "",
    assignee: User | None = None,
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> ExceptionEvent:
    """Add a step to the story, in the caller's transaction."""
    return ExceptionEvent.objects.create(
        exception=row, kind=kind, text=text[:500], assignee=assignee, due_on=due_on, by=by, at=at
    )
