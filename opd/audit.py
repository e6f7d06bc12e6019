"""The append-only record of who did what. Written in the same transaction as the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from opd.models import AuditEvent, User

_labels: dict[str, str] = {}


def name_actions(**labels: str) -> None:
    """Indonesian words for a room's actions, given in AppConfig.ready; ``__`` stands for the dot."""
    _labels.update({action.replace("__", "."): label for action, label in labels.items()})


def describe(action: str) -> str:
    """What a person reads for ``action``; the code itself where a room gave no words."""
    return _labels.get(action, action)


def record(
    action: str,
    subject: Model | tuple[str, str],
    *,
    by: User | None,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one audit row.

    ``action`` is an English verb with its room (``ticket.issue``); ``subject`` a row or its (type, id);
    ``by`` is None where the machine acted. ``before`` and ``after`` hold only what changed, as JSON, with
    personal data masked by the caller.
    """
    kind, key = subject if isinstance(subject, tuple) else (subject._meta.label_lower, str(subject.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (xid,) = cursor.fetchone()
    return AuditEvent.objects.create(
        action=action,
        subject_type=kind,
        subject_id=key,
        by=by,
        at=at,
        before=before,
        after=after,
        reason=reason,
        xid=xid,
    )
