"""Starts ``manage.py up`` as a person would, in a process of its own. Imports nothing of the product."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = re.compile(
    r"ALLOWED_HOSTS|BANK_\w+|BASE_URL|BEHIND_PROXY|DATA_DIR|DATABASE_\w+|DEBUG|DEMO|DJANGO_\w+|EVIDENCE_DIR"
    r"|FIELD_KEYS|HOST|PORT|REDIS_URL|SANDBOX_\w+|SECRET_KEY|COV_\w+|PYTEST_\w+"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a terminal: none of the variables that this test run itself was given."""
    return {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)} | more


@dataclass(frozen=True)
class Site:
    """A running ``up``."""

    url: str
    bank: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Demo accounts by user name: username, password, role, what_to_try."""
        told = json.loads((self.data / "demo_accounts.json").read_text(encoding="utf-8"))
        return {account["username"]: account for account in told["accounts"]}

    @property
    def state(self) -> dict[str, Any]:
        """What ``up`` wrote down: ``pid``, ``processes`` (pid by name), ``environment``."""
        found: dict[str, Any] = json.loads((self.data / "state.json").read_text(encoding="utf-8"))
        return found

    def manage(self, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """A ``manage.py`` command against this site, while it runs."""
        return manage(*words, env={"DATA_DIR": str(self.data)}, timeout=timeout)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def manage(*words: str, env: Mapping[str, str], timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings(**env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def folder() -> Iterator[Path]:
    """A place for an installation that PostgreSQL's account can reach, even when we are root."""
    made = Path(tempfile.mkdtemp(prefix="nontunai-e2e-", dir="/var/tmp"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def start(data: Path, **env: str) -> Site:
    """Start ``up`` and return when it says that it is ready."""
    port, bank_port = free_port(), free_port()
    log = data / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "up", "--data", str(data)),
                *("--port", str(port), "--bank-port", str(bank_port)),
            ],
            cwd=ROOT,
            env=surroundings(**env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    site = Site(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bank_port}", data, log, process)
    _wait_until_ready(site)
    return site


def _wait_until_ready(site: Site) -> None:
    deadline = time.monotonic() + 600
    while "Siap dalam" not in site.said():
        if site.process.poll() is not None or time.monotonic() > deadline:
            site.process.kill()
            raise AssertionError(f"'up' did not become ready:\n{site.said()[-4000:]}")
        time.sleep(0.1)


def stop(site: Site) -> int:
    """Ctrl-C; the exit code."""
    site.process.send_signal(signal.SIGINT)
    try:
        return site.process.wait(90)
    except subprocess.TimeoutExpired:
        site.process.kill()
        raise AssertionError(f"'up' did not end after Ctrl-C:\n{site.said()[-4000:]}") from None


@contextmanager
def running(**env: str) -> Iterator[Site]:
    """A site of one's own, with extra environment variables; it must end well."""
    with folder() as data:
        site = start(data, **env)
        try:
            yield site
        finally:
            if site.process.poll() is None:
                assert stop(site) == 0, site.said()[-4000:]
