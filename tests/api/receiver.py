"""A real HTTP server that takes webhooks, and checks their signature by rules of its own."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Taken:
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """As the specification words it: HMAC of msg_id.timestamp.payload, key behind the prefix."""
        key = base64.standard_b64decode(secret.split("_", 1)[1])
        text = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.content])
        version, _, given = self.headers["webhook-signature"].partition(",")
        return version == "v1" and base64.standard_b64decode(given) == hmac.digest(key, text, sha256)


@dataclass
class Receiver:
    """``moods`` are the statuses of the next answers; 0 hangs until the receiver is let go. Then 204."""

    moods: list[int] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)
    on_take: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/kabar?dari=nontunai"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            given = {name.lower(): value for name, value in self.headers.items()}
            receiver.taken.append(Taken(self.path, given, self.rfile.read(length)))
            receiver.on_take()
            mood = receiver.moods.pop(0) if receiver.moods else 204
            if mood == 0:
                receiver.let_go.wait(30)
                return
            self.send_response(mood)
            if mood // 100 == 3:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    return Handler
