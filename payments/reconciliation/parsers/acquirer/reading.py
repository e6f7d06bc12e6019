"""Reads one settlement file by its layout, line by line, with every amount and total proved. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO

from opd.office.byexample import cells, moments, writing
from opd.office.tabular.table import Cell, Row, Table, shown
from payments.reconciliation.parsers import settlement
from payments.reconciliation.parsers.acquirer import above
from payments.reconciliation.parsers.acquirer.columns import MONEY, Column
from payments.reconciliation.parsers.acquirer.layout import ABOVE, DAYS_AFTER, Layout, problem
from payments.reconciliation.parsers.acquirer.sums import ZERO, Sums, Tally
from payments.reconciliation.parsers.acquirer.writing import opened, survey
from payments.reconciliation.parsers.rows import ParseError, SettlementRow, SettlementTotals

SUCCESS = frozenset(
    {
        *("success", "sukses", "successful", "succeed", "berhasil", "settled", "settle", "settlement"),
        *("approved", "approve", "paid", "lunas", "terbayar", "selesai", "complete", "completed", "ok", "00"),
    }
)
"""What acquirers call a transaction that stands. Anything else is refused, as in ``qris_settlement_v1``."""
_FEES = (Column.MDR, Column.OTHER_FEE)
_WHOLE_RRN = 12
_ISSUER = 20


@dataclass
class Reading:
    """``closed`` says, at the end, that the last line was a total of all rows before it.

    ``given`` are the answers to what the layout asks: "settlement_date" (ISO) and "nmid".
    """

    content: IO[bytes]
    layout: Layout
    given: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def items(self) -> Iterator[SettlementRow | SettlementTotals]:
        """The rows as they come, then the totals. Raises ParseError with the line in the file."""
        self._check()
        first = survey(*self._table(), self.layout)
        self.order = writing.decided_order(first.order, self.layout.dates)
        self.style = writing.decided_style(first.style, self.layout.numbers)
        self.tally, self.part = Tally(), Sums()
        self.signs: dict[Column, bool] = {}
        self.batches: dict[str, tuple[str, date]] = {}
        self.has_clock = False
        table, rows = self._table()
        self.places = {column: table.place(name) for column, name in self.layout.columns.items()}
        self.constant_day, self.constant_nmid = self._constant_day(table), self._constant_nmid(table)
        for row in rows:
            found = self._row(row)
            if found:
                yield found
        if not self.tally.count:
            raise ParseError(0, "empty", "Berkas ini tidak memuat satu transaksi pun.")
        if not self.has_clock:
            raise ParseError(0, "no_clock", "waktu transaksi tidak memuat jam; pilih kolom jamnya.")
        if self.layout.sums and not self.closed:
            raise ParseError(0, "truncated", "baris total di akhir tidak ada; berkas terpotong.")
        yield self.tally.totals()

    def decided(self) -> Layout:
        """The layout with all that this file decided; ask for it after its end."""
        numbers = writing.kept_style(self.style, self.layout.numbers)
        return replace(self.layout, dates=self.order, numbers=numbers, sums=self.closed)

    def _check(self) -> None:
        lacking = problem(self.layout)
        if lacking:
            raise ParseError(0, "layout", lacking)
        missing = [name for name in self.layout.asks if not self.given.get(name)]
        if missing:
            words = {"settlement_date": "tanggal settlement", "nmid": "NMID"}
            asked = " dan ".join(words[name] for name in missing)
            raise ParseError(0, "asks", f"Berkas ini tidak menyebut {asked}; isi lalu lanjutkan.")

    def _table(self) -> tuple[Table, Iterator[Row]]:
        table, rows = opened(self.content, self.layout)
        writing.require_header(table, self.layout.header)
        return table, rows

    def _row(self, row: Row) -> SettlementRow | None:
        """A transaction; None for totals, remarks and repeated headers, once totals were found to agree."""
        rrn = self._text(row, Column.RRN)
        if not any(self._has_figure(row, column) for column in MONEY):
            if rrn in {"", self.layout.columns[Column.RRN]}:
                return None
        elif not rrn and writing.is_total(row):
            self._agree(row)
            return None
        money = {column: self._money(row, column) for column in MONEY}
        found = self._transaction(row, money)
        self._count(found, money)
        return found

    def _has_figure(self, row: Row, column: Column) -> bool:
        return any(letter.isdigit() for letter in shown(self._cell(row, column)))

    def _agree(self, row: Row) -> None:
        """A total is that of all rows so far, or of those since the last total."""
        told = {c: self._money(row, c) for c in MONEY if self._has_figure(row, c)}
        if not told:
            return
        if not (self.tally.sums.say(told) or self.part.say(told)):
            name, amount = next((c, a) for c, a in told.items() if a != self.tally.sums.of[c])
            message = f"jumlah {name} tertulis {amount}, menurut isi berkas {self.tally.sums.of[name]}."
            raise ParseError(row.line_no, "control_total", message)
        self.closed = self.tally.sums.say(told) and bool(told.keys() & {Column.GROSS, Column.NET})
        self.part = Sums()

    def _count(self, row: SettlementRow, money: Mapping[Column, Decimal]) -> None:
        owner = (row.nmid, row.settlement_date)
        if self.batches.setdefault(row.batch_no, owner) != owner:
            message = (
                f"batch {row.batch_no} memuat lebih dari satu NMID atau tanggal settlement;"
                " bila nomornya bukan nomor batch, kosongkan kolom itu."
            )
            raise ParseError(row.line_no, "batch", message)
        self.closed = False
        self.tally.add(row, money)
        self.part.add(money)

    def _transaction(self, row: Row, money: Mapping[Column, Decimal]) -> SettlementRow:
        gross, mdr, net = self._amounts(row, money)
        self._require_success(row)
        at = self._time(row)
        settled, nmid = self._settled(row, at), self._nmid(row)
        return SettlementRow(
            line_no=row.line_no,
            raw=" | ".join(shown(cell) for cell in row.values),
            trx_time=at,
            settlement_date=settled,
            batch_no=self._word(row, Column.BATCH_NO) or f"{settled:%Y%m%d}-{nmid}",
            nmid=nmid,
            merchant_pan=self._word(row, Column.MERCHANT_PAN),
            terminal_id=self._word(row, Column.TERMINAL_ID),
            rrn=self._rrn(row),
            bill_no=self._word(row, Column.BILL_NO),
            reference_no=self._word(row, Column.REFERENCE_NO),
            partner_reference_no=self._word(row, Column.PARTNER_REFERENCE_NO),
            issuer_code=self._text(row, Column.ISSUER_CODE)[:_ISSUER],
            gross=gross,
            mdr=mdr,
            net=net,
            status="SUCCESS",
        )

    def _amounts(self, row: Row, money: Mapping[Column, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
        """Gross, fees and net; what no column says is worked out of the other two."""
        have = self.layout.columns
        fees = money[Column.MDR] + money[Column.OTHER_FEE]
        gross = money[Column.GROSS] if Column.GROSS in have else money[Column.NET] + fees
        net = money[Column.NET] if Column.NET in have else gross - fees
        mdr = fees if Column.MDR in have else gross - net
        if gross <= 0 or net < 0 or mdr < 0:
            message = (
                f"bruto {gross}, potongan {mdr}, neto {net}: bukan transaksi yang dibayarkan."
                " Pengembalian dan pembatalan tidak dibaca dari berkas settlement."
            )
            raise ParseError(row.line_no, "amount", message)
        if gross - mdr != net:
            raise ParseError(row.line_no, "net", f"neto {net} bukan bruto {gross} dikurangi potongan {mdr}.")
        return gross, mdr, net

    def _money(self, row: Row, column: Column) -> Decimal:
        """Rupiah; a fee without its sign, which must be the same in the whole file. Zero without a column."""
        cell = self._cell(row, column)
        if column not in self.layout.columns or (column in _FEES and cell in ("", "-")):
            return ZERO
        amount = cells.amount(cell, self.style) if cell != "" else None
        if amount is None:
            message = f"“{shown(cell)[:40]}” bukan jumlah uang yang dapat dibaca."
            raise ParseError(row.line_no, "amount", message)
        if column in _FEES and amount:
            if self.signs.setdefault(column, amount < 0) != (amount < 0):
                raise ParseError(
                    row.line_no, "amount", "potongan di berkas ini kadang negatif, kadang tidak."
                )
            return abs(amount)
        return amount

    def _require_success(self, row: Row) -> None:
        said = self._text(row, Column.STATUS)
        if Column.STATUS in self.layout.columns and said.casefold() not in SUCCESS:
            message = f"status “{said[:20]}” bukan transaksi berhasil; minta berkas yang hanya memuat itu."
            raise ParseError(row.line_no, "status", message)

    def _time(self, row: Row) -> datetime:
        cell = self._cell(row, Column.TRX_TIME)
        found = moments.moment(cell, self.order)
        if Column.CLOCK in self.layout.columns:
            day, clock = moments.day(cell, self.order), moments.clock(self._cell(row, Column.CLOCK))
            found = datetime.combine(day, clock, moments.WIB) if day and clock is not None else None
        elif found is None and (day := moments.day_alone(cell, self.order)):
            found = datetime.combine(day, time(), moments.WIB)
        if found is None or not 2000 <= found.year <= 2099:
            message = f"“{shown(cell)[:40]}” bukan waktu transaksi yang dapat dibaca."
            raise ParseError(row.line_no, "time", message)
        self.has_clock = self.has_clock or found.time() != time()
        return found

    def _settled(self, row: Row, at: datetime) -> date:
        if Column.SETTLEMENT_DATE in self.layout.columns:
            cell = self._cell(row, Column.SETTLEMENT_DATE)
            found = moments.day(cell, self.order)
            if found is None:
                message = f"“{shown(cell)[:40]}” bukan tanggal settlement yang dapat dibaca."
                raise ParseError(row.line_no, "date", message)
        elif self.layout.settled in DAYS_AFTER:
            found = at.astimezone(moments.WIB).date() + timedelta(days=int(self.layout.settled))
        else:
            assert self.constant_day is not None
            found = self.constant_day
        if found < at.astimezone(moments.WIB).date():
            raise ParseError(row.line_no, "date", f"settlement {found:%d/%m/%Y} mendahului transaksinya.")
        return found

    def _nmid(self, row: Row) -> str:
        if Column.NMID not in self.layout.columns:
            return self.constant_nmid
        return self._word(row, Column.NMID)

    def _constant_day(self, table: Table) -> date | None:
        if Column.SETTLEMENT_DATE in self.layout.columns or self.layout.settled in DAYS_AFTER:
            return None
        if self.layout.settled != ABOVE:
            return moments.day(self.given["settlement_date"], "")
        found = above.days(table, self.order)
        if len(found) != 1:
            message = "tanggal settlement tidak terbaca di atas tabel, atau ada beberapa."
            raise ParseError(0, "date", message)
        return found.pop()

    def _constant_nmid(self, table: Table) -> str:
        if Column.NMID in self.layout.columns:
            return ""
        if self.layout.merchant != ABOVE:
            return self.given["nmid"] if "nmid" in self.layout.asks else self.layout.merchant
        found = above.nmids(table)
        if len(found) != 1:
            raise ParseError(0, "nmid", "NMID tidak terbaca di atas tabel, atau ada beberapa.")
        return found.pop()

    def _rrn(self, row: Row) -> str:
        found = self._word(row, Column.RRN)
        if isinstance(self._cell(row, Column.RRN), Decimal) and len(found) < _WHOLE_RRN:
            message = f"RRN {found} tersimpan sebagai angka dan kehilangan nol di depannya; minta CSV."
            raise ParseError(row.line_no, "characters", message)
        return found

    def _word(self, row: Row, column: Column) -> str:
        text = self._text(row, column)
        writing.require_digits_kept(row.line_no, text)
        if column is Column.BATCH_NO and column not in self.layout.columns:
            return ""
        return settlement.word(row.line_no, str(column), text)

    def _text(self, row: Row, column: Column) -> str:
        return writing.unquoted(self._cell(row, column))

    def _cell(self, row: Row, column: Column) -> Cell:
        return writing.cell_at(row, self.places.get(column), self.layout.columns.get(column, ""))
