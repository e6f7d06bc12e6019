"""Calendars keep RFC 5545: CRLF, 75 octets, letters whole, and every text comes back as it was."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from tp2dd.secretariat import ics
from tp2dd.secretariat.ics import Event

AT = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def read(written: str) -> str:
    """TEXT as a calendar program reads it."""
    known = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: known.get(found[1], found[1]), written)


def kept(text: str) -> str:
    """What must survive: line ends as one, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\t\n" or (ord(one) >= 32 and ord(one) != 127))


@given(TEXTS, TEXTS)
@example("Rapat; agenda, \\n bukan baris\r\nbaru", "é" * 200)
@example("\x00\x07\x7f", "\u2028😀" * 40)
def test_every_text_comes_back_from_short_lines(title: str, text: str) -> None:
    content = ics.calendar("Tenggat", [Event("a-1@x", date(2026, 7, 7), title, AT, text)])
    assert content.endswith(b"\r\n")
    parts = content[:-2].split(b"\r\n")
    assert all(len(part) <= ics.MOST_OCTETS for part in parts)
    assert not any(b"\r" in part or b"\n" in part for part in parts)
    for part in parts:
        part.decode()  # no letter is cut
    lines = unfolded(content)
    assert read(next(one for one in lines if one.startswith("SUMMARY:"))[8:]) == kept(title)
    told = [read(one[12:]) for one in lines if one.startswith("DESCRIPTION:")]
    assert told == ([kept(text)] if text else []) + [kept(title)]  # the alarm says the title


@given(st.text(max_size=400).filter(lambda text: "\r" not in text and "\n" not in text))
def test_folding_is_undone_by_unfolding(line: str) -> None:
    line = line.encode(errors="ignore").decode()
    assert ics.folded(line).replace(b"\r\n ", b"").decode() == line + "\r\n"


def test_a_day_and_a_moment_stand_as_the_standard_writes_them() -> None:
    whole = Event("aksi-1@x", date(2026, 7, 7), "Aksi", AT, url="http://127.0.0.1/aksi/1/")
    moment = Event("rapat-1@x", date(2026, 7, 9), "Rapat", AT, starts_at=datetime(2026, 7, 9, 2, tzinfo=UTC))
    lines = unfolded(ics.calendar("Tenggat", [whole, moment]))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert {"DTSTART;VALUE=DATE:20260707", "DTSTART:20260709T020000Z", "UID:aksi-1@x"} <= set(lines)
    assert {"DTSTAMP:20260702T030000Z", "URL:http://127.0.0.1/aksi/1/"} <= set(lines)
    assert [lines.count(f"{word}:VEVENT") for word in ("BEGIN", "END")] == [2, 2]
    assert ics.calendar("Tenggat", [whole]) == ics.calendar("Tenggat", [whole])
