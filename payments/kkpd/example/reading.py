"""Reads one bill by its layout, with every row understood and the total proved. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import IO

from opd.office.byexample import ParseError, cells, moments
from opd.office.byexample import writing as written
from opd.office.tabular.table import Cell, Row, shown
from payments.kkpd import rules
from payments.kkpd.example import writing
from payments.kkpd.example.columns import Column
from payments.kkpd.example.layout import Layout, problem
from payments.kkpd.reading import BillRow, BillSheet
from payments.money import format_rupiah

_MOST_ROWS = 20_000
_WAYS = {
    **dict.fromkeys(("edc", "pos", "kartu", "card", "mesin edc", "chip", "dip", "tap"), "edc"),
    **dict.fromkeys(("qris", "qr", "qr code", "kode qr", "scan qr"), "qris"),
}
"""What banks call the two ways that a card pays."""
_ASKED = {"number": "nomor tagihan", "due_date": "jatuh tempo", "card": "nomor kartu"}
_CODES = {
    Column.RRN: (re.compile(r"\d{12}", re.ASCII), 12),
    Column.AUTHORIZATION_CODE: (re.compile(r"[0-9A-Za-z]{1,12}", re.ASCII), 6),
    Column.MCC: (re.compile(r"\d{4}", re.ASCII), 4),
}
"""The form of a code, and its whole length: a workbook's number that is shorter has lost its noughts."""


