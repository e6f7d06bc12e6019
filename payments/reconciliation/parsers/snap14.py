"""``snap14_v1``: what a bank answered to SNAP's bank statement (service 14), page by page, as one JSON file.

``{"bentuk": "snap-bank-statement-1", "rekening": …, "sejak": …, "sampai": …, "halaman": [answer, …]}``; the
answers are the bank's own. Here ``line_no`` is the number of an entry in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from payments.money import MoneyError, from_snap
from payments.reconciliation.parsers.chain import CURRENCY, Closing, Event, Movement, Opening, connect
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals
from payments.snap.clock import WIB, TimestampError, parse_timestamp
from payments.snap.jsonobject import BodyError, read_object, write_object

LABEL = "rekening koran dari SNAP"
FORM = "snap-bank-statement-1"
MOST_BYTES = 50 * 1024 * 1024
_BEGIN = f'{{"bentuk":"{FORM}"'.encode()
_SIGNS = {"CREDIT": 1, "DEBIT": -1}


def written(account: str, since: datetime, until: datetime, pages: Sequence[Mapping[str, Any]]) -> bytes:
    """The file of a bank's answers."""
    head = {"bentuk": FORM, "rekening": account, "sejak": since.isoformat(), "sampai": until.isoformat()}
    return write_object({**head, "halaman": pages})


def begins(head: bytes) -> bool:
    return head.startswith(_BEGIN)


def parse(content: IO[bytes]) -> Iterator[StatementRow | StatementTotals]:
    """The movements, then the totals, once they agree with the bank's own. Raises ParseError."""
    data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ParseError(0, "too_large", "Berkas ini lebih besar dari 50 MB.")
    try:
        return connect(_events(read_object(data)))
    except BodyError as error:
        raise ParseError(0, "not_json", f"Berkas ini bukan JSON yang utuh: {error}.") from error


def entries_of(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries of an answer. Raises ParseError."""
    found = page.get("detailData") or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ParseError(0, "shape", "detailData bukan daftar mutasi.")
    return found


def has_more(page: Mapping[str, Any]) -> bool:
    return str(page.get("hasMore", "")).upper() in {"Y", "TRUE"}


def _events(kept: Mapping[str, Any]) -> Iterator[Event]:
    pages = kept.get("halaman")
    if kept.get("bentuk") != FORM or not isinstance(pages, list) or not pages:
        raise ParseError(0, "shape", "Berkas ini bukan jawaban rekening koran SNAP.")
    if has_more(pages[-1]):
        raise ParseError(0, "truncated", "bank masih punya halaman berikutnya; berkas terpotong.")
    first, last = _day(0, kept.get("sejak")), _day(0, kept.get("sampai"))
    account = str(kept.get("rekening", ""))
    yield Opening(1, account, "", CURRENCY, first, _balance(pages[0], "startingBalance"), interim=False)
    moves = list(_movements(pages))
    _agree(pages[0], moves)
    yield from moves
    closing = _balance(pages[-1], "endingBalance")
    yield Closing(len(moves) or 1, CURRENCY, last, closing, interim=False)


def _movements(pages: list[Mapping[str, Any]]) -> Iterator[Movement]:
    """Every entry once: the next page may begin with the last entry of the one before."""
    seen: dict[str, Mapping[str, Any]] = {}
    for page in pages:
        for entry in entries_of(page):
            number = str(entry.get("transactionId") or "")
            if not number:
                raise ParseError(len(seen) + 1, "missing", "transactionId kosong.")
            if number in seen:
                if seen[number] != entry:
                    raise ParseError(len(seen), "chain", f"mutasi {number[:40]} disebut dua kali, berlainan.")
                continue
            seen[number] = entry
            yield _movement(len(seen), number, entry)


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


def _agree(page: Mapping[str, Any], moves: list[Movement]) -> None:
    """The bank's own totals of the time asked for, where it tells them."""
    for name, sign in (("totalCreditEntries", 1), ("totalDebitEntries", -1)):
        told = page.get(name)
        if not isinstance(told, dict):
            continue
        mine = [move.amount * sign for move in moves if move.amount * sign > 0]
        if str(told.get("numberOfEntries")) != str(len(mine)) or _amount(0, told.get("amount")) != sum(mine):
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
