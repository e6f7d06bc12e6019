"""The facts of printed documents in parts: pairs, sentences and a table under a heading. Pure.

What stands here is frozen when a document is issued; ``spending/print/sections.html`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from payments.money import format_rupiah, terbilang

Column = tuple[str, str]
"""Label and kind: text, money, number or day."""


def section(
    heading: str = "",
    *,
    pairs: Iterable[tuple[str, str]] = (),
    sentences: Iterable[str] = (),
    points: Iterable[str] = (),
    table: dict[str, Any] | None = None,
    new_page: bool = False,
) -> dict[str, Any]:
    """One part of a document; ``points`` are numbered sentences, ``new_page`` begins a sheet."""
    return {
        "heading": heading, "pairs": [list(pair) for pair in pairs], "sentences": list(sentences),
        "points": list(points), "table": table, "new_page": new_page,
    }  # fmt: skip


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], total: Sequence[Any] | None = None
) -> dict[str, Any]:
    """A table as ``documents/table.html`` takes it; amounts stay Decimal until they are frozen."""
    return {
        "columns": [{"label": label, "kind": kind} for label, kind in columns],
        "rows": [list(row) for row in rows],
        "total": list(total) if total else None,
    }


def money(amount: Decimal) -> str:
    return format_rupiah(amount)


def words(amount: Decimal) -> str:
    text = terbilang(amount)
    return text[:1].upper() + text[1:]


def day(when: date) -> str:
    return str(format_date(when, "d MMMM yyyy", locale="id"))