@dataclass
class Reading:
    """``given`` answers what the layout asks: "number", "due_date" (ISO), "card" (masked), "total" (rupiah).

    ``closed`` says, at the end, that the file ended with a total of all its rows.
    """

    content: IO[bytes]
    layout: Layout
    given: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def sheet(self) -> BillSheet:
        """The whole bill. Raises ParseError with the line in the file; then nothing of it may be used."""
        self._check()
        seen = writing.survey(*writing.opened(self.content, self.layout), self.layout)
        self.order = written.decided_order(seen.order, self.layout.dates)
        self.style = written.decided_style(seen.style, self.layout.numbers)
        self.total, self.part = Decimal("0.00"), Decimal("0.00")
        table, rows = writing.opened(self.content, self.layout)
        written.require_header(table, self.layout.header)
        self.places = {column: table.place(name) for column, name in self.layout.columns.items()}
        found: list[BillRow] = []
        for row in rows:
            if bought := self._row(row):
                found.append(bought)
            if len(found) > _MOST_ROWS:
                raise ParseError(row.line_no, "too_many", f"tagihan lebih dari {_MOST_ROWS} transaksi.")
        if not found:
            raise ParseError(0, "empty", "Berkas ini tidak memuat satu transaksi pun.")
        self._prove()
        return BillSheet(found[0].number, found[0].due_date, self.total, found)

    def decided(self) -> Layout:
        """The layout with all that this file decided; ask for it after its end."""
        numbers = written.kept_style(self.style, self.layout.numbers)
        return replace(self.layout, dates=self.order, numbers=numbers, sums=self.closed)

    def _check(self) -> None:
        lacking = problem(self.layout)
        if lacking:
            raise ParseError(0, "layout", lacking)
        missing = [_ASKED[name] for name in self.layout.asks if name in _ASKED and not self.given.get(name)]
        if missing:
            raise ParseError(0, "asks", f"Tabel ini tidak menyebut {', '.join(missing)}; isi di bawah.")

    def _prove(self) -> None:
        """The total at the end, or the one that a person told, is the sum of all rows."""
        if self.layout.sums and not self.closed:
            raise ParseError(0, "truncated", "baris total di akhir tidak ada; berkas terpotong.")
        told = self.given.get("total", "")
        if not self.closed and not told:
            message = "Berkas ini tidak memuat baris total; isi jumlah tagihan menurut surat bank."
            raise ParseError(0, "asks", message)
        if told and Decimal(told) != self.total:
            message = f"jumlah tagihan {_said(Decimal(told))}, menurut isi berkas {_said(self.total)}."
            raise ParseError(0, "control_total", message)

    def _row(self, row: Row) -> BillRow | None:
        """A purchase; None for totals, remarks and repeated headers, once totals were found to agree."""
        if written.is_total(row) and self._day_or_none(row, Column.TRANSACTION_DATE) is None:
            self._agree(row)
            return None
        if not any(char.isdigit() for char in shown(self._cell(row, Column.AMOUNT))):
            if self._day_or_none(row, Column.TRANSACTION_DATE) is None:
                return None
            raise ParseError(row.line_no, "amount", "ada transaksi tanpa nilai.")
        bought = self._purchase(row)
        self.total += bought.amount
        self.part += bought.amount
        self.closed = False
        return bought

    def _agree(self, row: Row) -> None:
        """A total is that of all rows so far, or of those since the last total (one card, say)."""
        cell = self._cell(row, Column.AMOUNT)
        told = cells.amount(cell, self.style) if cell != "" else None
        if told is None:
            others = {cells.amount(one, self.style) for one in row.values if one != ""}
            told = next((sum_ for sum_ in (self.total, self.part) if sum_ and sum_ in others), None)
        if told is None:
            return
        if told not in (self.total, self.part):
            message = f"jumlah tertulis {_said(told)}, menurut isi berkas {_said(self.total)}."
            raise ParseError(row.line_no, "control_total", message)
        self.closed = told == self.total
        self.part = Decimal("0.00")

    def _purchase(self, row: Row) -> BillRow:
        card = self._card(row)
        on = self._day(row, Column.TRANSACTION_DATE)
        posted = self._day(row, Column.POSTING_DATE) if Column.POSTING_DATE in self.places else on
        return BillRow(
            line_no=row.line_no,
            number=self._number(row),
            first6=card[0],
            last4=card[1],
            transaction_date=on,
            posting_date=posted,
            merchant=self._merchant(row),
            mcc=self._code(row, Column.MCC),
            via=self._via(row),
            rrn=self._code(row, Column.RRN),
            authorization_code=self._code(row, Column.AUTHORIZATION_CODE),
            amount=self._amount(row),
            due_date=self._due(row),
        )

    def _card(self, row: Row) -> tuple[str, str]:
        text = self._text(row, Column.CARD) if Column.CARD in self.places else self.given["card"]
        digits = rules.card_digits(text)
        if digits is None:
            message = "nomor kartu harus tersamar, misalnya 526422******1234."
            raise ParseError(row.line_no, "card", message)
        return digits

    def _amount(self, row: Row) -> Decimal:
        cell = self._cell(row, Column.AMOUNT)
        found = cells.amount(cell, self.style)
        if found is None:
            message = f"“{shown(cell)[:40]}” bukan jumlah uang yang dapat dibaca."
            raise ParseError(row.line_no, "amount", message)
        paid_back = isinstance(cell, str) and cells.bare(cell)[1] in cells.IN
        if found <= 0 or paid_back:
            message = f"“{shown(cell)[:40]}” bukan belanja; minta tagihan tanpa pembayaran dan pengembalian."
            raise ParseError(row.line_no, "amount", message)
        return found

    def _number(self, row: Row) -> str:
        text = self._text(row, Column.NUMBER) if Column.NUMBER in self.places else self.given["number"]
        if not text or len(text) > 30:
            raise ParseError(row.line_no, "number", "nomor tagihan kosong atau lebih dari 30 huruf.")
        written.require_digits_kept(row.line_no, text)
        return text

    def _due(self, row: Row) -> date:
        if Column.DUE_DATE in self.places:
            return self._day(row, Column.DUE_DATE)
        return date.fromisoformat(self.given["due_date"])

    def _merchant(self, row: Row) -> str:
        text = self._text(row, Column.MERCHANT)
        if not text or "\x00" in text:
            raise ParseError(row.line_no, "merchant", "nama merchant kosong atau tidak terbaca.")
        return text[:120]

    def _via(self, row: Row) -> str:
        if Column.VIA not in self.places:
            return self.layout.via
        said = self._text(row, Column.VIA)
        if said.casefold() not in _WAYS:
            raise ParseError(row.line_no, "via", f"jenis “{said[:20]}” tidak dikenal; isinya EDC atau QRIS.")
        return _WAYS[said.casefold()]

    def _code(self, row: Row, column: Column) -> str:
        form, whole = _CODES[column]
        text = "".join(self._text(row, column).split())
        if text in {"", "-"}:
            return ""
        written.require_digits_kept(row.line_no, text)
        lost = isinstance(self._cell(row, column), Decimal) and len(text) < whole
        if lost or not form.fullmatch(text):
            why = "adalah angka yang kehilangan nol di depannya" if lost else "tidak dikenal bentuknya"
            raise ParseError(row.line_no, str(column), f"“{text[:40]}” {why}; minta berkas aslinya.")
        return text

    def _day(self, row: Row, column: Column) -> date:
        found = self._day_or_none(row, column)
        if found is None:
            told = shown(self._cell(row, column))[:40]
            raise ParseError(row.line_no, "date", f"“{told}” bukan tanggal yang dapat dibaca.")
        return found

    def _day_or_none(self, row: Row, column: Column) -> date | None:
        return moments.day(self._cell(row, column), self.order)

    def _text(self, row: Row, column: Column) -> str:
        return written.unquoted(self._cell(row, column))

    def _cell(self, row: Row, column: Column) -> Cell:
        return written.cell_at(row, self.places.get(column), self.layout.columns.get(column, ""))


def _said(amount: Decimal) -> str:
    return format_rupiah(amount)
