"""One POST to a receiver, at the judged address: three seconds, no redirects, the status alone is read."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from tp2dd.api.webhooks.targets import Target

SECONDS = 3.0


@dataclass(frozen=True)
class Outcome:
    """``status`` is None where no HTTP answer came; then ``trouble`` says why, in Indonesian.

    ``address`` is where the connection went, "" where none came about.
    """

    status: int | None
    trouble: str
    duration_ms: int = 0
    address: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Never raises for what the other side does."""
    started = time.monotonic()
    status, trouble, address = None, "", ""
    try:
        with _connected(target, started) as plain:
            address = str(plain.getpeername()[0])
            status = _exchange(plain, target, headers, body)
    except ssl.SSLError:
        trouble = "Sambungan TLS gagal: sertifikat penerima ditolak."
    except (OSError, http.client.HTTPException):
        trouble = "Sambungan ditolak atau diputus."
    spent = time.monotonic() - started
    if status is None and spent >= SECONDS:
        trouble = f"Penerima tidak menjawab dalam {SECONDS:.0f} detik."
    return Outcome(status, trouble, int(spent * 1000), address)


def _connected(target: Target, started: float) -> socket.socket:
    """A connection to the first of the addresses that takes one. Raises OSError."""
    refused: OSError = TimeoutError()
    for address in target.addresses:
        left = started + SECONDS - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((str(address), target.port), timeout=left)
        except OSError as error:
            refused = error
    raise refused


def _exchange(plain: socket.socket, target: Target, headers: Mapping[str, str], body: bytes) -> int:
    plain.settimeout(SECONDS)
    cut = threading.Timer(SECONDS, _cut, [plain])
    cut.daemon = True
    cut.start()
    try:
        return _ask(_secured(plain, target), target, headers, body)
    finally:
        cut.cancel()


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    if not target.secure:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _ask(wire: socket.socket, target: Target, headers: Mapping[str, str], body: bytes) -> int:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = wire
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()


def _cut(wire: socket.socket) -> None:
    """A receiver that drips its answer is cut off all the same."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
