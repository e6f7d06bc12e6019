"""Calendars as RFC 5545 writes them. Pure: CRLF, lines of at most 75 octets, text escaped, UIDs stable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

MOST_OCTETS = 75
PRODUCT = "-//Pemerintah Provinsi Bengkulu//Nontunai//ID"
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\r", "\\n"), ("\n", "\\n"))


@dataclass(frozen=True)
class Event:
    """A whole day, or a moment where ``starts_at`` (aware) is given. ``uid`` names it for ever; ``told_at``
    (aware) is when it was last said, and ``url`` a whole address."""

    uid: str
    day: date
    title: str
    told_at: datetime
    text: str = ""
    url: str = ""
    starts_at: datetime | None = None


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """One VCALENDAR; a reminder rings a day before each event."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}", "X-WR-TIMEZONE:Asia/Jakarta",
    ]  # fmt: skip
    for event in events:
        lines.extend(_event(event))
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{_instant(event.told_at)}"
    yield (
        f"DTSTART:{_instant(event.starts_at)}"
        if event.starts_at
        else f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    )
    yield f"SUMMARY:{escaped(event.title)}"
    if event.text:
        yield f"DESCRIPTION:{escaped(event.text)}"
    if event.url:
        yield f"URL:{_plain(event.url)}"
    yield "TRANSP:TRANSPARENT"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(event.title)}", "TRIGGER:-P1D")
    yield from ("END:VALARM", "END:VEVENT")


def escaped(text: str) -> str:
    """TEXT of RFC 5545 3.3.11; control characters, which it does not know, are dropped."""
    for plain, written in _ESCAPES:
        text = text.replace(plain, written)
    return _plain(text)


def _plain(text: str) -> str:
    return "".join(one for one in text if one == "\t" or (ord(one) >= 32 and ord(one) != 127))


def folded(line: str) -> bytes:
    """A content line with its CRLF, broken so that no part has more than 75 octets and no letter is cut."""
    parts: list[bytes] = [b""]
    for letter in line:
        octets = letter.encode()
        room = MOST_OCTETS if len(parts) == 1 else MOST_OCTETS - 1  # a part that goes on begins with a space
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
