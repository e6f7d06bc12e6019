"""What MT940 and camt.053 have in common: balances, movements between them, and pages that must connect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals

CURRENCY = "IDR"
_TOO_LARGE = Decimal(10) ** 16
_LONGEST_TEXT = 300
_LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class Opening:
    """The balance before the movements of one page; ``interim`` where an earlier page must precede it."""

    line_no: int
    account: str
    name: str
    currency: str
    day: date
    balance: Decimal
    interim: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked entry; ``amount`` is above zero for money in, below zero for money out."""

    line_no: int
    raw: str
    post_date: date
    effective_date: date
    currency: str
    amount: Decimal
    description: str
    reference_no: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The balance after the movements of one page; ``interim`` where another page must follow."""

    line_no: int
    currency: str
    day: date
    balance: Decimal
    interim: bool


Event = Opening | Movement | Closing


def connect(events: Iterator[Event], *, currency: str = CURRENCY) -> Iterator[StatementRow | StatementTotals]:
    """Movements with their running balance, then the totals, once every page closes and continues the last.

    Raises ParseError (``currency``, ``account``, ``chain``, ``control_total``, ``date``, ``movement`` …).
    """
    pages = _Pages(currency)
    for event in events:
        match event:
            case Opening():
                pages.open(event)
            case Movement():
                yield pages.add(event)
            case Closing():
                pages.close(event)
    yield pages.totals()


def reversed_text(description: str) -> str:
    """The description of an entry that takes an earlier one back."""
    return f"PEMBALIKAN: {description}".removesuffix(": ")


class _Pages:
    """The account and currency of the file, and the balance that the next event must continue."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.first: Opening | None = None
        self.page: Opening | None = None
        self.last: Closing | None = None
        self.earliest: date | None = None
        self.latest: date | None = None
        self.balance = self.debit = self.credit = Decimal(0)
        self.count = 0

    def open(self, page: Opening) -> None:
        self._same_currency(page.line_no, page.currency)
        if self.first is None or self.last is None:
            if page.interim:
                raise ParseError(page.line_no, "chain", "saldo awalnya saldo antara; halaman 1 tidak ada.")
            self.first, self.balance = page, page.balance
        else:
            self._continue(self.first, self.last, page)
        self.page, self.latest = page, None

    @staticmethod
    def _continue(first: Opening, last: Closing, page: Opening) -> None:
        if page.account != first.account:
            message = f"rekening {page.account}, bukan {first.account}; minta satu berkas per rekening."
            raise ParseError(page.line_no, "account", message)
        if page.balance != last.balance or page.interim != last.interim or page.day < first.day:
            message = f"saldo awal {page.balance} tidak menyambung halaman sebelumnya ({last.balance})."
            raise ParseError(page.line_no, "chain", message)

    def add(self, movement: Movement) -> StatementRow:
        assert self.page is not None
        line_no, amount = movement.line_no, movement.amount
        self._same_currency(line_no, movement.currency)
        if not amount:
            raise ParseError(line_no, "movement", "mutasi tanpa nilai.")
        if len(movement.reference_no) > _LONGEST_REFERENCE:
            raise ParseError(line_no, "too_long", f"rujukan lebih dari {_LONGEST_REFERENCE} huruf.")
        self.balance += amount
        if max(abs(amount), abs(self.balance)) >= _TOO_LARGE:
            raise ParseError(line_no, "amount", f"jumlah uang {amount} atau saldonya terlalu besar.")
        self.count += 1
        self.credit += max(amount, Decimal(0))
        self.debit += max(-amount, Decimal(0))
        self.earliest = min(self.earliest or movement.post_date, movement.post_date)
        self.latest = max(self.latest or movement.post_date, movement.post_date)
        return StatementRow(
            line_no=line_no,
            raw=movement.raw,
            post_date=movement.post_date,
            effective_date=movement.effective_date,
            account=self.page.account,
            name=self.page.name[:100],
            description=_shortened(movement.description),
            debit=max(-amount, Decimal(0)),
            credit=max(amount, Decimal(0)),
            balance=self.balance,
            reference_no=movement.reference_no,
        )

    def close(self, closing: Closing) -> None:
        assert self.page is not None
        self._same_currency(closing.line_no, closing.currency)
        if closing.balance != self.balance:
            message = f"saldo akhir {closing.balance}, menurut saldo awal dan mutasi {self.balance}."
            raise ParseError(closing.line_no, "control_total", message)
        earlier = (self.page.day, self.latest, self.last.day if self.last else None)
        if any(day and closing.day < day for day in earlier):
            message = f"saldo akhir bertanggal {closing.day:%d/%m/%Y}, sebelum saldo awal atau mutasinya."
            raise ParseError(closing.line_no, "date", message)
        self.last = closing

    def totals(self) -> StatementTotals:
        """The days from the first movement on: banks date the opening balance by either end of that day."""
        if self.first is None or self.last is None:
            raise ParseError(0, "empty", "Berkas ini tidak memuat satu rekening koran pun.")
        if self.last.interim:
            message = "saldo akhirnya saldo antara; halaman terakhir tidak ada, berkas terpotong."
            raise ParseError(self.last.line_no, "truncated", message)
        earliest = self.earliest or self.last.day
        return StatementTotals(
            account=self.first.account,
            first_day=max(self.first.day, earliest),
            last_day=self.last.day,
            count=self.count,
            opening=self.first.balance,
            debit=self.debit,
            credit=self.credit,
            closing=self.last.balance,
        )

    def _same_currency(self, line_no: int, currency: str) -> None:
        if currency != self.currency:
            message = f"mata uang “{currency[:10]}”, seharusnya {self.currency}."
            raise ParseError(line_no, "currency", message)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
