"""Databases for tests that commit: put back by cloning, since the ledger rightly refuses TRUNCATE.

The first test marked ``django_db(transaction=True)`` keeps a copy of the clean test database (pytest-django
runs those tests last); after each of them the test database is dropped and cloned from that copy. Each xdist
worker has its own test database and so its own copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker


def copy_database(source: str, target: str) -> None:
    """Make ``target`` a copy of ``source``; an older ``target`` goes, and so do connections to either."""
    connections.close_all()
    with _maintenance() as run:
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", target)
        run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {!r}", source)
        run("CREATE DATABASE {} TEMPLATE {}", target, source)


def drop_database(name: str) -> None:
    with _maintenance() as run:
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def another_database(*, template: bool = False) -> Iterator[None]:
    """Point Django's connection at a database of its own, dropped afterwards: without tables, or a copy of
    the one at hand."""
    before = str(connection.settings_dict["NAME"])
    name = f"{before}_lain"
    if template:
        copy_database(before, name)
    else:
        connections.close_all()
        with _maintenance() as run:
            run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            run("CREATE DATABASE {}", name)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
        drop_database(name)


@contextmanager
def _maintenance() -> Iterator[Any]:
    """Run statements outside any transaction and outside the databases they speak of."""
    with connection._nodb_cursor() as cursor:

        def run(statement: str, *names: str) -> None:
            literal = "{!r}" in statement
            words = [sql.Literal(name) if literal else sql.Identifier(name) for name in names]
            cursor.execute(sql.SQL(statement.replace("{!r}", "{}")).format(*words))

        yield run


class _Clean:
    """The name of the clean copy, once there is one."""

    name: str | None = None


def _keep_clean_copy(_test_class: type[TransactionTestCase]) -> None:
    if _Clean.name is None:
        name = str(connection.settings_dict["NAME"])
        copy_database(name, f"{name}_bersih")
        _Clean.name = f"{name}_bersih"


def _put_back(_test: TransactionTestCase) -> None:
    assert _Clean.name is not None
    copy_database(_Clean.name, str(connection.settings_dict["NAME"]))


def _drop_at_the_end(_creation: DatabaseCreation, name: str, _verbosity: int) -> None:
    """A thread of a live server may still hold a connection when the last test has ended."""
    drop_database(name)


@pytest.fixture(scope="session", autouse=True)
def _transactional_tests_clone(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(_keep_clean_copy))
        patch.setattr(TransactionTestCase, "_fixture_teardown", _put_back)
        patch.setattr(DatabaseCreation, "_destroy_test_db", _drop_at_the_end)
        yield
    if _Clean.name is not None:
        with django_db_blocker.unblock():
            drop_database(_Clean.name)
