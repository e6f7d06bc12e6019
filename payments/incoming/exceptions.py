"""Explaining what was odd about money. The explanation is kept; the finding never changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opd import audit
from opd.models import User
from payments.incoming.models import MoneyException


class ExceptionError(Exception):
    """It cannot be explained (again); the message is for the person at the screen."""


@transaction.atomic
def explain(exception_id: int, *, explanation: str, by: User, at: datetime) -> MoneyException:
    """Close an open exception with a sentence. Raises ExceptionError if it is empty or closed already."""
    row = MoneyException.objects.select_for_update(of=("self",)).get(pk=exception_id)
    text = explanation.strip()
    if not text:
        raise ExceptionError("Tulis penjelasannya.")
    if row.state != MoneyException.Standing.OPEN:
        raise ExceptionError("Kejanggalan ini sudah dijelaskan.")
    row.state, row.explanation = MoneyException.Standing.EXPLAINED, text[:300]
    row.explained_at, row.explained_by = at, by
    row.save(update_fields=["state", "explanation", "explained_at", "explained_by"])
    audit.record("money_exception.explain", row, by=by, at=at, before={"state": "open"}, reason=text[:300])
    return row
