"""The issuer's history of one card: semicolon, header, oldest first, amounts always positive.

``nomor_kartu;waktu;jenis;merchant;terminal;nilai;saldo;referensi``, jenis TOPUP, BELI or TARIK, ``saldo``
after the line, and the control line ``JUMLAH;{lines};{closing balance}`` at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO

from opd.office import tabular
from opd.office.calendar import WIB
from opd.office.tabular import Problems, Row, Table, TabularError
from payments.emoney import numbers
from payments.emoney.errors import BadFile
from payments.emoney.models import MovementKind
from payments.money import format_rupiah

HEADER = ("nomor_kartu", "waktu", "jenis", "merchant", "terminal", "nilai", "saldo", "referensi")
TRAILER = "JUMLAH"
KINDS = {"TOPUP": MovementKind.TOPUP, "BELI": MovementKind.BUY, "TARIK": MovementKind.WITHDRAW}
_FORMS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H.%M")
Digits = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line as the issuer wrote it; amounts in rupiah."""

    line_no: int
    at: datetime
    kind: MovementKind
    merchant: str
    terminal: str
    amount: Decimal
    balance: Decimal
    reference_no: str

    @property
    def before(self) -> Decimal:
        """What lay on the card before this line."""
        return self.balance - self.signed

    @property
    def signed(self) -> Decimal:
        """What the line does to the card's balance."""
        return self.amount if self.kind == MovementKind.TOPUP else -self.amount

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)

    @property
    def key(self) -> tuple[object, ...]:
        """Two lines with the same key are the same line, met in two files."""
        return (
            self.at, self.kind, self.merchant, self.terminal, self.amount, self.balance, self.reference_no
        )  # fmt: skip


@dataclass(frozen=True)
class History:
    """A whole file, proven: its balances chain and its control line agrees."""

    digits: Digits
    lines: list[Line]
    closing: Decimal


def read(content: IO[bytes], *, name: str) -> History:
    """The history in a CSV or XLSX. Raises BadFile with up to twenty faults, each naming row and column."""
    problems = Problems()
    try:
        table = tabular.read(content, name=name, columns=HEADER, amounts=("nilai", "saldo"))
        trailer = _trailer(table)
    except TabularError as error:
        raise BadFile([str(error)]) from error
    found = [_entry(row, problems) for row in table.rows[:-1]]
    if problems:
        raise BadFile(problems.sentences())
    entries = [entry for entry in found if entry is not None]
    digits, lines = [card for card, _ in entries], [line for _, line in entries]
    _check_card(table, digits, problems)
    _check_chain(table, lines, problems)
    problems.take(_check_trailer, trailer, lines)
    if problems:
        raise BadFile(problems.sentences())
    return History(digits[0], lines, lines[-1].balance)


def _trailer(table: Table) -> Row:
    last = table.rows[-1] if table.rows else None
    if last is None or last.cells["nomor_kartu"].upper() != TRAILER:
        line_no = last.line_no if last else table.header_line
        raise TabularError(
            line_no, "nomor_kartu", f"baris {TRAILER} di akhir berkas tidak ada; berkas terpotong."
        )
    if len(table.rows) == 1:
        raise TabularError(last.line_no, "", "berkas ini tidak berisi transaksi.")
    return last


def _entry(row: Row, problems: Problems) -> tuple[Digits, Line] | None:
    with problems.watch():
        return _digits(row), Line(
            line_no=row.line_no,
            at=instant(row, "waktu"),
            kind=_kind(row),
            merchant=tabular.text(row, "merchant", most=120, needed=False),
            terminal=tabular.text(row, "terminal", most=60, needed=False),
            amount=_positive(row),
            balance=tabular.amount(row, "saldo"),
            reference_no=tabular.text(row, "referensi", most=64, needed=False),
        )
    return None


def _digits(row: Row) -> Digits:
    """The first six and last four digits; what is between is neither needed nor kept."""
    found = numbers.digits(row.cells["nomor_kartu"])
    if found is None:
        raise row.fault("nomor_kartu", "bukan nomor kartu (enam angka awal dan empat angka akhir).")
    return found


def instant(row: Row, column: str) -> datetime:
    """A moment: ISO with or without its zone, or dd/mm/yyyy hh:mm; without a zone it is WIB."""
    cell = row.cell(column)
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or WIB)
    text = str(cell).strip() if isinstance(cell, str) else ""
    for form in ("", *_FORMS):
        try:
            found = (
                datetime.strptime(text, form).replace(tzinfo=WIB) if form else datetime.fromisoformat(text)
            )
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=WIB)
    raise row.fault(column, f"“{text[:40]}” bukan waktu. Tulis seperti 2026-12-31T14:05:00+07:00.")


def _kind(row: Row) -> MovementKind:
    word = row.cells["jenis"].strip().upper()
    if word not in KINDS:
        raise row.fault("jenis", f"“{word[:20]}” tidak dikenal; yang dikenal {', '.join(KINDS)}.")
    return KINDS[word]


def _positive(row: Row) -> Decimal:
    value = tabular.amount(row, "nilai")
    if value == 0:
        raise row.fault("nilai", "jumlah harus lebih dari nol.")
    return value


def _check_card(table: Table, digits: Sequence[Digits], problems: Problems) -> None:
    for row, found in zip(table.rows, digits, strict=False):
        if found != digits[0]:
            problems.add(
                row.fault("nomor_kartu", "berkas ini memuat lebih dari satu kartu. Pisahkan dahulu.")
            )


def _check_chain(table: Table, lines: Sequence[Line], problems: Problems) -> None:
    """Each balance continues the one before it, and time never runs backwards."""
    for place, line in enumerate(lines):
        row = table.rows[place]
        if line.before < 0:
            problems.add(row.fault("saldo", "saldo sebelum baris ini menjadi kurang dari nol."))
        if place and line.before != lines[place - 1].balance:
            due = lines[place - 1].balance + (line.balance - line.before)
            problems.add(
                row.fault(
                    "saldo",
                    f"saldo tidak menyambung: seharusnya {format_rupiah(due)}, "
                    f"tertulis {format_rupiah(line.balance)}.",
                )
            )
        if place and line.at < lines[place - 1].at:
            problems.add(row.fault("waktu", "lebih awal dari baris di atasnya; urutkan dari yang terlama."))


def _check_trailer(row: Row, lines: Sequence[Line]) -> None:
    count = tabular.whole(row, "waktu")
    if count != len(lines):
        raise row.fault("waktu", f"menurut baris {TRAILER} ada {count} baris, di berkas {len(lines)}.")
    closing = tabular.amount(row, "jenis")
    if closing != lines[-1].balance:
        raise row.fault(
            "jenis",
            f"saldo akhir {format_rupiah(closing)}, padahal baris terakhir "
            f"{format_rupiah(lines[-1].balance)}.",
        )
