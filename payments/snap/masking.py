"""Message bodies as screens and exports may show them, pure: numbers and names of people masked."""

from __future__ import annotations

import re
from typing import Any

_PERSONAL = re.compile(
    r"(customer|payer|destination|beneficiary|source|account|phone|mobile|email|virtualaccount)\w*"
    r"|.*(name|email|phone|accountno|cardtoken)$",
    re.IGNORECASE,
)
_HARMLESS = frozenset({"accounttype", "merchantname", "acquirername", "accesstoken"})
_SECRET = re.compile(r"(access|refresh)?token|.*secret|.*signature", re.IGNORECASE)


def masked(value: Any, name: str = "") -> Any:
    """``value`` with texts and numbers under personal names reduced to their last three characters."""
    if isinstance(value, dict):
        return {member: masked(inside, str(member)) for member, inside in value.items()}
    if isinstance(value, list):
        return [masked(inside, name) for inside in value]
    if value is None or isinstance(value, bool):
        return value
    if _SECRET.fullmatch(name):
        return "•••"
    if name.lower() not in _HARMLESS and _PERSONAL.fullmatch(name):
        return mask(str(value))
    return value


def mask(text: str) -> str:
    return f"•••{text[-3:]}" if len(text) > 6 else "•••"
