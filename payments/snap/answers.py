"""What a bank's answer to a call of ours means, pure: done, not done, or nobody knows.

Only a 2xx answer with exactly the code of success says done; only a well-formed 4xx says not done. Whatever
else comes (5xx, redirects, other codes, broken JSON) leaves open whether the bank acted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from payments.snap.codes import CodeError, Service, parse_response_code, response_code
from payments.snap.jsonobject import BodyError, read_object

Kind = Literal["success", "refused", "unknown"]


@dataclass(frozen=True)
class Answer:
    """``code`` and ``message`` as the bank sent them where they could be read; ``reason`` is ours."""

    kind: Kind
    reason: str = ""
    code: str = ""
    message: str = ""
    body: dict[str, Any] = field(default_factory=dict, repr=False)


def read_answer(service: Service, status: int, content: bytes) -> Answer:
    try:
        body = read_object(content)
        code = parse_response_code(body.get("responseCode"))
    except (BodyError, CodeError) as error:
        return Answer("unknown", f"HTTP {status}, jawaban tidak terbaca: {error}"[:200])
    message = body.get("responseMessage")
    text = message[:150] if isinstance(message, str) else ""
    if 200 <= status < 300 and str(code) == response_code(200, service):
        return Answer("success", "", str(code), text, body)
    if 400 <= status < 500 and code.http == status and code.service == service.code:
        return Answer("refused", f"ditolak {code}", str(code), text, body)
    reason = f"HTTP {status} dengan kode {code} tidak memastikan apa pun"
    return Answer("unknown", reason, str(code), text, body)
