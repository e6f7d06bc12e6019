"""Personal data in lists and trails: only the last digits are shown."""

from __future__ import annotations


def masked(number: str) -> str:
    """The last four digits of an account or tax number, the rest as dots; empty stays empty."""
    return "•" * min(len(number) - 4, 8) + number[-4:] if len(number) > 4 else "•" * len(number)
