"""Card numbers: six first and four last digits are told and kept, what is between never. Pure."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d{6})(?:[*xX•]{2,9}|\d{6,9})(\d{4})", re.ASCII)


def digits(number: str) -> tuple[str, str] | None:
    """The first six and last four digits of a card number, whole or masked; None where it is no such
    number."""
    found = _NUMBER.fullmatch(re.sub(r"[\s-]", "", number))
    return (found[1], found[2]) if found else None
