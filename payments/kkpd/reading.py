"""Reads a "Daftar Tagihan Sementara": strict, all or nothing, with row and column of each fault.

Layout (semicolon CSV or XLSX by header names): one row a purchase, then ``JUMLAH;{rows};{total}``. Dates
yyyy-mm-dd or dd/mm/yyyy, amounts in rupiah, card numbers masked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from opd.office import tabular
from opd.office.tabular import Problems, Row, Table, TabularError
from opd.office.tabular.numbers import NotAnAmount, plain
from opd.office.tabular.table import fold, shown
from payments.kkpd import rules
from payments.money import MoneyError, format_rupiah, rupiah

COLUMNS = (
    *("nomor_tagihan", "nomor_kartu", "pemegang", "tanggal_transaksi", "tanggal_posting", "merchant"),
    *("mcc", "jenis", "rrn", "kode_otorisasi", "nilai", "jatuh_tempo"),
)
TRAILER = "JUMLAH"
_VIA = {"EDC": "edc", "QRIS": "qris"}


@dataclass(frozen=True)
class BillRow:
    """A purchase as the issuer billed it (rupiah)."""

    line_no: int
    number: str
    first6: str
    last4: str
    transaction_date: date
    posting_date: date
    merchant: str
    mcc: str
    via: str
    rrn: str
    authorization_code: str
    amount: Decimal
    due_date: date

    @property
    def identity(self) -> str:
        """The same purchase in any file: by RRN, or by all it says where it has none."""
        facts = (
            ("rrn", self.rrn)
            if self.rrn
            else (
                *("all", self.first6, self.last4, self.transaction_date, self.merchant),
                *(self.authorization_code, f"{self.amount:.2f}"),
            )
        )
        return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()


@dataclass(frozen=True)
class BillSheet:
    number: str
    due_date: date
    total: Decimal
    rows: list[BillRow]


class BillRefused(Exception):
    """The file can't be a bill; ``sentences`` names row and column of each fault. Nothing was imported."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def read(content: IO[bytes], *, name: str) -> BillSheet:
    """The bill in a file. Raises BillRefused with all faults found (up to twenty)."""
    try:
        table = tabular.read(content, name=name, columns=COLUMNS, amounts=["nilai"])
    except TabularError as error:
        raise BillRefused([str(error)]) from error
    problems = Problems()
    body, trailer = _split(table.rows)
    found = [problems.take(_row, row) for row in body]
    rows = [row for row in found if row is not None]
    if not problems:
        problems.take(_check_whole, table, rows, trailer)
    check_each(problems, rows)
    if problems:
        raise BillRefused(problems.sentences())
    return BillSheet(rows[0].number, rows[0].due_date, _total(rows), rows)


def is_ours(content: IO[bytes]) -> bool:
    """Whether a file tries to be in this layout: it has most of its columns. Raises BillRefused."""
    try:
        header = tabular.stream(content, likely=COLUMNS)[0].header
    except TabularError as error:
        raise BillRefused([str(error)]) from error
    return 3 * len(set(COLUMNS) & set(map(fold, header))) >= 2 * len(COLUMNS)


def _split(rows: Sequence[Row]) -> tuple[list[Row], Row | None]:
    """The purchases, and the control line at the end where there is one."""
    if rows and shown(rows[-1].values[0]).strip().upper() == TRAILER:
        return list(rows[:-1]), rows[-1]
    return list(rows), None


def _row(row: Row) -> BillRow:
    digits = rules.card_digits(tabular.text(row, "nomor_kartu"))
    if digits is None:
        raise row.fault("nomor_kartu", "nomor kartu harus tersamar, misalnya 526422******1234.")
    value = tabular.amount(row, "nilai")
    if not value:
        raise row.fault("nilai", "jumlah tidak boleh nol.")
    way = tabular.text(row, "jenis").upper()
    if way not in _VIA:
        raise row.fault("jenis", f"“{way[:20]}” tidak dikenal; isinya EDC atau QRIS.")
    return BillRow(
        line_no=row.line_no,
        number=tabular.text(row, "nomor_tagihan", most=30),
        first6=digits[0],
        last4=digits[1],
        transaction_date=tabular.day(row, "tanggal_transaksi"),
        posting_date=tabular.day(row, "tanggal_posting"),
        merchant=tabular.text(row, "merchant", most=120),
        mcc=tabular.code(row, "mcc", r"\d{4}", needed=False),
        via=_VIA[way],
        rrn=tabular.code(row, "rrn", r"\d{12}", needed=False),
        authorization_code=tabular.code(row, "kode_otorisasi", r"[0-9A-Za-z]{1,12}", needed=False),
        amount=value,
        due_date=tabular.day(row, "jatuh_tempo"),
    )


def _check_whole(table: Table, rows: list[BillRow], trailer: Row | None) -> None:
    """The control line must say what the rows add up to."""
    if trailer is None:
        raise TabularError(
            None, "", f"Baris {TRAILER} di akhir berkas tidak ada, jadi isinya tidak dapat diuji."
        )
    if not rows:
        raise trailer.fault("nomor_tagihan", "tagihan ini tidak berisi transaksi.")
    if tabular.whole(trailer, "nomor_kartu") != len(rows):
        raise trailer.fault(
            "nomor_kartu", f"tertulis {shown(trailer.values[1])} transaksi, tetapi berkas berisi {len(rows)}."
        )
    said = _control(table, trailer)
    if said != _total(rows):
        raise trailer.fault(
            "pemegang",
            f"jumlah kontrol {format_rupiah(said)}, tetapi baris berjumlah {format_rupiah(_total(rows))}.",
        )


def _control(table: Table, trailer: Row) -> Decimal:
    cell = trailer.cell("pemegang")
    try:
        return rupiah(cell if isinstance(cell, Decimal) else plain(shown(cell), table.style("nilai")))
    except (NotAnAmount, MoneyError) as error:
        raise trailer.fault("pemegang", f"jumlah kontrol “{shown(cell)[:40]}” bukan jumlah uang.") from error


def check_each(problems: Problems, rows: list[BillRow]) -> None:
    """One bill, one due date, and no purchase twice."""
    seen: dict[str, int] = {}
    for row in rows:
        if row.number != rows[0].number:
            problems.add(
                TabularError(row.line_no, "nomor_tagihan", f"lain dari baris pertama ({rows[0].number}).")
            )
        if row.due_date != rows[0].due_date:
            problems.add(TabularError(row.line_no, "jatuh_tempo", "lain dari baris pertama."))
        if row.identity in seen:
            same = f"transaksi ini sama dengan baris {seen[row.identity]}; satu transaksi ditagih sekali."
            problems.add(TabularError(row.line_no, "rrn", same))
        seen.setdefault(row.identity, row.line_no)


def _total(rows: Sequence[BillRow]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))
