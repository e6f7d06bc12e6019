"""Keeps the list of differences true after every run."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composed

from opd.office.calendar import bounds
from payments.reconciliation.models import ImportedFile
from payments.reconciliation.services.credits import NAMED
from payments.reconciliation.services.found import FINDERS

LOOK_BACK = timedelta(days=45)
"""How far a run without a file looks for payments that the bank has not settled."""

_OPEN = SQL(
    """
    WITH named AS MATERIALIZED ({named}), found (
        cause, day, opd_id, point, amount, ours, theirs, reference, payment_id, settlement_line_id, batch_id,
        statement_line_id
    ) AS ({found}), opened AS (
        INSERT INTO reconciliation_reconciliationexception AS e (
            kind, cause, state, day, opd_id, point, amount, ours, theirs, reference, payment_id,
            settlement_line_id, batch_id, statement_line_id, opened_at, reason
        )
        SELECT %(kind)s, cause, 'open', day, opd_id, point, amount, ours, theirs, reference, payment_id,
               settlement_line_id, batch_id, statement_line_id, %(at)s, ''
        FROM found
        ON CONFLICT (cause) DO UPDATE
        SET state = 'open', closed_at = NULL, closed_by_id = NULL, reason = '',
            opened_at = excluded.opened_at,
            amount = excluded.amount, ours = excluded.ours, theirs = excluded.theirs
        WHERE e.state = 'resolved'
           OR (e.amount, e.ours, e.theirs) IS DISTINCT FROM (excluded.amount, excluded.ours, excluded.theirs)
        RETURNING id, old.state AS before
    )
    INSERT INTO reconciliation_exceptionevent (exception_id, kind, text, at)
    SELECT id, 'returned',
           CASE before WHEN 'explained' THEN 'Angkanya berubah; penjelasan sebelumnya tidak berlaku lagi.'
                       ELSE '' END, %(at)s::timestamptz
    FROM opened WHERE before <> 'open'
    """
)
_RESOLVE = SQL(
    """
    WITH named AS MATERIALIZED ({named}), closed AS (
        UPDATE reconciliation_reconciliationexception AS e
        SET state = 'resolved', closed_at = %(at)s
        WHERE e.kind = %(kind)s AND e.state <> 'resolved' AND ({gone})
        RETURNING id
    )
    INSERT INTO reconciliation_exceptionevent (exception_id, kind, text, at)
    SELECT id, 'resolved', '', %(at)s FROM closed
    """
)


def refresh(
    *, file_id: int | None, at: datetime, lines: Collection[int] = (), since: datetime | None = None
) -> None:
    """Open what does not agree, close by itself what does again. Call it under the room's lock.

    A run for a file looks at its lines and at all payments since its first day; one without a file looks back
    LOOK_BACK, or further, to ``since``. ``lines`` are settlement lines to look at besides. What a person
    explained stays explained, unless its figures change.
    """
    values = {**_values(file_id, at), "lines": list(lines)}
    values["since"] = min(values["since"], since or values["since"])
    with connection.cursor() as cursor:
        for finder in FINDERS:
            cursor.execute(_filled(_RESOLVE, gone=finder.gone), {"kind": finder.kind, "at": at})
            cursor.execute(_filled(_OPEN, found=finder.found), {"kind": finder.kind, **values})


def _values(file_id: int | None, at: datetime) -> dict[str, Any]:
    since = matched_since = at - LOOK_BACK
    file = ImportedFile.objects.filter(pk=file_id).first() if file_id else None
    if file and file.first_day:
        since = min(since, bounds(file.first_day)[0])
    return {"file": file_id, "at": at, "since": since, "matched_since": matched_since}


def _filled(statement: SQL, **parts: str) -> Composed:
    return statement.format(named=SQL(NAMED), **{name: SQL(text) for name, text in parts.items()})
