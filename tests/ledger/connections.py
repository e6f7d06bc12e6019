"""Second connections to the test database, for races that only two real sessions can have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from django.db import connection

from payments.ledger.services import Draft, request_of
from tests.ledger.books import AT

T = TypeVar("T")


class Session:
    """A session of its own, in autocommit until it says BEGIN."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw

    def execute(self, statement: str, params: Sequence[object] = ()) -> psycopg.Cursor[Any]:
        return self.raw.execute(statement, params)

    def post(self, draft: Draft, key: str, *, commit: bool = True) -> tuple[int, bool]:
        """``ledger_post`` for one draft; ``commit=False`` leaves the transaction open."""
        if not commit:
            self.execute("BEGIN")
        request = json.dumps(request_of([(key, draft)], by=None, at=AT))
        row = self.execute("SELECT journal_id, created FROM ledger_post(%s::jsonb)", [request]).fetchone()
        assert row is not None
        return row[0], row[1]


@contextmanager
def another() -> Iterator[Session]:
    """One more session, closed at the end."""
    params = connection.get_connection_params()
    params.pop("cursor_factory", None)
    params.pop("context", None)
    with psycopg.connect(**params, autocommit=True) as raw:
        raw.execute("SET lock_timeout = '20s'")
        yield Session(raw)


def at_once(count: int, deed: Callable[[int, Session], T]) -> list[T]:
    """Run ``deed`` in ``count`` sessions at the same time."""

    def one(number: int) -> T:
        with another() as session:
            return deed(number, session)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
