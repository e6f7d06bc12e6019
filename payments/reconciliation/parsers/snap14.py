"""``snap14_v1``: what a bank answered to SNAP's bank statement (service 14), one JSON object a line.

First ``{"bentuk": "snap-bank-statement-1", "rekening": …, "sejak": …, "sampai": …}``, then the bank's own
answers, a page a line, so that reading holds no more than two of them. Here ``line_no`` is the number of an
entry in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import IO, Any

from payments.money import MoneyError, from_snap
from payments.reconciliation.parsers.chain import CURRENCY, Closing, Event, Movement, Opening, connect
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals
from payments.snap.clock import WIB, TimestampError, parse_timestamp
from payments.snap.jsonobject import BodyError, read_object, write_object

LABEL = "rekening koran dari SNAP"
FORM = "snap-bank-statement-1"
MOST_BYTES = 1 << 19
"""Of one page."""
_BEGIN = f'{{"bentuk":"{FORM}"'.encode()
_SIGNS = {"CREDIT": 1, "DEBIT": -1}
_TOTALS = {"CREDIT": "totalCreditEntries", "DEBIT": "totalDebitEntries"}


def head_line(account: str, since: datetime, until: datetime) -> bytes:
    """The first line of a file of what was asked between two instants."""
    asked = {"bentuk": FORM, "rekening": account, "sejak": since.isoformat(), "sampai": until.isoformat()}
    return write_object(asked) + b"\n"


def page_line(page: Mapping[str, Any]) -> bytes:
    """A line for an answer of the bank. Raises ParseError for one that could not be read again."""
    line = write_object(page) + b"\n"
    if len(line) > MOST_BYTES:
        raise ParseError(0, "too_large", "Satu halaman jawaban bank lebih besar dari 512 KB.")
    return line


def begins(head: bytes) -> bool:
    return head.startswith(_BEGIN)


def parse(content: IO[bytes]) -> Iterator[StatementRow | StatementTotals]:
    """The movements, then the totals, once they agree with the bank's own. Raises ParseError."""
    return connect(_events(_objects(content)))


def entries_of(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries of an answer. Raises ParseError."""
    found = page.get("detailData") or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ParseError(0, "shape", "detailData bukan daftar mutasi.")
    return found


def has_more(page: Mapping[str, Any]) -> bool:
    return str(page.get("hasMore", "")).upper() in {"Y", "TRUE"}


def _objects(content: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    while line := content.readline(MOST_BYTES):
        if not line.endswith(b"\n"):
            raise ParseError(0, "truncated", "satu baris terpotong atau lebih besar dari 512 KB.")
        try:
            yield read_object(line)
        except BodyError as error:
            raise ParseError(0, "not_json", f"Berkas ini bukan JSON yang utuh: {error}.") from error


def _events(answers: Iterator[Mapping[str, Any]]) -> Iterator[Event]:
    asked = next(answers, {})
    if asked.get("bentuk") != FORM:
        raise ParseError(0, "shape", "Berkas ini bukan jawaban rekening koran SNAP.")
    first_day, last_day = _day(0, asked.get("sejak")), _day(0, asked.get("sampai"))
    page = first = next(answers, {})
    opening = _balance(first, "startingBalance")
    yield Opening(1, str(asked.get("rekening", "")), "", CURRENCY, first_day, opening, interim=False)
    sums = {kind: (0, Decimal(0)) for kind in _TOTALS}
    before: dict[str, Mapping[str, Any]] = {}
    count = 0
    for page in chain([first], answers):
        here: dict[str, Mapping[str, Any]] = {}
        for entry in entries_of(page):
            number = _number(count + 1, entry)
            known = here.get(number) or before.get(number)
            here[number] = entry
            if known == entry:
                continue
            if known:
                raise ParseError(count, "chain", f"mutasi {number[:40]} disebut dua kali, berlainan.")
            count += 1
            move = _movement(count, number, entry)
            entries, total = sums[entry["type"]]
            sums[entry["type"]] = entries + 1, total + abs(move.amount)
            yield move
        before = here
    if has_more(page):
        raise ParseError(0, "truncated", "bank masih punya halaman berikutnya; berkas terpotong.")
    _agree(first, sums)
    yield Closing(count or 1, CURRENCY, last_day, _balance(page, "endingBalance"), interim=False)


def _number(line_no: int, entry: Mapping[str, Any]) -> str:
    """The bank's number of an entry: the next page may begin with the last entries of the one before."""
    number = str(entry.get("transactionId") or "")
    if not number:
        raise ParseError(line_no, "missing", "transactionId kosong.")
    return number


def _movement(line_no: int, number: str, entry: Mapping[str, Any]) -> Movement:
    if entry.get("transactionDetailStatus", "SUCCESS") != "SUCCESS":
        raise ParseError(line_no, "status", f"status mutasi {number[:40]} bukan SUCCESS.")
    if entry.get("type") not in _SIGNS:
        raise ParseError(line_no, "movement", "type bukan CREDIT atau DEBIT.")
    day = _day(line_no, entry.get("transactionDate"))
    return Movement(
        line_no=line_no,
        raw=write_object(entry).decode(),
        post_date=day,
        effective_date=day,
        currency=CURRENCY,
        amount=_amount(line_no, entry.get("amount")) * _SIGNS[entry["type"]],
        description=" ".join(str(entry.get("remark") or "").split()),
        reference_no=number,
    )


def _agree(page: Mapping[str, Any], sums: Mapping[str, tuple[int, Decimal]]) -> None:
    """The bank's own totals of the time asked for, where it tells them."""
    for kind, name in _TOTALS.items():
        told, (entries, total) = page.get(name), sums[kind]
        if isinstance(told, dict) and (
            str(told.get("numberOfEntries")) != str(entries) or _amount(0, told.get("amount")) != total
        ):
            raise ParseError(0, "control_total", f"{name} tidak sama dengan mutasinya.")


def _balance(page: Mapping[str, Any], name: str) -> Decimal:
    balances = page.get("balance")
    found = balances[0] if isinstance(balances, list) and balances else None
    if not isinstance(found, dict) or name not in found:
        raise ParseError(0, "no_control", f"jawaban bank tanpa {name}; tidak dapat diuji.")
    return _amount(0, found[name])


def _amount(line_no: int, told: object) -> Decimal:
    try:
        return from_snap(told)
    except MoneyError as error:
        raise ParseError(line_no, "amount", f"jumlah uang tidak sah: {error}.") from error


def _day(line_no: int, told: object) -> date:
    try:
        return parse_timestamp(str(told)).astimezone(WIB).date()
    except TimestampError as error:
        raise ParseError(line_no, "date", str(error)) from error
