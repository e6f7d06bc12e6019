"""How one file writes its days and amounts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from opd.office.tabular.numbers import NotAnAmount, Style, plain
from opd.office.tabular.table import Cell

OUT, IN = frozenset({"d", "db", "debit", "debet"}), frozenset({"k", "c", "cr", "kr", "kredit", "credit"})
_SUFFIX = re.compile(r"(.*\d\)?)\s*(DB|CR|D|K|C)\.?", re.IGNORECASE | re.DOTALL)
_SLASHED = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?", re.ASCII
)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
_WORDED = re.compile(r"(\d{1,2})[ -]([A-Za-z]+)[ -](\d{2}|\d{4})", re.ASCII)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb february", "maret mar march", "april apr", "mei may",
            "juni jun june", "juli jul july", "agustus agu ags agt aug august", "september sep sept",
            "oktober okt oct october", "november nov", "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def order(cells: Iterable[Cell]) -> str | None:
    """How slashed dates are written: "dmy" or "mdy"; "" where there are none; None where nothing decides."""
    pairs = [
        (int(found[1]), int(found[2]))
        for found in (_SLASHED.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str))
        if found
    ]
    if not pairs:
        return ""
    if any(first > 12 for first, _ in pairs):
        return "dmy"
    return "mdy" if any(second > 12 for _, second in pairs) else None


def bare(text: str) -> tuple[str, str]:
    """An amount without its DB or CR, and that, folded."""
    found = _SUFFIX.fullmatch(text.strip())
    return (found[1], found[2].casefold()) if found else (text, "")


def amount(cell: Cell, style: Style) -> Decimal | None:
    """Rupiah with two places; None where it is no amount, or one with more places."""
    try:
        if isinstance(cell, Decimal):
            found = cell
        elif isinstance(cell, str):
            found = Decimal(plain(bare(cell)[0], style))
        else:
            return None
    except NotAnAmount:
        return None
    exact = found.quantize(Decimal("0.01")) if abs(found) < Decimal(10) ** 16 else None
    return exact if exact == found else None


def day(text: str, order: str) -> date | None:
    """A day as banks write it; ``order`` decides slashed ones. None where it is none."""
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _WORDED.fullmatch(text):
            month = _MONTHS.get(found[2].casefold())
            return date(_year(found[3]), month, int(found[1])) if month else None
        if found := _SLASHED.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            number, month = (second, first) if order == "mdy" else (first, second)
            return date(_year(found[3]), month, number)
    except ValueError:
        return None
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
