"""``rkud_statement_bpd_v1``: a statement of the RKUD in the columns of a regional development bank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from payments.reconciliation.parsers import reading
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals

LABEL = "rekening koran RKUD"
DELIMITER = ";"
HEADER = (
    *("Post Date", "Effective Date", "Account", "Name", "Description"),
    *("Currency", "Debit", "Credit", "Balance", "Reference No"),
)
OPENING, CLOSING = "SALDO AWAL", "SALDO AKHIR"
_ACCOUNT = re.compile(r"\d{6,20}", re.ASCII)


def parse(content: IO[bytes]) -> Iterator[StatementRow | StatementTotals]:
    """The movements as they come, then the totals, once the closing balance agrees with them.

    Raises ParseError at the first thing wrong; whoever takes rows before the totals must be ready to drop
    them all.
    """
    numbered = reading.lines(content)
    reading.check_header(next(numbered, None), HEADER, DELIMITER, LABEL)
    first = next(numbered, None)
    opening = _line(*first) if first else None
    if opening is None or opening.description.upper() != OPENING:
        raise ParseError(2, "opening", f"baris pertama bukan {OPENING}.")
    running = _Running(opening)
    for line_no, text in numbered:
        line = _line(line_no, text)
        if line.description.upper() == CLOSING:
            totals = running.close(line)
            _nothing_after(numbered)
            yield totals
            return
        yield running.add(line)
    raise ParseError(running.last + 1, "truncated", f"baris {CLOSING} tidak ada; berkas terpotong.")


@dataclass(frozen=True, slots=True)
class _Line:
    line_no: int
    raw: str
    post_date: date
    effective_date: date
    account: str
    name: str
    description: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    reference_no: str


class _Running:
    """The account, and the balance that each further line must continue."""

    def __init__(self, opening: _Line) -> None:
        _no_movement(opening, OPENING)
        self.opening = opening
        self.balance = opening.balance
        self.last = opening.line_no
        self.latest = opening.post_date
        self.count = 0
        self.debit = self.credit = Decimal(0)

    def add(self, line: _Line) -> StatementRow:
        self._same_account(line)
        if bool(line.debit) == bool(line.credit):
            message = "tepat satu dari Debit dan Credit harus berisi jumlah uang."
            raise ParseError(line.line_no, "movement", message)
        if not self.opening.post_date <= line.post_date:
            raise ParseError(line.line_no, "date", f"Post Date mendahului tanggal {OPENING}.")
        self._agree(line, self.balance + line.credit - line.debit)
        self.last = line.line_no
        self.latest = max(self.latest, line.post_date)
        self.balance = line.balance
        self.count += 1
        self.debit += line.debit
        self.credit += line.credit
        return StatementRow(**{name: getattr(line, name) for name in StatementRow.__slots__})

    def close(self, line: _Line) -> StatementTotals:
        self._same_account(line)
        _no_movement(line, CLOSING)
        if line.post_date < self.latest:
            raise ParseError(line.line_no, "date", f"{CLOSING} bertanggal sebelum mutasi terakhir.")
        self._agree(line, self.balance)
        return StatementTotals(
            account=line.account,
            first_day=self.opening.post_date,
            last_day=line.post_date,
            count=self.count,
            opening=self.opening.balance,
            debit=self.debit,
            credit=self.credit,
            closing=line.balance,
        )

    def _same_account(self, line: _Line) -> None:
        if line.account != self.opening.account:
            raise ParseError(
                line.line_no, "account", f"rekening {line.account}, bukan {self.opening.account}."
            )

    @staticmethod
    def _agree(line: _Line, balance: Decimal) -> None:
        if line.balance != balance:
            message = f"Balance {line.balance} tidak menyambung; menurut baris sebelumnya {balance}."
            raise ParseError(line.line_no, "control_total", message)


def _line(line_no: int, text: str) -> _Line:
    found = reading.cells(line_no, text, DELIMITER, count=len(HEADER))
    post, effective, account, name, description, currency, debit, credit, balance, reference = found
    if not _ACCOUNT.fullmatch(account):
        raise ParseError(line_no, "account", f"Account “{account[:40]}” bukan nomor rekening.")
    if currency != "IDR":
        raise ParseError(line_no, "currency", f"mata uang “{currency[:10]}”, seharusnya IDR.")
    if len(description) > 300 or len(name) > 100 or len(reference) > 100:
        raise ParseError(line_no, "too_long", "Name, Description atau Reference No terlalu panjang.")
    return _Line(
        line_no=line_no,
        raw=text,
        post_date=reading.day_first(line_no, "Post Date", post),
        effective_date=reading.day_first(line_no, "Effective Date", effective),
        account=account,
        name=name,
        description=description,
        debit=_movement(line_no, "Debit", debit),
        credit=_movement(line_no, "Credit", credit),
        balance=reading.indonesian_amount(line_no, "Balance", balance),
        reference_no=reference,
    )


def _movement(line_no: int, column: str, text: str) -> Decimal:
    """An empty cell is no movement; a filled one must be an amount, and not negative."""
    if not text:
        return Decimal(0)
    amount = reading.indonesian_amount(line_no, column, text)
    if amount < 0:
        raise ParseError(line_no, "amount", f"{column} negatif.")
    return amount


def _no_movement(line: _Line, name: str) -> None:
    if line.debit or line.credit:
        raise ParseError(line.line_no, "movement", f"{name} tidak boleh berisi Debit atau Credit.")


def _nothing_after(numbered: Iterator[tuple[int, str]]) -> None:
    for line_no, text in numbered:
        if text.strip():
            raise ParseError(line_no, "after_closing", f"ada isi sesudah baris {CLOSING}.")
