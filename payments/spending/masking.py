"""Personal data in lists and trails: only the last digits are shown."""

from __future__ import annotations


def masked(number: str) -> str:
    """The last four digits of an account or tax number, the rest as dots; empty stays empty."""
    return "•" * min(len(number) - 4, 8) + number[-4:] if len(number) > 4 else "•" * len(number)


def masked_sql(expression: str) -> str:
    """The same as SQL, for exports."""
    return (
        f"CASE WHEN length({expression}) > 4"
        f" THEN repeat('•', least(length({expression}) - 4, 8)) || right({expression}, 4)"
        f" ELSE repeat('•', length({expression})) END"
    )


def card_sql(card: str) -> str:
    """A card's number as screens show it (5264 22•• •••• 1234), of a table alias with first6 and last4."""
    return f"left({card}.first6, 4) || ' ' || right({card}.first6, 2) || '•• •••• ' || {card}.last4"
