"""The product's web processes for a benchmark, on the database that is measured."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from config.local.ports import free_port
from config.local.processes import PROCESSES
from tests.benchmarks.measuring import database_url


@contextmanager
def served() -> Iterator[int]:
    """The product's web processes on the present database, with a broker database of their own; the port."""
    port = free_port()
    (web,) = [process for process in PROCESSES if process.name == "web"]
    broker = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/9"))
    environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": broker}
    command = [sys.executable, "-m", *web.command({"host": "127.0.0.1", "port": port})]
    with subprocess.Popen(command, env=environment) as server:
        try:
            _await(port)
            yield port
        finally:
            server.terminate()


def _await(port: int) -> None:
    for _ in range(300):
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            wire.request("GET", "/periksa/kunci/")
            wire.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the web process does not answer")
