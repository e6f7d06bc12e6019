"""Reading the members of a SNAP body: what is absent or malformed is refused with its exact case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments.money import MoneyError, from_snap
from payments.sandbox.door import Refusal
from payments.snap.clock import TimestampError, parse_timestamp


def text(body: Mapping[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    """Printable ASCII of at most ``longest`` characters; empty where absent. Raises Refusal."""
    value = body.get(name, "")
    if value is None or value == "":
        if needed:
            raise Refusal(400, "02", name)
        return ""
    if not isinstance(value, str) or len(value) > longest or not (value.isascii() and value.isprintable()):
        raise Refusal(400, "01", name)
    return value


def read_amount(body: Mapping[str, Any], name: str) -> Decimal:
    """An amount object above zero, in rupiah. Raises Refusal."""
    if body.get(name) is None:
        raise Refusal(400, "02", name)
    try:
        amount = from_snap(body[name])
    except MoneyError as error:
        raise Refusal(400, "01", name) from error
    if not amount:
        raise Refusal(404, "13")
    return amount


def read_timestamp(body: Mapping[str, Any], name: str) -> datetime:
    try:
        return parse_timestamp(text(body, name, 29, needed=True))
    except TimestampError as error:
        raise Refusal(400, "01", name) from error


def additional(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """``additionalInfo`` as an object; empty where absent. Raises Refusal."""
    found = body.get("additionalInfo") or {}
    if not isinstance(found, Mapping):
        raise Refusal(400, "01", "additionalInfo")
    return found


def extra(body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """``additionalInfo`` comes back as it was sent, with what the bank adds."""
    sent = body.get("additionalInfo", {})
    return {"additionalInfo": {**sent, **more} if isinstance(sent, Mapping) else sent}
