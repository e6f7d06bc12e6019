"""A treasurer's account statement in the columns of a regional development bank, read to the letter.

SALDO AWAL opens it, SALDO AKHIR closes it, and every balance in between must follow from the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from opd.office import tabular
from opd.office.tabular import Row, TabularError

HEADER = (
    *("Post Date", "Effective Date", "Account", "Name", "Description"),
    *("Currency", "Debit", "Credit", "Balance", "Reference No"),
)
AMOUNTS = ("Debit", "Credit", "Balance")
OPENING, CLOSING = "SALDO AWAL", "SALDO AKHIR"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """One movement (rupiah): exactly one of ``debit`` (out) and ``credit`` (in) is above zero."""

    line_no: int
    post_date: date
    description: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    reference_no: str


@dataclass(frozen=True)
class Statement:
    """``opening`` + credits − debits = ``closing``; the days are those of the opening and closing rows."""

    account_no: str
    first_day: date
    last_day: date
    opening: Decimal
    closing: Decimal
    lines: tuple[Line, ...]

    @property
    def debit(self) -> Decimal:
        return sum((line.debit for line in self.lines), ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((line.credit for line in self.lines), ZERO)


def read(content: IO[bytes], *, name: str) -> Statement:
    """The statement in a CSV or XLSX file. Raises TabularError naming row and column."""
    table = tabular.read(content, name=name, columns=HEADER, amounts=AMOUNTS)
    rows = table.rows
    if len(rows) < 2 or _words(rows[0]) != OPENING:
        raise TabularError(
            rows[0].line_no if rows else None, "Description", f"baris pertama bukan {OPENING}."
        )
    if _words(rows[-1]) != CLOSING:
        raise TabularError(
            rows[-1].line_no, "Description", f"baris terakhir bukan {CLOSING}; berkas terpotong. Minta lagi."
        )
    return _follow(rows)


def _follow(rows: list[Row]) -> Statement:
    first, last = rows[0], rows[-1]
    account = tabular.code(first, "Account", r"\d{5,34}")
    opening, lines = _still(first), []
    balance, first_day = opening, tabular.day(first, "Post Date")
    day = first_day
    for row in rows[1:-1]:
        line = _line(row, account, balance)
        if line.post_date < day:
            raise row.fault("Post Date", "tanggal mundur dari baris sebelumnya.")
        balance, day = line.balance, line.post_date
        lines.append(line)
    _same_account(last, account)
    if _still(last) != balance:
        raise last.fault("Balance", f"{CLOSING} tidak menyambung; menurut baris sebelumnya {balance}.")
    last_day = tabular.day(last, "Post Date")
    if last_day < day:
        raise last.fault("Post Date", f"{CLOSING} bertanggal sebelum mutasi terakhir.")
    return Statement(account, first_day, last_day, opening, balance, tuple(lines))


def _line(row: Row, account: str, before: Decimal) -> Line:
    _same_account(row, account)
    debit, credit = (tabular.amount(row, column, empty=ZERO) for column in ("Debit", "Credit"))
    if bool(debit) == bool(credit):
        raise row.fault("Debit", "tepat satu dari Debit dan Credit harus berisi jumlah uang.")
    balance = tabular.amount(row, "Balance", negative=True)
    if balance != before + credit - debit:
        raise row.fault(
            "Balance", f"saldo tidak menyambung; menurut baris sebelumnya {before + credit - debit}."
        )
    return Line(
        row.line_no,
        tabular.day(row, "Post Date"),
        tabular.text(row, "Description"),
        debit,
        credit,
        balance,
        tabular.text(row, "Reference No", most=100, needed=False),
    )


def _still(row: Row) -> Decimal:
    """The balance of a row that moves nothing."""
    if any(tabular.amount(row, column, empty=ZERO) for column in ("Debit", "Credit")):
        raise row.fault("Debit", "baris saldo tidak boleh berisi Debit atau Credit.")
    return tabular.amount(row, "Balance", negative=True)


def _same_account(row: Row, account: str) -> None:
    if tabular.text(row, "Currency", most=10).upper() != "IDR":
        raise row.fault("Currency", "mata uang harus IDR.")
    found = tabular.code(row, "Account", r"\d{5,34}")
    if found != account:
        raise row.fault("Account", f"rekening {found}, padahal berkas ini untuk {account}.")


def _words(row: Row) -> str:
    return tabular.text(row, "Description", needed=False).upper()
