"""A real hot standby, streamed from the server that the tests use."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

from config import env
from config.local.postgres import Postgres
from config.local.spawn import end
from config.replica import standing


@dataclass
class Login:
    user: str
    password: str
    port: int


class Standby(Postgres):
    """Copied by pg_basebackup; it follows until it is stopped."""

    def __init__(self, folder: Path, of: Login) -> None:
        self.of = of
        super().__init__(folder, folder / "standby.log", of.password, throw_away=True)

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(self.of.user, self.of.password, database)

    def copy(self) -> None:
        self.cluster.parent.mkdir()
        if self.account:
            os.chown(self.cluster.parent, *self.account)
        source = psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.of.port, user=self.of.user, password=self.of.password
        )
        done = self._run(
            "pg_basebackup", "-d", source, "-D", self.cluster, "--checkpoint=fast", "--wal-method=stream",
            "--write-recovery-conf", "--no-sync",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def drop(self) -> None:
        """At once; nobody will start it again."""
        if self._process:
            end(self._process, politely=signal.SIGQUIT, seconds=10)

    def halt(self) -> None:
        """As a machine that hangs: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.killpg(self.pid, number)
        for children in Path(f"/proc/{self.pid}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), number)


def primary() -> Login:
    told = connections["default"].settings_dict
    return Login(told["USER"], told["PASSWORD"], int(told["PORT"]))


def name_it(server: Standby) -> None:
    """As DATABASE_REPLICA_URL does, for the test's own database."""
    default = connections["default"].settings_dict
    url = server.url(server.of.user, server.of.password, default["NAME"])
    connections.settings[standing.ALIAS] = {**default, **env.replica(url), "TEST": default["TEST"]}


def forget_it() -> None:
    connections[standing.ALIAS].close()
    del connections[standing.ALIAS]
    del connections.settings[standing.ALIAS]


def until_it_follows(seconds: float = 20) -> None:
    """Wait until all that is committed now can be read there."""
    standing.pulse()
    wanted = standing.written_until()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        standing._Rest.until = 0
        found = standing.standing()
        if found and found.position >= wanted:
            return
        time.sleep(0.05)
    raise TimeoutError("the standby did not follow")


def replay(server: Standby, function: str) -> None:
    """pg_wal_replay_pause or pg_wal_replay_resume, as the superuser of that server."""
    with psycopg.connect(server.admin_url(), autocommit=True) as run:
        run.execute(f"SELECT {function}()")


class Seen:
    """Whether each statement that a connection ran was run by a server in recovery."""

    def __init__(self) -> None:
        self.in_recovery: list[bool] = []

    def __call__(self, execute: Any, query: Any, params: Any, many: bool, context: Any) -> Any:
        raw = context["connection"].connection
        (told,) = raw.execute("SELECT pg_is_in_recovery()").fetchone()
        self.in_recovery.append(bool(told))
        return execute(query, params, many, context)
