"""Real HTTP: a server on a socket over the test's own database connection, and bytes counted as they come."""

from __future__ import annotations

import gzip
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIServer

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

BROWSER = (
    "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: id-ID,id;q=0.9\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 8.1.0) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36\r\n"
)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The site with its middleware (static files by whitenoise), on a free port: "127.0.0.1:…"."""
    shared = connections["default"]
    shared.inc_thread_sharing()
    for moment in (request_started, request_finished):  # the test's transaction must outlive each request
        moment.disconnect(close_old_connections)
    server = WSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(WSGIHandler())

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        for moment in (request_started, request_finished):
            moment.connect(close_old_connections)
        shared.dec_thread_sharing()


def transferred(place: str, path: str, *, cookie: str = "") -> bytes:
    """Everything the server sends for one cold GET, headers included."""
    host, port = place.split(":")
    kept = f"Cookie: {cookie}\r\n" if cookie else ""
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n{BROWSER}{kept}\r\n".encode()
        )
        return b"".join(iter(lambda: line.recv(65536), b""))


def unpacked(answer: bytes) -> str:
    """The page in what the server sent."""
    head, _, content = answer.partition(b"\r\n\r\n")
    return (gzip.decompress(content) if b"content-encoding: gzip" in head.lower() else content).decode()


def linked(html: str) -> list[str]:
    """What a browser loads for a page: sheets, scripts, pictures, and the favicon."""
    found = re.findall(r'<(?:link|script|img)[^>]+?(?:href|src)="([^"]+)"', html)
    return sorted({urlsplit(path).path for path in found} | {"/favicon.ico"})
