"""``mt940_v1``: SWIFT customer statement message MT940, one account a file, one or several pages.

Source: SWIFT standards MT940 (fields 20, 21, 25, 28C, 60, 61, 86, 62, 64, 65); years are of this century.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO

from payments.reconciliation.parsers import reading
from payments.reconciliation.parsers.chain import (
    Closing,
    Event,
    Movement,
    Opening,
    connect,
    reversed_text,
)
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals

LABEL = "rekening koran MT940"
_BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:[^\r\n:]{0,200}[\r\n]+){0,6}(?:\{[^\r\n]{0,200}\{4:)?[\r\n]*:20:"
)
_TAG = re.compile(r":(\d\d[A-Z]?|NS):")
_ENVELOPE = re.compile(r"\{[1-5]:.*|[A-Z0-9]{3,12}", re.ASCII)
_TYPE = re.compile(r"\{2:[IO](\d{3})")
_FULL_LINE = 65
_MOST_LINES = 60
_END = "-"
_FOLLOWS = {
    "": {"20", _END},
    _END: {"20", _END},
    "20": {"21", "25"},
    "21": {"25"},
    "25": {"28"},
    "28": {"60"},
    "60": {"61", "62"},
    "61": {"61", "86", "62"},
    "86": {"61", "62"},
    "62": {"64", "65", "note", "20", _END},
    "64": {"65", "note", "20", _END},
    "65": {"65", "note", "20", _END},
    "note": {"20", _END},
}
_KINDS = {
    **dict.fromkeys(("20", "21", "61", "64", "65", "86"), ""),
    **dict.fromkeys(("25", "25P"), "25"),
    **dict.fromkeys(("28", "28C"), "28"),
    **dict.fromkeys(("60F", "60M"), "60"),
    **dict.fromkeys(("62F", "62M"), "62"),
}
_BALANCE = re.compile(r"([DC])(\d{6})([A-Z]{3})(\d{1,15},\d{0,2})", re.ASCII)
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<back>R?)(?P<mark>[DC])[A-Z]?(?P<amount>\d{1,15},\d{0,2})"
    r"[A-Z][A-Z0-9]{3}(?P<own>.*?)(?://(?P<bank>.*))?",
    re.ASCII,
)
_ACCOUNT = re.compile(r"[0-9A-Z]{5,34}", re.ASCII)
_NO_REFERENCE = {"", "NONREF"}


def parse(content: IO[bytes]) -> Iterator[StatementRow | StatementTotals]:
    """The movements in rupiah as they come, then the totals of all pages. Raises ParseError."""
    return connect(events(content))


def begins(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an MT940 message."""
    return bool(_BEGINS.match(head))


def events(content: IO[bytes]) -> Iterator[Event]:
    """Balances and movements in any currency; one field at a time is in memory. Raises ParseError."""
    before, page, waiting = "", _Page(), None
    for found in _fields(reading.lines(content)):
        kind = _kind(found, before)
        if waiting and kind != "86":
            yield page.movement(waiting, None)
            waiting = None
        match kind:
            case "20":
                page = _Page()
            case "25":
                page.account = _account(found)
            case "60":
                yield page.opening(found)
            case "61":
                waiting = found
            case "86" if waiting:
                yield page.movement(waiting, found)
                waiting = None
            case "62":
                yield page.closing(found)
        before = kind


@dataclass(slots=True)
class _Field:
    """One field: its tag, and its lines without the tag."""

    line_no: int
    tag: str
    lines: list[str] = field(default_factory=list)

    @property
    def raw(self) -> str:
        return "\n".join([f":{self.tag}:{self.lines[0]}", *self.lines[1:]])


def _fields(numbered: Iterator[tuple[int, str]]) -> Iterator[_Field]:
    """Fields and ends of messages, in order; then one more end. Blank lines count for nothing."""
    current: _Field | None = None
    line_no = 0
    for line_no, text in numbered:
        tagged = _TAG.match(_after_envelope(text))
        ends = text.rstrip() == "-" or text.startswith("-}")
        if tagged or ends:
            if current:
                yield current
            current = None
        if ends:
            yield _Field(line_no, _END)
        elif tagged:
            current = _Field(line_no, tagged[1], [_after_envelope(text)[tagged.end() :]])
        elif text.strip():
            _go_on(current, line_no, text)
    if current:
        yield current
    yield _Field(line_no, _END)


def _after_envelope(text: str) -> str:
    return text.partition("{4:")[2] if text.startswith("{") else text


