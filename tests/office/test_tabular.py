"""Tables that people bring: read exactly, or refused with row and column."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office import tabular
from opd.office.tabular import Problems, Table, TabularError

HEAD = ("Kode", "Uraian", "Pagu", "Tanggal")


def text(body: str, *, encoding: str = "utf-8", **options: Any) -> Table:
    return tabular.read(io.BytesIO(body.encode(encoding)), name="dpa.csv", **options)


def book(*rows: tuple[Any, ...], **options: Any) -> Table:
    return tabular.read(io.BytesIO(bytes_of(*rows)), name="dpa.xlsx", **options)


def bytes_of(*rows: tuple[Any, ...], title: str = "Data") -> bytes:
    made: Any = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refused(match: str, deed: Any, *args: Any, **options: Any) -> TabularError:
    with pytest.raises(TabularError, match=match) as caught:
        deed(*args, **options)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encoding_and_separator_are_found(encoding: str, separator: str) -> None:
    body = f"kode{separator} URAIAN \r\n5.1{separator}Café\r\n"
    table = text(body, encoding=encoding, columns=["Kode", "Uraian"])
    (row,) = table.rows
    assert (row.line_no, tabular.text(row, "uraian"), tabular.code(row, "Kode", r"[\d.]+")) == (
        2,
        "Café",
        "5.1",
    )


def test_header_is_found_below_titles_and_empty_lines_are_skipped() -> None:
    table = text("Laporan;;\n\nKode;Uraian;Pagu\n1;a;5\n;;\n2;b;6\n", columns=["Kode", "Pagu"])
    assert table.header_line == 3
    assert [(row.line_no, row.cells["Kode"]) for row in table.rows] == [(4, "1"), (6, "2")]


def test_a_missing_column_is_named() -> None:
    error = refused(
        "Baris 1, kolom “Pagu”: kolom ini tidak ada", text, "Kode;Uraian\n1;a\n", columns=HEAD[:3]
    )
    assert (error.row, error.column) == (1, "Pagu")


def test_a_doubled_column_is_refused_where_it_matters() -> None:
    assert text("Kode;Kode;Pagu\n1;2;3\n", columns=["Pagu"]).rows
    refused("lebih dari sekali", text, "Kode;kode ;Pagu\n1;2;3\n", columns=["Kode"])


def test_a_line_longer_than_the_header_is_refused() -> None:
    refused("Baris 2: ada isi di kanan", text, "Kode,Pagu\n1,1,000\n")


def test_quoted_lines_keep_their_number_and_open_quotes_are_refused() -> None:
    table = text('Kode;Uraian\n1;"a\nb"\n2;c\n')
    assert [row.line_no for row in table.rows] == [2, 4]
    refused("tanda kutip", text, 'Kode;Uraian\n1;"a\n2;c\n')


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234.567,89", "1.000", "Rp 5"], ["1234567.89", "1000.00", "5.00"]),
        (["1,234,567.89", "1,000", "IDR 5"], ["1234567.89", "1000.00", "5.00"]),
        (["1500", "2500"], ["1500.00", "2500.00"]),
        (["12,5", "3.000"], ["12.50", "3000.00"]),
        (["(1.000.000)", "\u22122.000", "-Rp 5"], ["-1000000.00", "-2000.00", "-5.00"]),
    ],
)
def test_the_style_of_amounts_is_found_for_the_whole_file(cells: list[str], values: list[str]) -> None:
    table = text("Pagu\n" + "".join(f'"{cell}"\n' for cell in cells), amounts=["Pagu"])
    assert [str(tabular.amount(row, "Pagu", negative=True)) for row in table.rows] == values


def test_another_amount_column_decides_the_style() -> None:
    table = text("Pagu;Realisasi\n1.234;1.000.000\n", amounts=["Pagu", "Realisasi"])
    assert tabular.amount(table.rows[0], "Pagu") == 1234
    unclear = text("Kode;Pagu\n5.1.02.03;1.234\n", amounts=["Pagu"])
    refused("dapat berarti dua jumlah", tabular.amount, unclear.rows[0], "Pagu")


def test_two_styles_in_one_file_are_refused() -> None:
    table = text('Pagu\n1.000.000\n"1,000,000"\n')
    refused("dua cara menulis", tabular.amount, table.rows[0], "Pagu")


@pytest.mark.parametrize("cell", ["lima ribu", "1.2.3", "5e3", "1.00.000", "--5", "(5", "1.000,999", "٣"])
def test_what_is_no_amount_is_never_zero(cell: str) -> None:
    table = text(f'Pagu\n"{cell}"\n2.000.000\n')
    error = refused("Baris 2, kolom “Pagu”", tabular.amount, table.rows[0], "Pagu")
    assert (error.row, error.column) == (2, "Pagu")


def test_an_empty_or_negative_amount_is_refused_unless_allowed() -> None:
    table = text("Kode;Pagu\n1;\n2;-5\n")
    refused("kosong", tabular.amount, table.rows[0], "Pagu")
    assert tabular.amount(table.rows[0], "Pagu", empty=Decimal(0)) == 0
    refused("tidak boleh negatif", tabular.amount, table.rows[1], "Pagu")


def test_numbers_of_a_workbook_are_exact() -> None:
    table = book(HEAD[:3], ("1", "a", 1234567.89), ("2", "b", 7), ("3", "c", 0.1), columns=HEAD[:3])
    assert [str(tabular.amount(row, "Pagu")) for row in table.rows] == ["1234567.89", "7.00", "0.10"]
    assert [row.line_no for row in table.rows] == [2, 3, 4]


@pytest.mark.parametrize("value", [0.123, 1.005, 10**16, True, datetime(2026, 1, 2), float(2**60)])  # noqa: DTZ001
def test_a_number_that_is_no_exact_rupiah_is_refused(value: Any) -> None:
    table = book(("Pagu",), (value,))
    refused("Baris 2, kolom “Pagu”", tabular.amount, table.rows[0], "Pagu")


def test_text_in_a_column_of_numbers_is_refused() -> None:
    table = book(("Pagu",), (5000,), ("6.000.000",))
    assert tabular.amount(table.rows[0], "Pagu") == 5000
    refused("adalah teks", tabular.amount, table.rows[1], "Pagu")


def test_a_formula_without_its_result_is_refused() -> None:
    table = book(("Pagu", "Kode"), (5, "=1+1"), ("=A2*2", "x"))
    refused("belum dihitung", tabular.amount, table.rows[1], "Pagu")
    refused("belum dihitung", tabular.text, table.rows[0], "Kode")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-01-31", date(2026, 1, 31)), ("31/01/2026", date(2026, 1, 31)),
        ("31-1-2026", date(2026, 1, 31)),
        ("2 Januari 2026", date(2026, 1, 2)), ("17  agustus 2026", date(2026, 8, 17)),
        ("2026-01-31 08:15:00", date(2026, 1, 31)),
    ],
)  # fmt: skip
def test_days_are_read(cell: str, value: date) -> None:
    assert tabular.day(text(f"Tanggal\n{cell}\n").rows[0], "Tanggal") == value


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "01/31/2026", "2 January 2026", "46053", "kemarin", "31/01/26"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    refused("Baris 2, kolom “Tanggal”", tabular.day, text(f"Tanggal\n{cell}\n").rows[0], "Tanggal")


def test_date_cells_are_days_and_numbers_are_not() -> None:
    table = book(("Tanggal",), (date(2026, 1, 31),), (46053,))
    assert tabular.day(table.rows[0], "Tanggal") == date(2026, 1, 31)
    refused("bukan tanggal", tabular.day, table.rows[1], "Tanggal")


def test_whole_numbers_text_and_codes_keep_their_bounds() -> None:
    (row,) = text("N;T;K\n12;dua  kata;5.1 .02\n").rows
    assert (tabular.whole(row, "N"), tabular.text(row, "T")) == (12, "dua kata")
    assert tabular.code(row, "K", r"\d(\.\d\d?)*") == "5.1.02"
    refused("di luar batas", tabular.whole, row, "N", most=11)
    refused("bukan bilangan bulat", tabular.whole, row, "T")
    refused("paling banyak 3", tabular.text, row, "T", most=3)
    refused("tidak dikenal", tabular.code, row, "K", r"\d")


def test_the_sheet_with_the_columns_is_read_and_a_wrong_name_lists_the_others() -> None:
    made: Any = openpyxl.Workbook()
    made.active.title = "Sampul"
    made.active.append(("Laporan",))
    made.create_sheet("Isi").append(HEAD[:3])
    made["Isi"].append(("1", "a", 5))
    out = io.BytesIO()
    made.save(out)
    table = tabular.read(out, name="x.xlsx", columns=HEAD[:3])
    assert (table.sheet, len(table.rows)) == ("Isi", 1)
    assert tabular.sheets(out) == ["Sampul", "Isi"]
    refused("Yang ada: Sampul, Isi", tabular.read, out, name="x.xlsx", sheet="Data")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "kosong"), (b"  \r\n", "kosong"), (b"\xd0\xcf\x11\xe0....", ".xls"),
        (b"PK\x03\x04rusak", "rusak"),
        (b"a\x00b\x81\x8d", "bukan CSV"), (b'"";""\r\n', "tidak berisi tabel"),
        (b"x" * (20 * 2**20 + 1), "20 MB"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said(data: bytes, match: str) -> None:
    refused(match, tabular.read, io.BytesIO(data), name="x")


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (301 * 2**20))
    assert out.tell() < 2**20
    refused("terlalu besar setelah dibuka", tabular.read, out, name="x.xlsx")


def test_an_entity_bomb_is_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(bytes_of(("Kode",), ("1",))))
    out = io.BytesIO()
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(out, "w") as parts:
        for part in source.infolist():
            content = source.read(part)
            if part.filename.startswith("xl/worksheets"):
                content = content.replace(b"<worksheet", evil + b"<worksheet", 1)
            parts.writestr(part.filename, content)
    refused("rusak", tabular.read, out, name="x.xlsx")


def test_too_many_rows_are_refused() -> None:
    refused("lebih dari 2 baris", text, "Kode\n1\n2\n3\n", most_rows=2)


def test_twenty_faults_are_shown_and_the_rest_is_counted() -> None:
    table = text("Kode;Pagu\n" + "1;salah\n" * 25)
    problems = Problems()
    assert [problems.take(tabular.amount, row, "Pagu") for row in table.rows] == [None] * 25
    with problems.watch():
        raise table.rows[0].fault("Kode", "sudah ada.")
    assert len(problems.sentences()) == 21
    assert problems.sentences()[0].startswith("Baris 2, kolom “Pagu”: “salah” bukan")
    assert problems.sentences()[-1] == "… dan 6 kesalahan lagi."


AMOUNTS = st.decimals(min_value=Decimal("-99999999999999"), max_value=Decimal("99999999999999"), places=2)


def written(value: Decimal, style: str) -> str:
    english = f"{value:,.2f}"
    return {"id": english.translate(str.maketrans(",.", ".,")), "en": english, "plain": f"{value:.2f}"}[style]


@given(st.lists(AMOUNTS, min_size=1, max_size=20), st.sampled_from(["id", "en", "plain"]))
def test_amounts_come_back_as_they_were_written(values: list[Decimal], style: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["Pagu"], *[[written(value, style)] for value in values]])
    table = text(out.getvalue())
    assert [tabular.amount(row, "Pagu", negative=True) for row in table.rows] == values


@given(
    st.lists(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2), min_size=1, max_size=5)
)
def test_workbook_amounts_come_back_as_they_were_written(values: list[Decimal]) -> None:
    table = book(("Pagu",), *[(float(value),) for value in values])
    assert [tabular.amount(row, "Pagu") for row in table.rows] == values


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    with suppress(TabularError):
        assert tabular.read(io.BytesIO(data), name="x").header
