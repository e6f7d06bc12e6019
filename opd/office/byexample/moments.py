"""When a transaction was, as acquirers write it. Pure; what names no zone is WIB."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from opd.office.byexample import cells
from opd.office.tabular.table import Cell, shown

WIB = timezone(timedelta(hours=7))
_DAY_AND_CLOCK = re.compile(
    r"(.+?)(?:,? +|T)(\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,6})?)?)(?: ?WIB)?", re.ASCII
)
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_COMPACT = re.compile(r"(\d{8})[ T]?(\d{6})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,6})?)?(?: ?WIB)?", re.ASCII)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})?", re.ASCII)


def day_part(text: str) -> str:
    """What a text says besides the clock."""
    found = _DAY_AND_CLOCK.fullmatch(text.strip())
    return found[1] if found else text.strip()


def day(cell: Cell, order: str) -> date | None:
    """The day in a cell, with or without a clock; ``order`` decides slashed ones. None where it is none."""
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        text = _text(cell)
        compact = _COMPACT.fullmatch(text)
        bare = compact[1] if compact else day_part(text)
        found = cells.day(f"{bare[:4]}-{bare[4:6]}-{bare[6:]}" if compact else bare, order)
    return found if found and 2000 <= found.year <= 2099 else None


def day_alone(cell: Cell, order: str) -> date | None:
    """The day in a cell that says no hour."""
    text = _text(cell)
    compact = _COMPACT.fullmatch(text)
    says_hour = bool(compact[2]) if compact else day_part(text) != text
    return None if says_hour else day(cell, order)


def clock(cell: Cell) -> time | None:
    """The hour, minute and second in a cell of their own. None where it is none."""
    if isinstance(cell, datetime):
        return cell.time()
    text = _text(cell)
    if isinstance(cell, Decimal):
        text = text.zfill(6)  # a workbook's number has lost its first nought
    found = _CLOCK.fullmatch(text) or _DIGITS.fullmatch(text)
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
    except ValueError:
        return None


def moment(cell: Cell, order: str) -> datetime | None:
    """The instant in a cell that holds day and clock. None where one of them is not there."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or WIB)
    text = _text(cell)
    if _ZONED.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(WIB)
        except ValueError:
            return None
    compact, parts = _COMPACT.fullmatch(text), _DAY_AND_CLOCK.fullmatch(text)
    at = clock(compact[2] or "") if compact else clock(parts[2]) if parts else None
    on = day(cell, order)
    return datetime.combine(on, at, WIB) if on and at is not None else None


def _text(cell: Cell) -> str:
    return " ".join(shown(cell).replace("\u00a0", " ").split())
