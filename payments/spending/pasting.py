"""Spends copied from a spreadsheet: every row a draft, every fault named by row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TypeVar

from opd.office import tabular
from opd.office.tabular import Problems, Row, TabularError
from opd.planning.models import BudgetLine
from payments.spending import queries
from payments.spending.drafts import SpendDraft
from payments.spending.errors import SpendError
from payments.spending.models import Channel, Payee, Source, SpendType
from payments.spending.services.checking import checked

SUB, CODE, FUND = "Kode sub kegiatan", "Kode rekening", "Sumber dana"
SOURCE, CHANNEL, PAYEE = "Sumber", "Kanal", "Penerima"
AMOUNT, TEXT, DAY, TYPE = "Jumlah", "Uraian", "Tanggal", "Jenis"
NEEDED = (SUB, CODE, SOURCE, CHANNEL, PAYEE, AMOUNT, TEXT, DAY)
MOST = 200
_CHANNELS = {
    "cms": Channel.CMS, "m-banking": Channel.CMS, "transfer": Channel.CMS, "qris": Channel.QRIS,
    "tunai": Channel.CASH,
}  # fmt: skip
_SOURCES = {str(source.value): source for source in (Source.UP, Source.GU, Source.TU, Source.LS)}
_TYPES = {"barang": SpendType.GOODS, "modal": SpendType.CAPITAL, "perjalanan": SpendType.TRAVEL}
T = TypeVar("T")


@dataclass(frozen=True)
class Pasted:
    """What the text holds: drafts to be, or the faults that keep all of them out."""

    rows: Sequence[tuple[int, SpendDraft, str, str]]
    problems: Sequence[str]

    @property
    def drafts(self) -> list[SpendDraft]:
        return [draft for _, draft, _, _ in self.rows]

    @property
    def total(self) -> Decimal:
        return sum((draft.amount for draft in self.drafts), Decimal(0))


@dataclass(frozen=True)
class _Book:
    """The agency's lines and payees by what a person writes."""

    lines: Mapping[tuple[str, str], list[BudgetLine]]
    payees: Mapping[str, list[Payee]]


def read(text: str, *, opd_id: int, year: int) -> Pasted:
    """The drafts in a pasted table (header line first, tabs between columns); nothing is written.

    Where anything is wrong, ``problems`` says row and column, and ``rows`` is not to be kept.
    """
    try:
        table = tabular.read(
            BytesIO(text.encode()), name="tempelan", columns=NEEDED, amounts=[AMOUNT], most_rows=MOST
        )
    except TabularError as error:
        return Pasted([], [str(error)])
    if not table.rows:
        return Pasted([], ["Baris judul ada, tetapi belum ada belanja di bawahnya."])
    book, problems = _book(opd_id, year), Problems()
    found = [problems.take(_draft, row, book, opd_id, year) for row in table.rows]
    rows = [(row.line_no, *one) for row, one in zip(table.rows, found, strict=True) if one is not None]
    return Pasted(rows, problems.sentences())


def _book(opd_id: int, year: int) -> _Book:
    lines: dict[tuple[str, str], list[BudgetLine]] = {}
    for line in BudgetLine.objects.filter(opd=opd_id, year=year, pagu__gt=0):
        lines.setdefault((line.kode_sub_kegiatan, line.kode_rekening), []).append(line)
    payees: dict[str, list[Payee]] = {}
    for payee in queries.payable_payees(opd_id):
        payees.setdefault(_fold(payee.name), []).append(payee)
    return _Book(lines, payees)


def _draft(row: Row, book: _Book, opd_id: int, year: int) -> tuple[SpendDraft, str, str]:
    """A draft with the words of its line and payee. Raises TabularError."""
    line, payee = _line(row, book), _payee(row, book)
    draft = SpendDraft(
        opd_id=opd_id, year=year, line_id=line.pk, payee_id=payee.pk if payee else None,
        source=_word(row, SOURCE, _SOURCES), channel=_word(row, CHANNEL, _CHANNELS),
        amount=tabular.amount(row, AMOUNT), description=tabular.text(row, TEXT, most=1000),
        spend_date=_day(row, year), type=_type(row),
    )  # fmt: skip
    try:
        return checked(draft), str(line), payee.name if payee else ""
    except SpendError as error:
        raise TabularError(row.line_no, "", str(error)) from error


def _line(row: Row, book: _Book) -> BudgetLine:
    key = tabular.text(row, SUB, most=30), tabular.text(row, CODE, most=30)
    found = book.lines.get(key, [])
    fund = _fold(tabular.text(row, FUND, most=80, needed=False)) if row.table.has(FUND) else ""
    if fund:
        found = [line for line in found if _fold(line.sumber_dana) == fund]
    if not found:
        raise TabularError(
            row.line_no, CODE, f"{key[1]} pada sub kegiatan {key[0]} tidak ada di DPA OPD ini."
        )
    if len(found) > 1:
        raise TabularError(
            row.line_no, FUND, f"{key[1]} ada pada beberapa sumber dana. Tambahkan kolom “{FUND}”."
        )
    return found[0]


def _payee(row: Row, book: _Book) -> Payee | None:
    name = tabular.text(row, PAYEE, most=120, needed=False)
    if not name:
        return None
    found = book.payees.get(_fold(name), [])
    if not found:
        raise TabularError(row.line_no, PAYEE, f"“{name}” tidak ada di buku penerima, atau diblokir.")
    if len(found) > 1:
        raise TabularError(
            row.line_no,
            PAYEE,
            f"“{name}” ada {len(found)} kali di buku penerima. Ajukan baris ini satu per satu.",
        )
    return found[0]


def _day(row: Row, year: int) -> date:
    day = tabular.day(row, DAY)
    if day.year != year:
        raise TabularError(row.line_no, DAY, f"{day:%d/%m/%Y} di luar tahun anggaran {year}.")
    return day


def _word(row: Row, column: str, known: Mapping[str, T]) -> T:
    word = _fold(tabular.text(row, column, most=40))
    if word not in known:
        raise TabularError(
            row.line_no, column, f"“{word}” tidak dikenal. Pakai salah satu: {', '.join(known)}."
        )
    return known[word]


def _type(row: Row) -> SpendType:
    if not row.table.has(TYPE) or not tabular.text(row, TYPE, most=40, needed=False):
        return SpendType.GOODS
    return _word(row, TYPE, _TYPES)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
