"""A stand-in for the app's side: it checks what the bank sends by rules of its own and remembers it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

from tests.sandbox.wire import body_digest, hmac512, rsa_is_good, stamp

TOKEN_PATH = "/snap/v1.0/access-token/b2b"
NOTIFY_PATH = "/snap/v1.0/qr/qr-mpm-notify"
TOKEN = "token-dari-aplikasi"


@dataclass(frozen=True)
class Received:
    """A notice as it came, and what was answered."""

    headers: dict[str, str]
    content: bytes
    code: str

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def external_id(self) -> str:
        return self.headers["X-EXTERNAL-ID"]


class App:
    """The app of the tests. ``forward_to`` hands each call on to a real server (its address) instead."""

    def __init__(self) -> None:
        self.bank: dict[str, Any] = {}
        self.received: list[Received] = []
        self.answers: dict[str, list[tuple[int, str] | None]] = {}
        self.forward_to: str | None = None
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def will_answer(self, reference_no: str, *answers: tuple[int, str] | None) -> None:
        """The next notices about a QRIS get these (HTTP status, response code); None hangs up in silence."""
        self.answers[reference_no] = list(answers)

    def notices(self, reference_no: str, count: int, *, seconds: float = 15) -> list[Received]:
        """The notices about one QRIS, once there are ``count`` of them."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                found = [item for item in self.received if reference_no.encode() in item.content]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{len(found)} berita, bukan {count}, untuk {reference_no}")

    def token(self, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        text = f"{headers['X-CLIENT-KEY']}|{headers['X-TIMESTAMP']}"
        if headers["X-CLIENT-KEY"] != self.bank["client_id"] or not rsa_is_good(
            self.bank["public_key"], headers["X-SIGNATURE"], text
        ):
            return 401, {"responseCode": "4017300", "responseMessage": "Unauthorized."}
        return 200, {
            "responseCode": "2007300",
            "responseMessage": "Successful",
            "accessToken": TOKEN,
            "tokenType": "Bearer",
            "expiresIn": "900",
        }

    def notice(self, headers: dict[str, str], content: bytes) -> tuple[int, dict[str, Any]] | None:
        token = headers["Authorization"].removeprefix("Bearer ")
        if token != TOKEN:
            return 401, {"responseCode": "4015201", "responseMessage": "Invalid Token (B2B)"}
        with self._lock:
            planned: tuple[int, str] | None = self._judge(headers, content)
            if waiting := self.answers.get(json.loads(content)["originalReferenceNo"]):
                planned = waiting.pop(0)
            self.received.append(Received(headers, content, planned[1] if planned else ""))
        return (planned[0], {"responseCode": planned[1], "responseMessage": "uji"}) if planned else None

    def _judge(self, headers: dict[str, str], content: bytes) -> tuple[int, str]:
        expected = hmac512(
            self.bank["client_secret"],
            *("POST", NOTIFY_PATH, TOKEN, body_digest(content), headers["X-TIMESTAMP"]),
        )
        if headers["X-SIGNATURE"] != expected:
            return 401, "4015200"
        if headers["X-EXTERNAL-ID"] in self._seen:
            return 409, "4095200"
        self._seen.add(headers["X-EXTERNAL-ID"])
        return 200, "2005200"


def _handler(app: App) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.upper(): value for name, value in self.headers.items()}
            headers["Authorization"] = headers.pop("AUTHORIZATION", "")
            if app.forward_to:
                self._reply(*_forward(app.forward_to + self.path, headers, content))
                return
            found = app.token(headers) if self.path == TOKEN_PATH else app.notice(headers, content)
            if found is None:
                self.close_connection = True
                return
            self._reply(found[0], json.dumps(found[1]).encode())

        def _reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-TIMESTAMP", stamp())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _forward(url: str, headers: dict[str, str], content: bytes) -> tuple[int, bytes]:
    kept = {
        name: value
        for name, value in headers.items()
        if name not in {"HOST", "CONTENT-LENGTH", "AUTHORIZATION"}
    }
    response = urllib3.request("POST", url, body=content, headers=kept, retries=False, timeout=20)
    return response.status, response.data
