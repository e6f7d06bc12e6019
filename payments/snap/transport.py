"""One HTTP exchange with a bank: three seconds to connect, ten in all, no redirects, one megabyte at most.

urllib3's read time-out starts again with every byte; so a timer cuts the connection at the deadline, however
slowly a bank drips. TLS 1.3: SNAP's fallback to 1.2 ended on 30 June 2026.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import TLSVersion
from typing import Any, Literal

import urllib3
from urllib3 import exceptions as http
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_SECONDS = 3
TOTAL_SECONDS = 10
LARGEST_ANSWER = 1_000_000

Trouble = Literal["address", "refused", "connect_timeout", "tls", "timeout", "broken", "too_large"]
CONNECTION_FAILURES = frozenset({"address", "refused", "connect_timeout", "broken"})
"""Troubles after which asking again at once may help; a time-out is not one of them."""


class TransportError(Exception):
    """No usable HTTP answer came. ``trouble`` is for programs, the text is Indonesian."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        super().__init__(text)
        self.trouble = trouble


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class _Deadline:
    """Cuts the connection in use by this thread when the time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: HTTPConnection | None = None
        self._over = False
        self.passed = False
        self._timer = threading.Timer(TOTAL_SECONDS, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        _local.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            self._connection = None
        _local.deadline = None

    def watch(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._connection = connection
        if self.passed:
            raise http.TimeoutError("deadline")

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            found = getattr(self._connection, "sock", None)
            if self._over or found is None:
                return
            try:
                socket.socket.shutdown(found, socket.SHUT_RDWR)
            except OSError:
                return


_local = threading.local()


def _watch(connection: HTTPConnection) -> None:
    deadline = getattr(_local, "deadline", None)
    if deadline is not None:
        deadline.watch(connection)


class _WatchedHttp(HTTPConnection):
    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self)
        super().request(*args, **kwargs)


class _WatchedHttps(HTTPSConnection):
    def connect(self) -> None:
        _watch(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self)
        super().request(*args, **kwargs)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _WatchedHttp


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _WatchedHttps


_pool = urllib3.PoolManager(
    num_pools=20,
    maxsize=8,
    retries=False,
    timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=TOTAL_SECONDS),
    cert_reqs="CERT_REQUIRED",
    ssl_minimum_version=TLSVersion.TLSv1_3,
)
_pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def send(method: str, url: str, headers: Mapping[str, str], content: bytes) -> Reply:
    """The bank's answer, whatever its status. Raises TransportError."""
    started = time.monotonic()
    with _Deadline() as deadline:
        try:
            response = _pool.request(
                method, url, headers=dict(headers), body=content, redirect=False, preload_content=False
            )
            reply = _read(response)
        except (http.HTTPError, OSError, ValueError) as error:
            raise _told(error, deadline.passed or time.monotonic() - started >= TOTAL_SECONDS) from error
    if deadline.passed:
        raise TransportError("timeout", f"Bank tidak menjawab lengkap dalam {TOTAL_SECONDS} detik.")
    return reply


def _read(response: urllib3.BaseHTTPResponse) -> Reply:
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        response.close()
        raise TransportError("too_large", "Jawaban bank melebihi 1 MB.")
    response.release_conn()
    return Reply(response.status, dict(response.headers), body)


def _told(error: Exception, late: bool) -> TransportError:
    match error:
        case http.NameResolutionError():
            return TransportError("address", "Nama alamat bank tidak ditemukan.")
        case http.NewConnectionError():
            return TransportError("refused", "Sambungan ke bank ditolak.")
        case http.ConnectTimeoutError() if not late:
            return TransportError(
                "connect_timeout", f"Bank tidak dapat dihubungi dalam {CONNECT_SECONDS} detik."
            )
        case http.SSLError():
            return TransportError("tls", "Sambungan TLS gagal: sertifikat atau versi TLS bank ditolak.")
        case http.LocationParseError() | http.LocationValueError() | http.URLSchemeUnknown():
            return TransportError("address", "Alamat bank tidak sah.")
        case http.TimeoutError():
            return TransportError("timeout", f"Bank tidak menjawab dalam {TOTAL_SECONDS} detik.")
    if late:
        return TransportError("timeout", f"Bank tidak menjawab dalam {TOTAL_SECONDS} detik.")
    return TransportError("broken", "Bank memutus sambungan sebelum jawabannya lengkap.")
