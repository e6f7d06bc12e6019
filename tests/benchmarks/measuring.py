"""Measuring: deeds a second by several clients, in a database of its own; quote medians and ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg import sql

Session = psycopg.Connection[Any]
Deed = Callable[[Session], None]


@dataclass(frozen=True)
class Options:
    """``seconds`` of each round, ``rounds`` of which the median is told, and how large the data is made.

    ``peers``: install others' software in an environment of its own and measure it as well.
    """

    seconds: float
    rounds: int
    size: int
    peers: bool = False


@dataclass(frozen=True)
class Speed:
    """Deeds a second: medians over the rounds, and the median of the rounds' ratios."""

    clients: int
    floor: float
    done: float
    ratio: float


def timed(deed: Callable[[], object]) -> float:
    """Seconds that it took."""
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def compare(floor: Deed, deed: Deed, *, clients: int, options: Options) -> Speed:
    """The floor and the deed in turns, so that a busy machine slows both."""
    floors, deeds = [], []
    for _ in range(options.rounds):
        floors.append(_rate(floor, clients, options.seconds))
        deeds.append(_rate(deed, clients, options.seconds))
    ratios = [done / bare for done, bare in zip(deeds, floors, strict=True)]
    return Speed(clients, statistics.median(floors), statistics.median(deeds), statistics.median(ratios))


@contextmanager
def own_database() -> Iterator[None]:
    """Point Django's connection at a fresh, migrated database, dropped afterwards. Needs CREATEDB."""
    before = str(connection.settings_dict["NAME"])
    name = f"{before}_bench"
    _maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _maintain("CREATE DATABASE {}", name)
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _drop(name)


def _drop(name: str) -> None:
    """The plain command sends autovacuum away, which only a superuser may do by force; sessions of ours that
    were left behind by a failure are ended by force."""
    try:
        _maintain("DROP DATABASE {}", name)
    except OperationalError:
        _maintain("DROP DATABASE {} WITH (FORCE)", name)


def database_url() -> str:
    """The address of Django's present database, for another process."""
    found = connection.get_connection_params()
    user, password = quote(found["user"]), quote(str(found.get("password") or ""))
    return f"postgresql://{user}:{password}@{found['host']}:{found['port']}/{found['dbname']}"


def _rate(deed: Deed, clients: int, seconds: float) -> float:
    def work(_: int) -> int:
        done = 0
        try:
            with _session() as session:
                for _warm in range(10):
                    deed(session)
                end = time.perf_counter() + seconds
                while time.perf_counter() < end:
                    deed(session)
                    done += 1
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(work, range(clients))) / seconds


@contextmanager
def _session() -> Iterator[Session]:
    params = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    with psycopg.connect(**params, autocommit=True, cursor_factory=psycopg.ClientCursor) as session:
        yield session


def _maintain(statement: str, name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
