"""A bank on a real socket that does as it is told, one scripted act for each request."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

TOKEN_PATH = "/v1.0/access-token/b2b"


@dataclass
class Heard:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Act = Callable[[socket.socket, Heard], None]


@dataclass
class ScriptedBank:
    """``acts`` are played in order, the last one again and again; token requests have acts of their own."""

    acts: list[Act] = field(default_factory=list)
    token_acts: list[Act] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [request.path for request in self.heard]

    def last(self) -> Heard:
        return self.heard[-1]


def answer(status: int, body: dict[str, Any] | bytes, **headers: str) -> Act:
    """Answer at once and close."""

    def act(connection: socket.socket, _: Heard) -> None:
        connection.sendall(response(status, body, **headers))

    return act


def response(status: int, body: dict[str, Any] | bytes, **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\nConnection: close\r\n{head}\r\n".encode() + content


def token(value: str = "token-1", **body: Any) -> Act:
    said = {"responseCode": "2007300", "responseMessage": "Successful", "accessToken": value}
    return answer(200, {**said, "tokenType": "Bearer", "expiresIn": "900", **body})


def silent(connection: socket.socket, _: Heard) -> None:
    """Say nothing for longer than anybody waits."""
    connection.settimeout(5)
    connection.recv(1)


def hang_up(connection: socket.socket, _: Heard) -> None:
    """Close without a word."""


def drip(content: bytes, *, pause: float = 0.05) -> Act:
    """Send one byte at a time."""

    def act(connection: socket.socket, _: Heard) -> None:
        for byte in content:
            connection.sendall(bytes([byte]))
            time.sleep(pause)

    return act


@contextmanager
def running(bank: ScriptedBank) -> Iterator[ScriptedBank]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bank.port = listener.getsockname()[1]
        threading.Thread(target=_serve, args=(listener, bank), daemon=True).start()
        yield bank
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, bank: ScriptedBank) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, bank), daemon=True).start()


def _talk(connection: socket.socket, bank: ScriptedBank) -> None:
    with connection:
        try:
            stream = bank.tls.wrap_socket(connection, server_side=True) if bank.tls else connection
            with stream:
                request = _read(stream)
                bank.heard.append(request)
                acts = bank.token_acts if request.path.endswith(TOKEN_PATH) else bank.acts
                act = acts.pop(0) if len(acts) > 1 else acts[0]
                act(stream, request)
        except OSError:
            return


def _read(connection: socket.socket) -> Heard:
    with connection.makefile("rb") as stream:
        method, path, _ = stream.readline().decode().split(" ")
        headers = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = stream.read(int(headers.get("content-length", "0")))
    return Heard(method, path, headers, body)
