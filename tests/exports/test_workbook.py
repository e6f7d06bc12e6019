"""The workbook beside the CSV: its formulas agree, words stay words, and it is the same each time."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.exports import workbook
from opd.office.exports.shapes import XLSX, Column, Contents, Table
from tests.exports.test_archive import ANY_TEXT, written

pytestmark = pytest.mark.django_db
COLUMNS = (
    Column("n", "number", "urutan", "u.n"),
    Column("isi", "text", "isi", "u.t"),
    Column("nilai", "amount", "nilai", "u.a"),
    Column("hari", "day", "hari", "DATE '2026-11-24'"),
    Column("panjang", "number", "nomor panjang", "12345678901234567"),
)


def book_of(texts: list[str], amounts: list[str]) -> bytes:
    source = "FROM unnest(%(texts)s::text[], %(amounts)s::numeric[]) WITH ORDINALITY AS u (t, a, n)"
    params = {"texts": texts, "amounts": amounts}
    content, manifest = written(Contents("Uji", [Table("uji", COLUMNS, source, "u.n", params)]), XLSX)
    assert [told["file"] for told in manifest["files"]] == ["kamus.csv", workbook.FILE]
    return ZipFile(io.BytesIO(content)).read(workbook.FILE)


def sheets(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def worked_out(book: Any, formula: str) -> Decimal | int:
    """What Excel makes of our two kinds of formula."""
    found = re.fullmatch(r"=(SUM|COUNTA)\('(\w+)'!([A-Z]+)2:\3(\d+)\)", formula)
    assert found, formula
    name, sheet, letter, _ = found.groups()
    cells = [cell.value for cell in book[sheet][letter][1:] if cell.value is not None]
    if name == "COUNTA":
        return len(cells)
    return sum((Decimal(str(cell)) for cell in cells), Decimal(0))


def test_excel_counts_and_adds_up_what_the_database_told() -> None:
    book = sheets(book_of(["satu", "", "tiga"], ["10.25", "-3.00", "1000000.50"]))
    checks = list(book[workbook.CHECKS].iter_rows(min_row=4, max_col=5, values_only=True))
    told = {label: (figure, formula) for _, label, figure, formula, _ in checks[:-1]}
    assert told["baris"][0] == 3
    assert told["jumlah nilai"][0] == pytest.approx(1000007.75)
    assert told["sel terisi isi"][0] == 2
    for label, (figure, formula) in told.items():
        assert worked_out(book, formula) == pytest.approx(Decimal(str(figure))), label
    assert all(verdict.startswith("=IF(") for *_, verdict in checks)
    assert checks[-1][3] == f'=COUNTIF(E4:E{len(checks) + 2},"BERBEDA")'


def test_numbers_are_numbers_and_long_ones_words() -> None:
    row = [cell.value for cell in sheets(book_of(["007"], ["10.25"]))["uji"][2]]
    assert row[0] == 1
    assert row[1] == "007"
    assert row[2] == pytest.approx(10.25)
    assert row[3].date().isoformat() == "2026-11-24"
    assert row[4] == "12345678901234567"


@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_no_text_becomes_a_formula_and_each_comes_back(texts: list[str]) -> None:
    rows = list(sheets(book_of(texts, ["1"] * len(texts)))["uji"].iter_rows(min_row=2))
    for text, row in zip(texts, rows, strict=True):
        assert row[1].data_type != "f"
        cell = _HIDDEN.sub(lambda found: chr(int(found[1], 16)), row[1].value or "")
        assert (cell[1:] if cell.startswith("'") else cell) == text


_HIDDEN = re.compile("_x([0-9A-F]{4})_")


def test_the_same_rows_give_the_same_workbook() -> None:
    assert book_of(["a", "=b"], ["1", "2"]) == book_of(["a", "=b"], ["1", "2"])


def test_more_rows_than_a_sheet_holds_leave_the_checks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    book = sheets(book_of(["a", "b", "c"], ["1", "2", "3"]))
    assert book.sheetnames == [workbook.CHECKS]
    words = list(book[workbook.CHECKS].iter_rows(min_row=4, values_only=True))
    assert words[0][:3] == ("uji", "baris", 3)
    assert "lebih dari 2 baris" in words[0][4]
