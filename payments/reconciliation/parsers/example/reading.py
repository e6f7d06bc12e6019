"""Reads one file by its layout: movements oldest first, every balance proved. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from opd.office import tabular
from opd.office.byexample import cells, writing
from opd.office.tabular.table import Cell, Row, Table, shown
from payments.reconciliation.parsers import chain
from payments.reconciliation.parsers.example.columns import Column
from payments.reconciliation.parsers.example.layout import Layout, dates, style
from payments.reconciliation.parsers.rows import ParseError

_OPENING = re.compile(r"\b(saldo\s+awal|opening\s+balance|beginning\s+balance)\b", re.IGNORECASE)
_CLOSING = re.compile(r"\b(saldo\s+akhir|closing\s+balance|ending\s+balance)\b", re.IGNORECASE)
_ACCOUNT_WORD = re.compile(r"rek|account|norek", re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{6,20}", re.ASCII)


@dataclass
class _Line:
    """One movement as the file has it; ``before`` and ``after`` are the balances that it names."""

    line_no: int
    raw: str
    post_date: date
    effective_date: date
    account: str
    currency: str
    amount: Decimal
    description: str
    reference: str
    before: Decimal | None
    after: Decimal | None


@dataclass
class Reading:
    table: Table
    layout: Layout
    opening: Decimal | None = None
    closing: Decimal | None = None
    lines: list[_Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        movement = (Column.DEBIT, Column.CREDIT, Column.AMOUNT)
        self.moved_by = [column for column in movement if column in self.layout.columns]
        self.order = writing.decided_order(cells.order(dates(self.table, self.layout)), self.layout.dates)
        self.style = writing.decided_style(style(self.table, self.layout), self.layout.numbers)

    def events(self) -> Iterator[chain.Event]:
        for row in self.table.rows:
            self._take(row)
        if not self.lines:
            raise ParseError(0, "empty", "Berkas ini tidak memuat satu mutasi pun.")
        self._oldest_first()
        first, last = self.lines[0], self.lines[-1]
        opening, closing = self._opening(first), self._closing(last)
        account = self._account()
        yield chain.Opening(
            first.line_no, account, "", first.currency, first.post_date, opening, interim=False
        )
        balance = opening
        for line in self.lines:
            balance += line.amount
            self._agree(line, balance)
            yield chain.Movement(
                line.line_no, line.raw, line.post_date, line.effective_date, line.currency, line.amount,
                line.description, line.reference,
            )  # fmt: skip
        latest = max(line.post_date for line in self.lines)
        yield chain.Closing(last.line_no, last.currency, latest, closing if closing is not None else balance,
                            interim=False)  # fmt: skip

    def _take(self, row: Row) -> None:
        """A dated row is a movement; one without a day may name the opening or closing balance."""
        words = " ".join(shown(cell) for cell in row.values if isinstance(cell, str))
        if _OPENING.search(words) and not self._moves(row):
            self.opening = self._named_balance(row, self.opening, "saldo awal")
        elif _CLOSING.search(words) and not self._moves(row):
            self.closing = self._named_balance(row, self.closing, "saldo akhir")
        elif self._day_or_none(row, Column.POST_DATE) is not None:
            self.lines.append(self._line(row))
        elif not self._is_note(row):
            told = shown(self._cell(row, Column.POST_DATE))[:40]
            message = (
                f"“{told}” bukan tanggal yang dapat dibaca." if told else "ada jumlah uang tanpa tanggal."
            )
            raise ParseError(row.line_no, "date", message)

    def _moves(self, row: Row) -> bool:
        """Whether debit or credit hold something; a lone amount may be the balance itself."""
        if Column.AMOUNT in self.moved_by:
            return False
        return any(self._amount(row, column) for column in self.moved_by)

    def _is_note(self, row: Row) -> bool:
        """Totals and remarks that a bank writes below: text, or sums beside the word total."""
        words = " ".join(shown(cell) for cell in row.values).casefold()
        if re.search(r"\b(total|jumlah|mutasi|sub ?total)\b", words):
            return True
        return all(self._cell(row, column) == "" for column in self.moved_by)

    def _named_balance(self, row: Row, known: Decimal | None, name: str) -> Decimal:
        found = [
            amount
            for cell in reversed(row.values)
            if cell != "" and (amount := cells.amount(cell, self.style)) is not None
        ]
        if not found or (known is not None and known != found[0]):
            raise ParseError(row.line_no, "control_total", f"{name} tidak terbaca, atau disebut dua kali.")
        return found[0]

    def _line(self, row: Row) -> _Line:
        post = self._day(row, Column.POST_DATE)
        effective = post
        if self._cell(row, Column.EFFECTIVE_DATE) != "":
            effective = self._day(row, Column.EFFECTIVE_DATE)
        currency = str(self._text(row, Column.CURRENCY)).upper() or chain.CURRENCY
        return _Line(
            line_no=row.line_no,
            raw=" | ".join(shown(cell) for cell in row.values),
            post_date=post,
            effective_date=effective,
            account=re.sub(r"[\s.-]", "", self._text(row, Column.ACCOUNT)),
            currency=currency.replace("RP", chain.CURRENCY),
            amount=self._movement(row),
            description=self._text(row, Column.DESCRIPTION),
            reference=self._text(row, Column.REFERENCE),
            before=self._balance(row, Column.BALANCE_BEFORE),
            after=self._balance(row, Column.BALANCE),
        )

    def _movement(self, row: Row) -> Decimal:
        """Money in above zero, money out below."""
        if Column.AMOUNT not in self.layout.columns:
            debit, credit = self._amount(row, Column.DEBIT), self._amount(row, Column.CREDIT)
            if debit < 0 or credit < 0 or bool(debit) == bool(credit):
                message = "tepat satu dari debit dan kredit harus berisi jumlah uang."
                raise ParseError(row.line_no, "movement", message)
            return credit - debit
        cell = self._cell(row, Column.AMOUNT)
        amount = self._amount(row, Column.AMOUNT)
        sign = self._text(row, Column.DIRECTION).casefold().rstrip(".")
        sign = sign or (cells.bare(cell)[1] if isinstance(cell, str) else "")
        if sign in cells.OUT | cells.IN:
            if amount < 0:
                raise ParseError(row.line_no, "movement", "jumlah negatif bersama tanda D/K.")
            return -amount if sign in cells.OUT else amount
        if sign or Column.DIRECTION in self.layout.columns:
            raise ParseError(row.line_no, "movement", f"tanda D/K “{sign[:10]}” tidak dikenal.")
        return amount

    def _balance(self, row: Row, column: Column) -> Decimal | None:
        if column not in self.layout.columns:
            return None
        cell = self._cell(row, column)
        if cell == "":
            raise ParseError(row.line_no, "control_total", "saldo kosong.")
        amount = self._amount(row, column)
        owed = isinstance(cell, str) and cells.bare(cell)[1] in cells.OUT
        return -amount if owed else amount

    def _oldest_first(self) -> None:
        """Some banks list the newest first. The balances say which; without them, the days."""
        if len(self.lines) > 1 and not self._continues(self.lines):
            turned = self.lines[::-1]
            if self._continues(turned) or (
                not self._has_balances() and turned[0].post_date < turned[-1].post_date
            ):
                self.lines = turned

    def _has_balances(self) -> bool:
        return self.lines[0].after is not None or self.lines[0].before is not None

    def _continues(self, lines: Sequence[_Line]) -> bool:
        if not self._has_balances():
            return all(a.post_date <= b.post_date for a, b in pairwise(lines))
        return all(_left(a) == _entered(b) for a, b in pairwise(lines))

    def _opening(self, first: _Line) -> Decimal:
        told = _entered(first)
        if told is not None and self.opening is not None and told != self.opening:
            message = f"saldo awal {self.opening} tidak menyambung mutasi pertama ({told})."
            raise ParseError(first.line_no, "control_total", message)
        opening = told if told is not None else self.opening
        if opening is None or (told is None and self.closing is None):
            message = (
                "Tanpa kolom saldo, berkas harus menyebut saldo awal dan saldo akhir;"
                " mintalah bentuk lain dari bank."
            )
            raise ParseError(0, "no_control", message)
        return opening

    def _closing(self, last: _Line) -> Decimal | None:
        told = _left(last)
        return self.closing if self.closing is not None else told

    @staticmethod
    def _agree(line: _Line, balance: Decimal) -> None:
        told = _left(line)
        if told is not None and told != balance:
            message = f"saldo {told} tidak menyambung; menurut baris sebelumnya {balance}."
            raise ParseError(line.line_no, "control_total", message)

    def _account(self) -> str:
        """From its column, else from the lines above the header. Never assumed."""
        found = {line.account for line in self.lines if line.account}
        if len(found) > 1:
            raise ParseError(
                0, "account", "ada lebih dari satu nomor rekening; minta satu berkas per rekening."
            )
        above = found or set(_accounts(self.table.above))
        if len(above) != 1:
            message = (
                "nomor rekening tidak ada di berkas ini, atau ada beberapa; mintalah bentuk yang memuatnya."
            )
            raise ParseError(0, "account", message)
        return above.pop()

    def _cell(self, row: Row, column: Column) -> Cell:
        name = self.layout.columns.get(column)
        if name is None:
            return ""
        try:
            return row.cell(name)
        except tabular.TabularError as error:
            raise ParseError(row.line_no, "cell", f"kolom “{name}”: {error.message}") from error

    def _text(self, row: Row, column: Column) -> str:
        return " ".join(shown(self._cell(row, column)).replace("\u00a0", " ").split())

    def _amount(self, row: Row, column: Column) -> Decimal:
        cell = self._cell(row, column)
        if cell in ("", "-"):
            return Decimal("0.00")
        amount = cells.amount(cell, self.style)
        if amount is None:
            raise ParseError(
                row.line_no, "amount", f"“{shown(cell)[:40]}” bukan jumlah uang yang dapat dibaca."
            )
        return amount

    def _day(self, row: Row, column: Column) -> date:
        found = self._day_or_none(row, column)
        if found is None:
            told = shown(self._cell(row, column))[:40]
            raise ParseError(row.line_no, "date", f"“{told}” bukan tanggal yang dapat dibaca.")
        return found

    def _day_or_none(self, row: Row, column: Column) -> date | None:
        cell = self._cell(row, column)
        if isinstance(cell, str):
            found = cells.day(cell.strip(), self.order)
        else:
            found = cell.date() if isinstance(cell, datetime) else cell if isinstance(cell, date) else None
        return found if found and 2000 <= found.year <= 2099 else None


def _entered(line: _Line) -> Decimal | None:
    """The balance before a movement, where the file tells."""
    if line.before is not None:
        return line.before
    return None if line.after is None else line.after - line.amount


def _left(line: _Line) -> Decimal | None:
    """The balance after a movement, where the file tells."""
    if line.after is not None:
        return line.after
    return None if line.before is None else line.before + line.amount


def _accounts(above: Iterable[tuple[Cell, ...]]) -> Iterator[str]:
    """Account numbers in the lines above a header: digits beside a word that says so."""
    for line in above:
        words = [shown(cell) for cell in line]
        if any(_ACCOUNT_WORD.search(word) for word in words):
            for word in words:
                for part in re.split(r"[:/]", word):
                    bare = re.sub(r"[\s.-]", "", part.partition("(")[0])
                    if found := _ACCOUNT.fullmatch(re.sub(r"^\D+", "", bare)):
                        yield found[0]
