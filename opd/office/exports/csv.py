"""CSV for people who open it in a spreadsheet: streamed, UTF-8 with BOM, safe against formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

from opd.office.calendar import WIB

_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")


class _Echo:
    def write(self, value: str) -> str:
        return value


def cell(value: Any) -> str:
    """One value as text: decimals with a dot, ISO days, instants in WIB; text like a formula is quoted.

    Numbers keep their minus sign; only text is guarded (OWASP, CSV injection), reversibly: where a text
    begins with an apostrophe, the first one is ours.
    """
    match value:
        case None:
            return ""
        case bool():
            return "ya" if value else "tidak"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(WIB).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_GUARDED) else text


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The CSV (RFC 4180), a line at a time, so that a million rows need no memory."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download called ``name`` (ASCII, ending in .csv)."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
