"""What people keep apart: no run matches such a pair, until somebody lifts that again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from opd import access, audit
from opd.models import User
from opd.office import queue
from payments.reconciliation.match_models import KeptApart
from payments.reconciliation.services.lock import take_turn

AGAIN = "reconciliation.match_open"
"""The task that matches what is open."""


class ApartError(Exception):
    """It cannot be lifted; nothing was changed. The message is for the person at the screen."""


def keep(*, opd: int | None, reason: str, by: User, at: datetime, **pair: Any) -> KeptApart:
    """Keep a pair apart, in the caller's transaction and under the room's lock; once, however often asked."""
    row, created = KeptApart.objects.get_or_create(
        **pair, lifted_at=None, defaults={"opd_id": opd, "reason": reason, "by": by, "at": at}
    )
    if created:
        after = {name: str(getattr(one, "pk", one)) for name, one in pair.items()}
        audit.record("apart.keep", row, by=by, at=at, after=after, reason=reason)
    return row


def stands(**pair: Any) -> bool:
    """Whether this pair is kept apart."""
    return KeptApart.objects.filter(Q(**pair), lifted_at=None).exists()


def lift(*, apart_id: int, by: User, at: datetime) -> KeptApart:
    """Let a pair be matched again; the next run looks at it.

    Raises PermissionDenied outside the person's agencies, ApartError where it was lifted already.
    """
    with transaction.atomic():
        take_turn()
        row = KeptApart.objects.select_for_update(of=("self",)).filter(pk=apart_id, lifted_at=None).first()
        if row is None:
            raise ApartError("Pernyataan ini sudah dicabut. Tidak ada yang berubah.")
        access.require(by, "reconciliation.resolve", opd=row.opd_id or 0)
        row.lifted_at, row.lifted_by = at, by
        row.save(update_fields=["lifted_at", "lifted_by"])
        audit.record("apart.lift", row, by=by, at=at, before={"reason": row.reason})
        queue.nudge(AGAIN)
    return row
