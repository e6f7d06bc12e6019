"""``qris_settlement_v1``: an acquirer's settlement of QRIS transactions, with a trailer of control totals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from payments.reconciliation.parsers import reading
from payments.reconciliation.parsers.rows import ParseError, SettlementRow, SettlementTotals

LABEL = "settlement QRIS"
DELIMITER = ","
HEADER = (
    *("trx_time", "settlement_date", "batch_no", "nmid", "merchant_pan", "terminal_id", "rrn", "bill_no"),
    *("reference_no", "partner_reference_no", "issuer_code", "amount_gross", "mdr", "amount_net", "status"),
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+07:00", re.ASCII)
_WORD = re.compile(r"[!-~]+( [!-~]+)*")
_WIDTHS = {
    "batch_no": 40,
    "nmid": 15,
    "merchant_pan": 19,
    "terminal_id": 16,
    "rrn": 12,
    "bill_no": 64,
    "reference_no": 64,
    "partner_reference_no": 64,
    "issuer_code": 20,
}
_NEEDED = frozenset({"batch_no", "nmid", "rrn"})
_DIGITS = frozenset({"merchant_pan"})


def parse(content: IO[bytes]) -> Iterator[SettlementRow | SettlementTotals]:
    """The rows as they come, then the totals, once the trailer agrees with them.

    Raises ParseError at the first thing wrong; whoever takes rows before the totals must be ready to drop
    them all.
    """
    numbered = reading.lines(content)
    reading.check_header(next(numbered, None), HEADER, DELIMITER, LABEL)
    tally = _Tally()
    for line_no, text in numbered:
        if text.startswith(("TRAILER", '"TRAILER')):
            totals = tally.agree(line_no, text)
            _nothing_after(numbered)
            yield totals
            return
        row = _row(line_no, text)
        tally.add(row)
        yield row
    raise ParseError(tally.last + 1, "truncated", "baris TRAILER tidak ada; berkas terpotong.")


class _Tally:
    """What the rows add up to, and the day and merchant that each batch belongs to."""

    def __init__(self) -> None:
        self.last = 1
        self.count = 0
        self.gross = self.mdr = self.net = Decimal(0)
        self.batches: dict[str, tuple[str, date]] = {}

    def add(self, row: SettlementRow) -> None:
        owner = (row.nmid, row.settlement_date)
        if self.batches.setdefault(row.batch_no, owner) != owner:
            message = f"batch {row.batch_no} memuat lebih dari satu NMID atau tanggal settlement."
            raise ParseError(row.line_no, "batch", message)
        self.last = row.line_no
        self.count += 1
        self.gross += row.gross
        self.mdr += row.mdr
        self.net += row.net

    def agree(self, line_no: int, text: str) -> SettlementTotals:
        _, count, *amounts = reading.cells(line_no, text, DELIMITER, count=5)
        if not re.fullmatch(r"\d{1,9}", count, re.ASCII):
            raise ParseError(line_no, "trailer", f"jumlah baris “{count[:20]}” bukan bilangan.")
        names = ("gross", "MDR", "net")
        said = [reading.plain_amount(line_no, n, a) for n, a in zip(names, amounts, strict=True)]
        self._same(line_no, "baris", int(count), self.count)
        for name, told, found in zip(names, said, (self.gross, self.mdr, self.net), strict=True):
            self._same(line_no, name, told, found)
        return SettlementTotals(self.count, self.gross, self.mdr, self.net)

    @staticmethod
    def _same(line_no: int, name: str, said: Decimal | int, found: Decimal | int) -> None:
        if said != found:
            message = f"jumlah {name} menurut TRAILER {said}, menurut isi berkas {found}."
            raise ParseError(line_no, "control_total", message)


def _row(line_no: int, text: str) -> SettlementRow:
    found = reading.cells(line_no, text, DELIMITER, count=len(HEADER))
    raw = dict(zip(HEADER, found, strict=True))
    gross, mdr, net = (
        reading.plain_amount(line_no, name, raw[name]) for name in ("amount_gross", "mdr", "amount_net")
    )
    if not gross:
        raise ParseError(
            line_no, "amount", "amount_gross nol; transaksi tanpa nilai tidak mungkin diselesaikan."
        )
    if gross - mdr != net:
        raise ParseError(line_no, "net", f"amount_net {net} bukan {gross} dikurangi MDR {mdr}.")
    if raw["status"] != "SUCCESS":
        raise ParseError(line_no, "status", f"status “{raw['status'][:20]}” tidak dikenal; hanya SUCCESS.")
    return SettlementRow(
        line_no=line_no,
        raw=text,
        trx_time=_time(line_no, raw["trx_time"]),
        settlement_date=reading.iso_day(line_no, "settlement_date", raw["settlement_date"]),
        gross=gross,
        mdr=mdr,
        net=net,
        status=raw["status"],
        **{name: word(line_no, name, raw[name]) for name in _WIDTHS},
    )


def _time(line_no: int, text: str) -> datetime:
    if _TIME.fullmatch(text) and "2000" <= text[:4] <= "2099":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    message = f"trx_time “{text[:40]}” bukan waktu seperti 2026-11-24T14:05:00+07:00."
    raise ParseError(line_no, "time", message)


def word(line_no: int, column: str, text: str) -> str:
    """A code in a cell, as it must be in this column. Raises ParseError."""
    if not text and column in _NEEDED:
        raise ParseError(line_no, "missing", f"{column} kosong.")
    if len(text) > _WIDTHS[column]:
        raise ParseError(line_no, "too_long", f"{column} lebih dari {_WIDTHS[column]} huruf.")
    if text and not ((text.isascii() and text.isdigit()) if column in _DIGITS else _WORD.fullmatch(text)):
        raise ParseError(line_no, "characters", f"{column} “{text[:40]}” memuat huruf yang tidak sah.")
    return text


def _nothing_after(numbered: Iterator[tuple[int, str]]) -> None:
    for line_no, text in numbered:
        if text.strip():
            raise ParseError(line_no, "after_trailer", "ada isi sesudah baris TRAILER.")
