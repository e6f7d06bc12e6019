"""The bank of these tests on a real socket: tokens by RSA, calls by HMAC, checked by rules of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from payments.snap.codes import Service
from tests.incoming.bank import Bank

TOKEN = "token-bank-uji"
SERVICES = {
    "/v1.0/qr/qr-mpm-generate": Service.QR_GENERATE,
    "/v1.0/qr/qr-mpm-query": Service.QR_QUERY,
    "/v1.0/qr/qr-mpm-cancel": Service.QR_CANCEL,
}


class Wire:
    """``url`` is where the bank listens; ``bank`` decides what it says, None hangs up without a word."""

    def __init__(self, bank: Bank, *, public_key: str, client_secret: str) -> None:
        self.bank = bank
        self.public_key = public_key
        self.client_secret = client_secret
        self.url = ""

    def token(self, headers: Any) -> tuple[int, dict[str, Any]]:
        text = f"{headers['X-CLIENT-KEY']}|{headers['X-TIMESTAMP']}"
        key: Any = load_pem_public_key(self.public_key.encode())
        try:
            given = base64.b64decode(headers["X-SIGNATURE"])
            key.verify(given, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return 401, {"responseCode": "4017300", "responseMessage": "Unauthorized."}
        found = {"accessToken": TOKEN, "tokenType": "Bearer", "expiresIn": "900"}
        return 200, {"responseCode": "2007300", "responseMessage": "Successful", **found}

    def serve(self, path: str, headers: Any, content: bytes) -> tuple[int, dict[str, Any]] | None:
        service = SERVICES[path]
        digest = hashlib.sha256(content).hexdigest()
        text = f"POST:{path}:{TOKEN}:{digest}:{headers['X-TIMESTAMP']}"
        wanted = hmac.new(self.client_secret.encode(), text.encode(), hashlib.sha512).digest()
        if headers["Authorization"] != f"Bearer {TOKEN}" or not hmac.compare_digest(
            base64.b64decode(headers["X-SIGNATURE"]), wanted
        ):
            return 401, {"responseCode": f"401{service.code}00", "responseMessage": "Unauthorized."}
        return self.bank.answer(service, json.loads(content))


@contextmanager
def on_the_wire(wire: Wire) -> Iterator[Wire]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wire))
    server.daemon_threads = True
    wire.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield wire
    server.shutdown()
    server.server_close()


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            token_wanted = self.path == "/v1.0/access-token/b2b"
            found = wire.token(self.headers) if token_wanted else wire.serve(self.path, self.headers, content)
            if found is None:
                self.close_connection = True
                return
            status, body = found
            answer = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
