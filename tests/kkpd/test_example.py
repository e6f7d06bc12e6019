"""Bills in a bank's own writing, read by a layout taught on an example: readings, round trips, hostility."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from opd.office.byexample import ParseError, Question
from payments.kkpd.example import Column, Layout, Reading, guess
from payments.kkpd.reading import BillSheet

MANDIRI = """\
DAFTAR TAGIHAN SEMENTARA;;;;;;
No. Tagihan;: DTS/2026/0017;;;;;
Tanggal Jatuh Tempo;: 21 Juni 2026;;;;;

No. Kartu;Tgl. Transaksi;Tgl. Pembukuan;Keterangan Transaksi;Approval Code;RRN;Nominal (IDR)
5264 22XX XXXX 0001;13/06/2026;14/06/2026;TOKO MAJU BENGKULU;004411;000000000042;1.250.000,00
5264 22XX XXXX 0001;14/06/2026;15/06/2026;TOTAL BUAH SEGAR;004412;-;75.500,50
;;;Total Tagihan;;;1.325.500,50
"""
BPD = """\
Card Number,Transaction Date,Merchant Name,Auth Code,Transaction Type,Amount
526422******0001,06/13/2026,"SHOP, ONE",A1,POS,"1,250,000.00 DB"
526422******0002,06/14/2026,HOTEL,A2,QRIS,"2,000,000.00 DB"
"""
ASKED = {"number": "DTS/2026/0017", "due_date": "2026-06-21"}


def taught(text: str | bytes, **change: object) -> tuple[Layout, dict[str, str]]:
    found = guess(stream(text))
    return Layout(**{**vars(found.layout), **change}), found.told


def stream(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def read(text: str | bytes, layout: Layout, **told: str) -> BillSheet:
    return Reading(stream(text), layout, told).sheet()


def refused(text: str | bytes, layout: Layout, **told: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(text, layout, **told)
    return caught.value


def test_columns_titles_and_total_are_found() -> None:
    layout, told = taught(MANDIRI, via="edc")
    assert told == ASKED
    reading = Reading(stream(MANDIRI), layout, told)
    sheet = reading.sheet()
    assert (sheet.number, sheet.due_date, sheet.total) == (
        "DTS/2026/0017", date(2026, 6, 21), Decimal("1325500.50"),
    )  # fmt: skip
    one, two = sheet.rows
    assert (one.first6, one.last4, one.rrn, one.posting_date) == (
        "526422", "0001", "000000000042", date(2026, 6, 14),
    )  # fmt: skip
    assert (two.merchant, two.rrn, two.authorization_code) == ("TOTAL BUAH SEGAR", "", "004412")
    kept = reading.decided()
    assert kept.sums
    assert (kept.dates, kept.numbers) == ("dmy", "indonesian")
    assert Layout.from_json(kept.as_json()) == kept


def test_a_bill_without_a_total_asks_for_the_bank_s_letter() -> None:
    layout, _ = taught(BPD)
    assert refused(BPD, layout, **ASKED).code == "asks"
    wrong = refused(BPD, layout, **ASKED, total="3250000.01")
    assert wrong.code == "control_total"
    sheet = read(BPD, layout, **ASKED, total="3250000")
    assert [row.via for row in sheet.rows] == ["edc", "qris"]
    assert [row.merchant for row in sheet.rows] == ["SHOP, ONE", "HOTEL"]


def test_a_bill_that_lost_its_total_is_cut_off() -> None:
    layout, told = taught(MANDIRI, via="edc")
    reading = Reading(stream(MANDIRI), layout, told)
    reading.sheet()
    cut = MANDIRI.partition(";;;Total")[0]
    assert refused(cut, reading.decided(), **told).code == "truncated"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("1.250.000,00", "1,250,000.00", "amount", 0),
        ("1.250.000,00", "", "amount", 6),
        ("1.250.000,00", "1.250.000,00 CR", "amount", 6),
        ("1.250.000,00", "-1.250.000,00", "amount", 6),
        ("1.250.000,00", "0,00", "amount", 6),
        ("1.250.000,00", "1.250.001,00", "control_total", 8),
        ("1.325.500,50", "1.325.500,51", "control_total", 8),
        ("13/06/2026", "31/06/2026", "date", 6),
        ("13/06/2026", "", "date", 6),
        ("14/06/2026;TOKO", "06/14/2026;TOKO", "date", 6),
        ("000000000042", "42", "rrn", 6),
        ("000000000042", "4,2E+11", "characters", 6),
        ("TOKO MAJU BENGKULU", "", "merchant", 6),
        ("5264 22XX XXXX 0001;13", "kartu satu;13", "card", 6),
        ("5264 22XX XXXX 0001;13", "5264221234560001;13", "card", 6),
        ("RRN", "Retrieval", "not_a_table", 5),
        ("No. Kartu;Tgl. Transaksi", "Tgl. Transaksi;No. Kartu", "wrong_header", 5),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(old: str, new: str, code: str, line: int) -> None:
    layout, told = taught(MANDIRI, via="edc")
    assert old in MANDIRI
    error = refused(MANDIRI.replace(old, new, 1), layout, **told)
    assert (error.code, error.line_no) == (code, line)


def test_whole_card_numbers_are_refused_before_anything_is_kept() -> None:
    with pytest.raises(ParseError, match="nomor kartu utuh"):
        guess(stream(MANDIRI.replace("5264 22XX XXXX 0001", "5264 2212 3456 0001", 1)))


def test_days_and_amounts_of_two_meanings_are_asked() -> None:
    text = "Card No,Date,Merchant,Approval,Amount\n526422******0001,03/04/2026,TOKO,A1,1.250\n"
    found = guess(stream(text))
    assert found.questions == {Question.DATES, Question.NUMBERS}
    layout, _ = taught(text, via="edc")
    assert refused(text, layout, **ASKED).code == "ambiguous_dates"
    layout, _ = taught(text, via="edc", dates="mdy")
    assert refused(text, layout, **ASKED).code == "ambiguous_numbers"
    layout, _ = taught(text, via="edc", dates="mdy", numbers="indonesian")
    (row,) = read(text, layout, **ASKED, total="1250").rows
    assert (row.transaction_date, row.amount) == (date(2026, 3, 4), Decimal(1250))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"via": ""}, "Pilih kolom jenis"),
        ({"columns": {Column.TRANSACTION_DATE: "Tgl. Transaksi"}}, "Pilih kolom merchant"),
        (
            {
                "columns": {
                    Column.TRANSACTION_DATE: "RRN", Column.MERCHANT: "rrn", Column.AMOUNT: "Nominal (IDR)",
                    Column.RRN: "RRN",
                }
            },
            "Satu kolom dipilih",
        ),
    ],
)  # fmt: skip
def test_a_layout_that_says_too_little_is_refused(change: dict[str, object], says: str) -> None:
    layout, told = taught(MANDIRI, **{"via": "edc", **change})
    error = refused(MANDIRI, layout, **told)
    assert error.code == "layout"
    assert says in error.message


def test_workbooks_that_lost_their_noughts_are_refused() -> None:
    layout, _ = taught(workbook("000000000042"), via="edc")
    assert read(workbook("000000000042"), layout, **ASKED, total="5000").rows[0].rrn == "000000000042"
    assert refused(workbook(42), layout, **ASKED, total="5000").code == "rrn"


def workbook(rrn: object) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No. Kartu", "Tanggal", "Merchant", "RRN", "Nilai"])
    sheet.append(["526422******0001", date(2026, 6, 13), "TOKO", rrn, 5000])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


STYLES = {
    "indonesian": lambda amount: f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
    "english": lambda amount: f"{amount:,.2f}",
    "plain": lambda amount: f"{amount:.0f}",
}
ROWS = st.lists(
    st.tuples(st.integers(1, 90), st.integers(1, 10**9), st.text('ABC D;,"', min_size=1, max_size=12)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    style=st.sampled_from(sorted(STYLES)),
    separator=st.sampled_from(";,|\t"),
    subtotal=st.booleans(),
)
def test_what_a_bank_writes_is_what_is_read(
    rows: Sequence[tuple[int, int, str]], style: str, separator: str, subtotal: bool
) -> None:
    wanted = [
        (date(2026, 1, 1) + timedelta(days=on), Decimal(amount), " ".join(f"X{name}X".split()), f"{at:012}")
        for at, (on, amount, name) in enumerate(rows)
    ]
    total = sum(amount for _, amount, _, _ in wanted)
    lines = [["Kartu", "Tanggal", "Merchant", "RRN", "Nilai", "Jenis"]]
    lines += [
        ["526422******0001", f"{on:%Y-%m-%d}", name, rrn, STYLES[style](amount), "QRIS"]
        for on, amount, name, rrn in wanted
    ]
    lines += [["Jumlah", "", "", "", STYLES[style](total), ""]] * (2 if subtotal else 1)
    text = "\n".join(separator.join(_quoted(cell) for cell in line) for line in lines)
    layout, _ = taught(text, numbers="" if style == "plain" else style)
    sheet = read(text, layout, **ASKED)
    assert sheet.total == total
    assert [(r.transaction_date, r.amount, r.merchant, r.rrn) for r in sheet.rows] == wanted


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\0" * 5000, b"%PDF-1.7\n\xe2\xe3\xcf\xd3", b"PK\3\4" + b"\0" * 200, b"\xff" * 4000),
        b"1" * 3_000_000,
    ],
    ids=["empty", "noughts", "pdf", "broken zip", "binary", "one long line"],
)  # fmt: skip
def test_files_of_no_kind_are_refused(content: bytes) -> None:
    with pytest.raises(ParseError):
        guess(io.BytesIO(content))
    with pytest.raises(ParseError):
        read(content, taught(MANDIRI, via="edc")[0], **ASKED)


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    with path.open("wb") as file:
        file.write(MANDIRI.encode())
        file.truncate(2 << 30)
    with path.open("rb") as content, pytest.raises(ParseError, match="lebih besar"):
        guess(content)
