"""One standby for each file of tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from config.local.installation import private_folder
from config.replica import standing
from tests.replica.standby import Standby, forget_it, name_it, primary, replay, until_it_follows


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standby]:
    """Named for the whole file, before any test's database is opened; hence ``databases="__all__"``."""
    place = Path(tempfile.mkdtemp(prefix="nontunai-test-replica-"))
    folder = private_folder(place, passable=True)
    with django_db_blocker.unblock():
        made = Standby(folder, primary())
    try:
        made.copy()
        made.start()
        name_it(made)
        yield made
        forget_it()
    finally:
        made.drop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def replica(server: Standby, transactional_db: None) -> Iterator[Standby]:
    """The standby as the product's replica, at the primary's heels when the test begins."""
    try:
        until_it_follows()
        yield server
    finally:
        if server.pid:
            server.go_on()
            replay(server, "pg_wal_replay_resume")
        else:
            server.start()
        standing._Rest.until = 0
