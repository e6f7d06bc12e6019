"""Any bank's statement by example: what is read is what the bank wrote, or it is refused with its line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.byexample.cells import day
from payments.reconciliation.parsers import example
from payments.reconciliation.parsers.example import Column, Layout, Question
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals
from tests.reconciliation import banks
from tests.reconciliation.banks import ACCOUNT, BANKS, Move, Rows, csv, jatim, written

OPENING = 100_000_000
MOVES = [
    Move(date(2026, 11, 13), 1_234_567_89, "QRIS SETTLEMENT 20261112 ID20260000001", "B1"),
    Move(date(2026, 11, 14), -250_000_00, "BIAYA ADM", "B2"),
    Move(date(2026, 11, 14), 5_000_00, "SETORAN; tunai", "B3"),
]


def layout_of(content: bytes) -> Layout:
    return example.guess(io.BytesIO(content)).layout


def read(content: bytes, layout: Layout | None = None) -> tuple[list[StatementRow], StatementTotals]:
    found = list(example.parse(io.BytesIO(content), layout or layout_of(content)))
    totals = found.pop()
    assert isinstance(totals, StatementTotals)
    rows = [row for row in found if isinstance(row, StatementRow)]
    assert len(rows) == len(found)
    return rows, totals


def sen(amount: Decimal) -> int:
    return int(amount * 100)


def agrees(content: bytes, opening: int, moves: Sequence[Move], layout: Layout | None = None) -> None:
    rows, totals = read(content, layout)
    assert [(row.post_date, sen(row.credit - row.debit)) for row in rows] == [(m.day, m.sen) for m in moves]
    assert [sen(row.balance) for row in rows] == banks.balances(opening, moves)
    assert (sen(totals.opening), sen(totals.closing)) == (opening, opening + sum(m.sen for m in moves))
    assert (totals.account, totals.count) == (ACCOUNT, len(moves))
    assert (totals.first_day, totals.last_day) == (moves[0].day, moves[-1].day)


def refused(content: bytes, layout: Layout | None = None) -> tuple[str, int]:
    with pytest.raises(ParseError) as caught:
        read(content, layout)
    return caught.value.code, caught.value.line_no


@pytest.mark.parametrize("workbook", [False, True], ids=["csv", "xlsx"])
@pytest.mark.parametrize("bank", BANKS)
def test_five_banks_are_known_by_the_names_of_their_columns(bank: str, workbook: bool) -> None:
    content = written(bank, OPENING, MOVES, workbook=workbook)
    found = example.guess(io.BytesIO(content))
    assert example.problem(found.layout) == ""
    assert found.questions == frozenset()
    agrees(content, OPENING, MOVES)


moves = st.lists(
    st.builds(
        Move,
        st.dates(date(2026, 1, 13), date(2026, 1, 31)),
        st.integers(-(10**11), 10**11).filter(bool),
        st.sampled_from(["QRIS", "SETORAN TUNAI", "BIAYA, ADM", 'A "B" C'.replace('"', "'")]),
    ),
    min_size=2,
    max_size=12,
).map(lambda found: sorted(found, key=lambda move: move.day))


@given(st.sampled_from(sorted(BANKS)), st.integers(-(10**12), 10**13), moves)
def test_whatever_moves_is_read_back_to_the_sen(bank: str, opening: int, found: list[Move]) -> None:
    content = written(bank, opening, found)
    guess = example.guess(io.BytesIO(content))
    layout = guess.layout
    if Question.NUMBERS in guess.questions:
        layout = replace(layout, numbers="english")
    if bank == "mandiri" and found[0].day == found[-1].day:
        found = [replace(move) for move in found]
    agrees(content, opening, found, layout)


@given(st.sampled_from(sorted(BANKS)), st.data())
def test_a_changed_amount_never_passes(bank: str, data: st.DataObject) -> None:
    """One digit of one amount: the file no longer proves itself.

    Where a bank names no opening balance its first amount has nothing to agree with, and with BRI's balances
    before each movement the last: those the balance of the next day's file proves.
    """
    write, delimiter = BANKS[bank]
    rows = write(OPENING, MOVES)
    layout = layout_of(csv(rows, delimiter))
    names = {layout.columns[c] for c in layout.columns if c in {Column.DEBIT, Column.CREDIT, Column.AMOUNT}}
    head = next(number for number, row in enumerate(rows) if names <= set(row))
    first, last = head + 1, head + len(MOVES)
    unproved = {"jatim": first, "bni": first, "mandiri": last, "bri": last}.get(bank)
    places = [
        (line, rows[head].index(name))
        for name in sorted(names)
        for line in range(head + 1, head + 1 + len(MOVES))
        if line != unproved and any(digit in "123456789" for digit in rows[line][rows[head].index(name)])
    ]
    line, column = data.draw(st.sampled_from(places))
    text = rows[line][column]
    at = data.draw(st.sampled_from([place for place, letter in enumerate(text) if letter.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != text[at]]))
    rows[line][column] = text[:at] + other + text[at + 1 :]
    assert refused(csv(rows, delimiter), layout)[0] == "control_total"


def test_newest_first_is_turned_and_days_without_balances_too() -> None:
    rows = banks.bca(OPENING, MOVES[:2])
    turned = [*rows[:2], rows[3], rows[2], *rows[4:]]
    agrees(csv(turned, ","), OPENING, MOVES[:2])


def test_dates_that_can_be_two_days_are_asked() -> None:
    early = [Move(date(2026, 4, 3), 500_000_12), Move(date(2026, 4, 5), 200_000_00)]
    content = written("jatim", OPENING, early)
    found = example.guess(io.BytesIO(content))
    assert found.questions == {Question.DATES}
    assert refused(content)[0] == "ambiguous_dates"
    agrees(content, OPENING, early, replace(found.layout, dates="dmy"))
    first = read(content, replace(found.layout, dates="mdy"))[0][0]
    assert first.post_date == date(2026, 3, 4)


def test_a_file_that_writes_days_another_way_than_its_example_is_refused() -> None:
    layout = replace(layout_of(written("jatim", OPENING, MOVES)), dates="mdy")
    assert refused(written("jatim", OPENING, MOVES), layout)[0] == "date"


def small() -> bytes:
    rows: Rows = [
        ["Tanggal", "Uraian", "Norek", "Debit", "Kredit", "Saldo"],
        ["2026-11-13", "SETORAN", ACCOUNT, "", "1.234", "5.234"],
    ]
    return csv(rows)


def test_amounts_that_can_be_two_values_are_asked() -> None:
    found = example.guess(io.BytesIO(small()))
    assert found.questions == {Question.NUMBERS}
    assert refused(small())[0] == "ambiguous_numbers"
    (row,), _ = read(small(), replace(found.layout, numbers="indonesian"))
    assert row.credit == Decimal("1234.00")
    english = small().replace(b"1.234", b"1.23").replace(b"5.234", b"5.23")
    assert refused(english, replace(found.layout, numbers="indonesian"))[0] == "amount"


def changed(line: int, column: str, text: str) -> bytes:
    rows = jatim(OPENING, MOVES)
    rows[line][rows[0].index(column)] = text
    return csv(rows, ",")


@pytest.mark.parametrize(
    ("line", "column", "text", "code"),
    [
        (2, "Currency", "USD", "currency"),
        (2, "Account", "0010100000025", "account"),
        (2, "Post Date", "31/02/2026", "date"),
        (2, "Post Date", "besok", "date"),
        (2, "Post Date", "", "date"),
        (2, "Debit", "dua ratus", "amount"),
        (2, "Debit", "1.555", "amount"),
        (2, "Credit", "1,000.00", "movement"),
        (2, "Debit", "0.00", "movement"),
        (2, "Debit", "-250,000.00", "movement"),
        (2, "Balance", "", "control_total"),
        (2, "Balance", "1.00", "control_total"),
        (2, "Debit", "=1+1", "amount"),
        (2, "Reference No", "9" * 101, "too_long"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(line: int, column: str, text: str, code: str) -> None:
    layout = layout_of(written("jatim", OPENING, MOVES))
    found, line_no = refused(changed(line, column, text), layout)
    assert found == code
    assert line_no in {line + 1, 0} if code == "account" else line_no == line + 1


def test_without_balances_the_file_must_name_both_ends() -> None:
    rows = banks.bca(OPENING, MOVES)
    layout = layout_of(csv(rows, ","))
    for missing in ("Saldo Awal", "Saldo Akhir"):
        left = [row for row in rows if row[0] != missing]
        assert refused(csv(left, ","), layout)[0] == "no_control"
    doubled = [*rows, ["Saldo Akhir", "", "", "1.00"]]
    assert refused(csv(doubled, ","), layout)[0] == "control_total"


def test_an_account_is_never_assumed() -> None:
    rows = banks.bca(OPENING, MOVES)[1:]
    assert refused(csv(rows, ","))[0] == "account"
    two = [["No. rekening", ACCOUNT], ["Rekening lawan", "0010100000025"], *rows]
    assert refused(csv(two, ","))[0] == "account"


def test_a_missing_row_in_the_middle_is_found_by_the_balances() -> None:
    rows = jatim(OPENING, MOVES)
    assert refused(csv([rows[0], rows[1], rows[3]], ","))[0] == "control_total"


def _workbook() -> Any:
    return openpyxl.Workbook()


def test_numbers_and_days_of_a_workbook_are_read_exactly() -> None:
    book, out = _workbook(), io.BytesIO()
    book.active.append(["Tanggal", "Uraian", "Norek", "Debit", "Kredit", "Saldo"])
    book.active.append([date(2026, 11, 13), "SETORAN", ACCOUNT, None, 0.1, 0.3])
    book.active.append([date(2026, 11, 14), "SETORAN", ACCOUNT, None, 1234567.89, 1234568.19])
    book.save(out)
    (first, second), totals = read(out.getvalue())
    assert (first.credit, second.credit) == (Decimal("0.10"), Decimal("1234567.89"))
    assert totals.opening == Decimal("0.20")


def test_a_formula_that_was_never_calculated_is_no_amount() -> None:
    book, out = _workbook(), io.BytesIO()
    book.active.append(["Tanggal", "Uraian", "Norek", "Debit", "Kredit", "Saldo"])
    book.active.append([date(2026, 11, 13), "SETORAN", ACCOUNT, None, "=1000+1", 5000])
    book.save(out)
    assert refused(out.getvalue())[0] == "cell"


def test_another_header_is_another_file() -> None:
    layout = layout_of(written("jatim", OPENING, MOVES))
    other = written("jatim", OPENING, MOVES).replace(b"Reference No", b"Reference No,Branch", 1)
    assert example.matching(io.BytesIO(other), {"jatim": layout}) is None
    layouts = {"bri": layout_of(written("bri", OPENING, MOVES)), "jatim": layout}
    assert example.matching(io.BytesIO(written("jatim", OPENING + 1, MOVES[:1])), layouts) == "jatim"
    assert example.matching(io.BytesIO(written("bri", OPENING, MOVES)), layouts) == "bri"
    assert example.matching(io.BytesIO(other), {}) is None
    assert refused(other, layout)[0] in {"wrong_header", "not_a_table"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "tanggal buku"),
        ({Column.POST_DATE: "a"}, "debit dan kredit, atau"),
        ({Column.POST_DATE: "a", Column.DEBIT: "b"}, "debit dan kredit, atau"),
        (
            {Column.POST_DATE: "a", Column.DEBIT: "b", Column.CREDIT: "c", Column.AMOUNT: "d"},
            "tidak keduanya",
        ),
        ({Column.POST_DATE: "a", Column.AMOUNT: "A"}, "untuk dua hal"),
    ],
)
def test_a_layout_that_cannot_be_read_by_says_why(columns: dict[Column, str], said: str) -> None:
    assert said in example.problem(Layout((), columns))
    assert refused(written("jatim", OPENING, MOVES), Layout((), columns))[0] == "layout"


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"PK\x03\x04broken", b'"open'])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(ParseError):
        example.guess(io.BytesIO(content))


def test_a_layout_survives_being_kept() -> None:
    layout = replace(layout_of(written("bri", OPENING, MOVES)), dates="dmy", numbers="english")
    assert Layout.from_json(layout.as_json()) == layout


def test_days_a_bank_writes() -> None:
    november = date(2026, 11, 5)
    for text in [
        "2026-11-05",
        "05/11/2026",
        "5-11-2026",
        "05.11.26",
        "5 November 2026",
        "05 Nov 26",
        "05-NOV-2026",
    ]:
        assert day(text, "dmy") == november, text
    assert day("11/05/2026", "mdy") == november
    assert day("5 Nopember", "dmy") is None
    assert november + timedelta(days=1) == day("06/11/2026 10:15", "")
