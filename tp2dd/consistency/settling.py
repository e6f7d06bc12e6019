"""What a run saw becomes findings: new ones open, mended ones close, those that return open again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

_IDENTITY = ("year", "opd_id", "upper", "lower", "check_kind", "code", "about")
_FACTS = ("upper_value", "lower_value", "upper_amount", "lower_amount")
_TOLD = ("level", "name", "indicator", *_FACTS)
_SAME = " AND ".join(f"f.{name} = s.{name}" for name in _IDENTITY)
_NEW_FACTS = ", ".join(f"{name} = s.{name}" for name in _TOLD)
_OTHER = " OR ".join(f"f.{name} IS DISTINCT FROM s.{name}" for name in _FACTS)
_COLUMNS = ", ".join((*_IDENTITY, *_TOLD))
_EVENT = (
    "INSERT INTO consistency_findingevent (finding_id, kind, text, at)"
    " SELECT id, '{kind}', {text}, %(at)s FROM moved"
)
_CLEARED = "explanation = '', decision = ''"

_FOUND = f"""
    WITH moved AS (
        INSERT INTO consistency_finding ({_COLUMNS}, state, explanation, decision, first_seen_at, changed_at)
        SELECT {_COLUMNS}, 'open', '', '', %(at)s, %(at)s FROM consistency_sighting s
         WHERE s.year = %(year)s AND NOT EXISTS (SELECT FROM consistency_finding f WHERE {_SAME})
        RETURNING id)
    {_EVENT.format(kind="found", text="''")}
"""  # noqa: S608 constants alone
_RETURNED = f"""
    WITH moved AS (
        UPDATE consistency_finding f SET state = 'open', {_CLEARED}, due_date = NULL, changed_at = %(at)s,
               {_NEW_FACTS}
          FROM consistency_sighting s
         WHERE f.year = %(year)s AND {_SAME} AND f.state = 'mended'
        RETURNING f.id)
    {_EVENT.format(kind="returned", text="''")}
"""  # noqa: S608 constants alone
_CHANGED = f"""
    WITH other AS (
        SELECT f.id, concat_ws(' dan ', nullif(f.upper_value, ''), nullif(f.lower_value, ''),
                               f.upper_amount, f.lower_amount) AS was
          FROM consistency_finding f JOIN consistency_sighting s ON {_SAME}
         WHERE f.year = %(year)s AND f.state <> 'mended' AND ({_OTHER})),
    moved AS (
        UPDATE consistency_finding f SET state = 'open', {_CLEARED}, changed_at = %(at)s, {_NEW_FACTS}
          FROM consistency_sighting s, other o
         WHERE f.id = o.id AND {_SAME}
        RETURNING f.id, o.was)
    {_EVENT.format(kind="changed", text="'Semula ' || was")}
"""  # noqa: S608 constants alone
_MENDED = f"""
    WITH moved AS (
        UPDATE consistency_finding f SET state = 'mended', changed_at = %(at)s
         WHERE f.year = %(year)s AND f.state <> 'mended'
           AND NOT EXISTS (SELECT FROM consistency_sighting s WHERE {_SAME})
        RETURNING f.id)
    {_EVENT.format(kind="mended", text="''")}
"""  # noqa: S608 constants alone


@dataclass(frozen=True)
class Moves:
    """How many findings a run opened, opened again, changed and closed."""

    found: int
    returned: int
    changed: int
    mended: int


def settle(year: int, at: datetime) -> Moves:
    """Bring the findings of a year to what the newest run saw. Seeing the same again changes nothing."""
    params: dict[str, Any] = {"year": year, "at": at}
    with connection.cursor() as cursor:
        # Those that return go first: a changed figure of a closed finding is no change of an open one.
        counts = {}
        for name, statement in (
            ("returned", _RETURNED), ("changed", _CHANGED), ("mended", _MENDED), ("found", _FOUND)
        ):  # fmt: skip
            cursor.execute(statement, params)
            counts[name] = int(cursor.rowcount)
    return Moves(**counts)