def _go_on(current: _Field | None, line_no: int, text: str) -> None:
    if current is None:
        if not _ENVELOPE.fullmatch(text.strip()):
            raise ParseError(line_no, "outside", f"“{text[:40]}” berada di luar pesan MT940.")
        said = _TYPE.search(text)
        if said and said[1] != "940":
            raise ParseError(line_no, "wrong_header", f"ini pesan MT{said[1]}, bukan MT940.")
        return
    if len(current.lines) == _MOST_LINES:
        raise ParseError(line_no, "too_long", f"satu bidang lebih dari {_MOST_LINES} baris.")
    current.lines.append(text)


def _kind(found: _Field, before: str) -> str:
    """What a field is after another. Raises ParseError (``tag``, ``order``, ``truncated``)."""
    kind = found.tag if found.tag == _END else _KINDS.get(found.tag)
    if kind is None:
        raise ParseError(found.line_no, "tag", f"bidang :{found.tag}: tidak dikenal dalam MT940.")
    kind = kind or found.tag
    if kind == "86" and before in {"62", "64", "65"}:
        kind = "note"
    if kind in _FOLLOWS[before]:
        return kind
    if kind == _END:
        raise ParseError(found.line_no, "truncated", "saldo akhir :62F: tidak ada; berkas terpotong.")
    raise ParseError(found.line_no, "order", f"bidang :{found.tag}: tidak pada tempatnya.")


class _Page:
    """The account and currency that the movements of one message belong to."""

    def __init__(self) -> None:
        self.account = ""
        self.currency = ""

    def opening(self, found: _Field) -> Opening:
        day, self.currency, amount = _balance(found)
        return Opening(
            line_no=found.line_no,
            account=self.account,
            name="",
            currency=self.currency,
            day=day,
            balance=amount,
            interim=found.tag == "60M",
        )

    def closing(self, found: _Field) -> Closing:
        day, currency, amount = _balance(found)
        return Closing(found.line_no, currency, day, amount, interim=found.tag == "62M")

    def movement(self, found: _Field, text: _Field | None) -> Movement:
        entry = _ENTRY.fullmatch(found.lines[0].rstrip())
        if not entry:
            message = f"“{found.lines[0][:60]}” bukan mutasi MT940 (:61:)."
            raise ParseError(found.line_no, "movement", message)
        value = _day(found.line_no, entry["value"])
        amount = Decimal(entry["amount"].replace(",", "."))
        description = _joined(text.lines if text else found.lines[1:])
        own, bank = entry["own"].strip(), (entry["bank"] or "").strip()
        return Movement(
            line_no=found.line_no,
            raw=f"{found.raw}\n{text.raw}" if text else found.raw,
            post_date=_booked(found.line_no, entry["booked"], value),
            effective_date=value,
            currency=self.currency,
            amount=amount if (entry["mark"] == "C") != bool(entry["back"]) else -amount,
            description=reversed_text(description) if entry["back"] else description,
            reference_no=bank if own in _NO_REFERENCE else own,
        )


def _balance(found: _Field) -> tuple[date, str, Decimal]:
    said = _BALANCE.fullmatch(found.lines[0].rstrip()) if len(found.lines) == 1 else None
    if not said:
        message = f"“{found.lines[0][:60]}” bukan saldo seperti C261124IDR1250000,00."
        raise ParseError(found.line_no, "balance", message)
    amount = Decimal(said[4].replace(",", "."))
    return _day(found.line_no, said[2]), said[3], amount if said[1] == "C" else -amount


def _account(found: _Field) -> str:
    """The account alone: without the bank's code before a slash, and without a currency behind it."""
    text = re.sub(r"[ .-]", "", found.lines[0].rpartition("/")[2]).removesuffix("IDR")
    if not _ACCOUNT.fullmatch(text):
        raise ParseError(found.line_no, "account", f"“{found.lines[0][:40]}” bukan nomor rekening.")
    return text


def _day(line_no: int, digits: str) -> date:
    return reading.iso_day(line_no, "tanggal", f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}")


def _booked(line_no: int, month_day: str | None, value: date) -> date:
    """The day of booking: MMDD of the year that lies nearest to the value date; that date where absent."""
    if not month_day:
        return value
    years = [f"{year % 100:02}{month_day}" for year in (value.year - 1, value.year, value.year + 1)]
    if month_day == "0229":
        years = [digits for digits in years if int(digits[:2]) % 4 == 0] or years
    return min((_day(line_no, digits) for digits in years), key=lambda day: abs(day - value))


def _joined(lines: list[str]) -> str:
    """Lines as one text: a full line was broken by its length, a shorter one by a word's end."""
    parts = [line if len(line) >= _FULL_LINE else f"{line} " for line in lines]
    return " ".join("".join(parts).split())
