"""Laws that ``manage.py verify`` proves; each room lists its own in ``verification.py`` as ``LAWS``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection


@dataclass(frozen=True)
class Finding:
    """How many rows a law covered, and what is wrong (one sentence each, naming the row). ``not_run`` says
    what it lacked to be checked: it neither holds nor is broken then."""

    rows: int
    problems: list[str] = field(default_factory=list)
    not_run: str = ""


@dataclass(frozen=True)
class Law:
    name: str
    text_id: str
    check: Callable[[], Finding]


def laws() -> Iterator[Law]:
    """Every law of every installed room, in the order of the rooms."""
    for config in apps.get_app_configs():
        if config.name == "opd.office":  # this module is in the way of its own laws
            yield from import_module("opd.office.laws").LAWS
        elif find_spec(f"{config.name}.verification"):
            yield from import_module(f"{config.name}.verification").LAWS


def count_and_problems(
    count_sql: str, problem_sql: str, params: Sequence[str | int] | None = None
) -> Finding:
    """A law in SQL: ``count_sql`` gives the rows covered, ``problem_sql`` one sentence for each broken one.

    At most 50 sentences are kept; the total stays in the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(count_sql, params)
        (rows,) = cursor.fetchone()
        cursor.execute(problem_sql, params)
        problems = [row[0] for row in cursor.fetchall()]
    if len(problems) > 50:
        problems = [*problems[:50], f"… dan {len(problems) - 50} lagi"]
    return Finding(rows, problems)


def guards_standing(guards: Collection[tuple[str, str]]) -> Finding:
    """Whether every guard (table, trigger) stands in the database and always fires."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgrelid::regclass::text = ANY(%s) AND tgenabled = 'A'",
            [[table for table, _ in guards]],
        )
        live = set(cursor.fetchall())
    missing = [
        f"pemicu {name} pada {table} tidak terpasang" for table, name in guards if (table, name) not in live
    ]
    return Finding(len(guards), missing)
