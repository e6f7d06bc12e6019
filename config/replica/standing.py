"""How far the replica is, asked of itself; one that does not answer is left alone for a while."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InternalError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg import Error, errors
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

log = structlog.get_logger(__name__)

ALIAS = "replica"
TOLD_FROM = timedelta(seconds=30)
"""An older page says of when its data are; an older download is made from the primary."""
MOST_BEHIND = timedelta(minutes=5)
"""A replica further behind is not read at all."""
PULSE = 10.0
"""Seconds between the marks that tell a replica the time when nobody writes; well below TOLD_FROM."""
_ANSWER_WITHIN = 1.0
_REST = 30.0
_STANDING = (
    b"SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() - '0/0'::pg_lsn,"
    b" extract(epoch FROM pg_last_xact_replay_timestamp())"
)


class WriteRefused(DatabaseError):
    """Something tried to write on the replica and went on as if nothing had happened."""


class Silent(OperationalError):
    """The replica took the question and did not answer."""


@dataclass(frozen=True)
class Standing:
    """``position``: byte of the primary's log that is replayed here; ``as_of``: when the primary committed
    the last transaction that is."""

    position: int
    as_of: datetime

    def behind(self) -> timedelta:
        return max(timezone.now() - self.as_of, timedelta())


class _Rest:
    """Until when this process leaves the replica alone (monotonic seconds)."""

    until = 0.0


def configured() -> bool:
    return ALIAS in connections.settings


def rest() -> None:
    """Leave the replica alone for a while: every read goes to the primary meanwhile."""
    _Rest.until = time.monotonic() + _REST
    connections[ALIAS].close()


def resting() -> bool:
    return time.monotonic() < _Rest.until


def standing() -> Standing | None:
    """Where the replica is; None where it is not to be read: unreachable, silent for a second, a server of
    its own by now, or too far behind. Never raises for a dead replica."""
    if not configured() or resting():
        return None
    try:
        found = _asked()
    except (DatabaseError, Error, OSError) as error:
        log.warning("replica_unreachable", error=type(error).__name__)
        rest()
        return None
    if found is None:
        log.warning("replica_is_none")
        rest()
    return found


def usable(*, position: int = 0) -> Standing | None:
    """The standing of a replica that has replayed up to ``position`` and is not too far behind."""
    found = standing()
    if found is None or found.position < position or found.behind() > MOST_BEHIND:
        return None
    return found


def _asked() -> Standing | None:
    """One round trip; a connection that broke since it was last used is opened anew once."""
    own = connections[ALIAS]
    kept = own.connection is not None
    try:
        return _answer(own)
    except Silent:
        raise
    except (DatabaseError, Error, OSError):
        own.close()
        if not kept:
            raise
    return _answer(own)


def _answer(own: BaseDatabaseWrapper) -> Standing | None:
    own.ensure_connection()
    in_recovery, position, seconds = _row(own.connection.pgconn)
    if in_recovery != b"t" or position is None or seconds is None:
        return None
    return Standing(int(position), datetime.fromtimestamp(float(seconds), UTC))


def _row(server: PGconn) -> list[bytes | None]:
    """The answer to _STANDING; raises Silent where it does not come in time. A driver's query would wait
    for a halted machine as long as the kernel does."""
    server.send_query(_STANDING)
    deadline = time.monotonic() + _ANSWER_WITHIN
    with selectors.DefaultSelector() as waiting:
        waiting.register(server.socket, selectors.EVENT_READ)
        while server.is_busy():
            if not waiting.select(max(deadline - time.monotonic(), 0)):
                raise Silent("the replica is silent")
            server.consume_input()
    result = server.get_result()
    while server.get_result() is not None:
        pass
    if result is None or result.status != ExecStatus.TUPLES_OK:
        raise OperationalError("the replica did not tell where it is")
    return [result.get_value(0, column) for column in range(3)]


@dataclass
class _Watch:
    """Notices writes that the replica refused, also where the caller hides the error (caches do)."""

    refused: bool = field(default=False)

    def __call__(self, execute: Callable[..., Any], *words: Any) -> Any:
        try:
            return execute(*words)
        except InternalError as error:
            self.refused |= isinstance(error.__cause__, errors.ReadOnlySqlTransaction)
            raise


@contextmanager
def reading() -> Iterator[None]:
    """While the block runs, this thread's "default" connection is the replica, for ORM and SQL alike.

    Raises WriteRefused where a write was tried and its error swallowed.
    """
    primary, own = connections["default"], connections[ALIAS]
    watch = _Watch()
    connections["default"] = own
    try:
        with own.execute_wrapper(watch):
            yield
    finally:
        connections["default"] = primary
        if own.connection is not None and own.connection.closed:
            rest()
    if watch.refused:
        raise WriteRefused("a write was tried while reading from the replica")


def written_until() -> int:
    """The byte of the primary's log behind everything committed so far."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def caught_up(*, within: float) -> BaseDatabaseWrapper | None:
    """The replica's connection once it has replayed all that is committed now, a sealed block that was just
    made included; None where that takes longer than ``within`` seconds."""
    if not configured() or resting():
        return None
    position, deadline = written_until(), time.monotonic() + within
    while (found := standing()) is not None:
        if found.position >= position:
            return connections[ALIAS]
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.1)
    return None


def pulse() -> None:
    """Leave a mark with the time in the primary's log, so that a replica's age is known while nobody writes.
    Nothing is stored in any table."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'nontunai', '')")


def told() -> str:
    """A word on the replica for the page of health."""
    found = standing()
    if found is None:
        return "tidak terjangkau"
    seconds = int(found.behind().total_seconds())
    return "baik" if found.behind() <= TOLD_FROM else f"tertinggal {seconds} detik"
