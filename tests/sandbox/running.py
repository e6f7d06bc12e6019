"""The sandbox bank as it really runs: another process, a database and a login of its own, real HTTP."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import urllib3
from django.conf import settings
from psycopg import sql

from config.local import credentials
from tests.sandbox.counters import Counters, Page
from tests.sandbox.receiver import App
from tests.sandbox.wire import SnapClient

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Closed:
    """A closed business day with its two files as text."""

    day: str
    settlement: str
    statement: str


@dataclass
class Bank(Counters):
    """The running bank, and what tests do with it."""

    url: str
    app: App
    credentials: dict[str, Any]
    credentials_path: Path
    database_url: str
    environment: dict[str, str]
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def client(self, side: str = "ours", *, timeout: float = 20) -> SnapClient:
        """A client of ``ours`` or of the ``guest``; a token serves for ten minutes of tests."""
        client = SnapClient(self.url, self.credentials[side], timeout=timeout)
        token, until = self.tokens.get(side, ("", 0.0))
        if time.monotonic() > until:
            token = client.log_in()
            self.tokens[side] = (token, time.monotonic() + 600)
        client.token = token
        return client

    def press(self, reference_no: str, outcome: str, **fields: Any) -> Page:
        """Pay a QRIS on the phone page with the outcome chosen; the page that follows."""
        browser = self.browser()
        return browser.post(browser.get(f"/qris/{reference_no}/"), outcome=outcome, **fields)

    def answers(self, result: str, count: int, *, seconds: float = 15) -> list[str]:
        """The response codes the app gave to the notices of a press, once there are ``count`` of them."""
        until = time.monotonic() + seconds
        codes: list[str] = []
        while len(codes) < count and time.monotonic() < until:
            time.sleep(0.1)
            codes = [item["data-code"] for item in self.browser().get(result).marked("attempt")]
        return codes

    def behave(self, service: str, mode: str, *, case: str = "", times: int = 1, seconds: int = 0) -> Page:
        browser = self.browser()
        page = browser.get("/perilaku/")
        return browser.post(page, service=service, mode=mode, case=case, times=times, seconds=seconds)

    plan = behave

    def open_day(self) -> str:
        return self.browser().get("/hari/").fields()["day"]

    def close_day(self, *troubles: str) -> Closed:
        """Press "Tutup hari" and download both files."""
        browser = self.browser()
        page = browser.get("/hari/")
        day = page.fields()["day"]
        after = browser.post(page, "/hari/tutup/", day=day, troubles=troubles)
        names = [after.marked(f"{kind}-{day}")[0]["href"] for kind in ("settlement", "statement")]
        return Closed(day, *(browser.get(quote(name)).text for name in names))

    def manage(self, *words: str) -> str:
        """A Django command of the bank; its output."""
        return _manage(self.environment, *words)


@contextmanager
def running_bank(folder: Path) -> Iterator[Bank]:
    """Start it, with the tests' own receiver in the place of the app; stop it and drop its database."""
    app = App()
    port = free_port()
    path = credentials.ensure(
        folder / "sandbox-credentials.json", bank_url=f"http://127.0.0.1:{port}", app_url=app.url
    )
    secret = json.loads(path.read_text())
    app.bank = secret["bank"]
    with _own_database() as database_url:
        environment = _environment(path, database_url)
        _manage(environment, "migrate", "--verbosity=0")
        with _serving(port, environment, folder / "bank.log"):
            yield Bank(f"http://127.0.0.1:{port}", app, secret, path, database_url, environment)
    app.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(path: Path, database_url: str) -> dict[str, str]:
    """What the launcher gives the bank: nothing of the product's, above all no DATABASE_URL."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DEMO": "1",
        "SANDBOX_DATABASE_URL": database_url,
        "SANDBOX_CREDENTIALS": str(path),
        "SANDBOX_SILENCE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "config.settings_sandbox",
    }


def _manage(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "django", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


@contextmanager
def _serving(port: int, environment: dict[str, str], log: Path) -> Iterator[None]:
    words = (
        "--interface wsgi config.wsgi_sandbox:application --host 127.0.0.1 --workers 2 --blocking-threads 4"
    )
    command = [sys.executable, "-m", "granian", *words.split(), "--no-ws", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_answering(f"http://127.0.0.1:{port}/sehat", process, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_answering(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(urllib3.exceptions.HTTPError):
            if urllib3.request("GET", url, retries=False, timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"Bank uji coba tidak menyala:\n{log.read_text()}")


@contextmanager
def _own_database() -> Iterator[str]:
    """A database with a login that owns it and nothing else, on the server of the tests."""
    name, password = f"bank_{secrets.token_hex(6)}", secrets.token_urlsafe(12)
    role = sql.Identifier(name)
    with _maintenance() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
    server = settings.DATABASES["default"]
    try:
        place = f"{server['HOST'] or '127.0.0.1'}:{server['PORT'] or 5432}"
        yield f"postgresql://{name}:{password}@{place}/{name}"
    finally:
        with _maintenance() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(role))
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def _maintenance() -> psycopg.Connection:
    server = settings.DATABASES["default"]
    return psycopg.connect(
        host=server["HOST"],
        port=server["PORT"],
        user=server["USER"],
        password=server["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
