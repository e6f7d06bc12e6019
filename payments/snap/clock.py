"""X-TIMESTAMP of SNAP: ISO 8601 with a zone. The text as received is what gets signed, never a rewrite."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))
_FORM = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})", re.ASCII)


class TimestampError(ValueError):
    """The text is not a timestamp of SNAP."""


def parse_timestamp(text: str) -> datetime:
    """``2026-11-24T14:05:00+07:00``, with ``Z`` or a fraction allowed. Raises TimestampError."""
    match = _FORM.fullmatch(text)
    if not match:
        raise TimestampError(f"Waktu tidak sah: {text[:40]!r}. Contoh yang benar: 2026-11-24T14:05:00+07:00.")
    day, clock, fraction, zone = match.groups()
    micro = (fraction or "").ljust(6, "0")[:6]
    try:
        return datetime.fromisoformat(f"{day}T{clock}.{micro}{'+00:00' if zone == 'Z' else zone}")
    except ValueError as error:
        raise TimestampError(f"Waktu tidak ada pada kalender: {text[:40]!r}.") from error


def format_timestamp(at: datetime) -> str:
    """An aware instant as SNAP writes it: whole seconds in WIB, ``2026-11-24T14:05:00+07:00``."""
    if at.tzinfo is None:
        raise ValueError("waktu tanpa zona tidak dapat ditandatangani")
    return at.astimezone(WIB).isoformat(timespec="seconds")
