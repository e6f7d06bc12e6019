"""Any acquirer's settlement by example: what is read is what it wrote, or it is refused with its line."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any, cast

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.reconciliation.parsers import acquirer
from payments.reconciliation.parsers.acquirer import Column, Layout, Question, Reading
from payments.reconciliation.parsers.rows import ParseError, SettlementRow, SettlementTotals
from tests.reconciliation.acquirers import ACQUIRERS, nagari, sums, written
from tests.reconciliation.banks import Rows, bare, csv, english, indonesian, xlsx
from tests.reconciliation.files import RBK, WIB, Sale
from tests.reconciliation.test_hostile import TWO_GB, Sparse

SALES = [
    Sale("632800000001", 1_250_000_00, 8_750_00, partner_reference="P1", reference="R1"),
    Sale(
        "632800000002", 5_000_00, 0, at=datetime(2026, 11, 24, 21, 5, 9, tzinfo=WIB), partner_reference="P2"
    ),
    Sale("632800000003", 10_000_50, 70_00, at=datetime(2026, 11, 23, 0, 0, 1, tzinfo=WIB)),
]


def layout_of(content: bytes) -> Layout:
    found = acquirer.guess(io.BytesIO(content)).layout
    return found if Column.SETTLEMENT_DATE in found.columns or found.settled else replace(found, settled="+1")


def read(
    content: bytes, layout: Layout | None = None, **told: str
) -> tuple[list[SettlementRow], SettlementTotals]:
    found = list(acquirer.parse(io.BytesIO(content), told, layout=layout or layout_of(content)))
    totals = found.pop()
    assert isinstance(totals, SettlementTotals)
    rows = [row for row in found if isinstance(row, SettlementRow)]
    assert len(rows) == len(found)
    return rows, totals


def facts(rows: Sequence[SettlementRow]) -> list[tuple[Any, ...]]:
    return [
        (r.trx_time, r.nmid, r.rrn, r.partner_reference_no, *(int(a * 100) for a in (r.gross, r.mdr, r.net)))
        for r in rows
    ]


def told(sales: Sequence[Sale]) -> list[tuple[Any, ...]]:
    return [(s.at, s.nmid, s.rrn, s.partner_reference, s.gross, s.mdr, s.gross - s.mdr) for s in sales]


def refused(content: bytes, layout: Layout | None = None, **answers: str) -> tuple[str, int]:
    with pytest.raises(ParseError) as caught:
        read(content, layout, **answers)
    return caught.value.code, caught.value.line_no


@pytest.mark.parametrize("workbook", [False, True], ids=["csv", "xlsx"])
@pytest.mark.parametrize("name", ACQUIRERS)
def test_four_acquirers_are_known_by_their_columns(name: str, workbook: bool) -> None:
    content = written(name, SALES, workbook=workbook)
    guess = acquirer.guess(io.BytesIO(content))
    assert guess.is_likely
    assert guess.questions == frozenset()
    rows, totals = read(content)
    assert facts(rows) == told(SALES)
    assert (totals.count, *(int(a * 100) for a in (totals.gross, totals.mdr, totals.net))) == (
        3,
        *sums(SALES),
    )
    expected = {"piped": [s.at.date() + timedelta(days=1) for s in SALES]}
    assert [row.settlement_date for row in rows] == expected.get(name, [s.settled for s in SALES])
    assert {row.status for row in rows} == {"SUCCESS"}


def test_what_stands_in_the_columns_arrives_in_full() -> None:
    (row, *_), _ = read(written("nagari", SALES))
    sale = SALES[0]
    assert (row.batch_no, row.terminal_id, row.bill_no, row.reference_no, row.issuer_code) == (
        sale.batch_no, sale.terminal, sale.bill, sale.reference, sale.issuer,
    )  # fmt: skip
    (row, *_), _ = read(written("titled", SALES))
    assert (row.batch_no, row.issuer_code) == (f"20261124-{RBK}", "PT BANK YANG NAMANYA")
    (row, *_), _ = read(written("piped", SALES))
    assert row.merchant_pan == sale.pan


def test_what_is_worked_out_is_said() -> None:
    said = {name: acquirer.derived(layout_of(written(name, SALES))) for name in ACQUIRERS}
    assert said["nagari"] == []
    assert any("PPN" in line for line in said["anz"])
    assert any(line.startswith("Neto dihitung") for line in said["titled"])
    assert any(line.startswith("MDR dihitung") for line in said["piped"])
    assert any("sehari sesudahnya" in line for line in said["piped"])


def small(**columns: Callable[[Sale], str]) -> Callable[[Sequence[Sale]], Rows]:
    def write(sales: Sequence[Sale]) -> Rows:
        return [list(columns), *([cell(sale) for cell in columns.values()] for sale in sales)]

    return write


amounts = st.sampled_from([indonesian, english, bare])
days = st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d"])
clocks = st.sampled_from(["%H:%M:%S", "%H.%M.%S"])
sales = st.lists(
    st.builds(
        Sale,
        st.from_regex(r"[0-9]{12}", fullmatch=True),
        st.integers(100_01, 10**11),
        st.integers(0, 100_00),
        st.datetimes(datetime(2026, 1, 13, 0, 0, 1), datetime(2026, 1, 31)).map(  # noqa: DTZ001 zone below
            lambda at: at.replace(microsecond=0, second=max(at.second, 1), tzinfo=WIB)
        ),
        st.just(date(2026, 2, 13)),
        partner_reference=st.sampled_from(["", "P1", "INV-2026/1"]),
    ),
    min_size=1,
    max_size=10,
)


@given(st.data())
def test_whatever_the_layout_the_rows_come_back_to_the_sen(data: st.DataObject) -> None:
    """Columns in any order, any separator, any way to write days and amounts, with or without totals."""
    found, money, day, clock = data.draw(sales), data.draw(amounts), data.draw(days), data.draw(clocks)
    signed = data.draw(st.sampled_from([1, -1]))
    cells: dict[str, Callable[[Sale], str]] = {
        "Waktu Transaksi": lambda s: f"{s.at:{day} {clock}}",
        "Tanggal Settlement": lambda s: f"{s.settled:{day}}",
        "NMID": lambda s: s.nmid,
        "RRN": lambda s: s.rrn,
        "Merchant Ref": lambda s: s.partner_reference,
        "Bruto": lambda s: money(s.gross),
        "MDR": lambda s: money(signed * s.mdr),
        "Neto": lambda s: money(s.gross - s.mdr),
        "Catatan": lambda s: "toko; total, jaya|1",
    }
    order = data.draw(st.permutations(sorted(cells)))
    if left_out := data.draw(st.sampled_from(["", "Bruto", "MDR", "Neto"])):
        order.remove(left_out)
    rows = small(**{name: cells[name] for name in order})(found)
    if data.draw(st.booleans()):
        gross, mdr, net = sums(found)
        total = {"Bruto": money(gross), "MDR": money(signed * mdr), "Neto": money(net), order[0]: "TOTAL"}
        if order[0] not in {"Bruto", "MDR", "Neto", "RRN"}:
            rows.append([total.get(name, "") for name in order])
    content = csv(rows, data.draw(st.sampled_from(";,\t|")))
    guess = acquirer.guess(io.BytesIO(content))
    layout = guess.layout
    if Question.NUMBERS in guess.questions:
        layout = replace(layout, numbers="english")
    if Question.DATES in guess.questions:
        layout = replace(layout, dates="dmy")
    read_back, totals = read(content, layout)
    assert facts(read_back) == told(found)
    assert {row.settlement_date for row in read_back} == {date(2026, 2, 13)}
    assert totals.count == len(found)


@given(st.sampled_from(["nagari", "anz"]), st.data())
def test_a_changed_amount_never_passes(name: str, data: st.DataObject) -> None:
    """One digit of one amount: gross, fee and net no longer agree."""
    write, delimiter = ACQUIRERS[name]
    rows = write(SALES)
    layout = layout_of(csv(rows, delimiter))
    line = data.draw(st.integers(1, len(SALES)))
    names = [layout.columns[c] for c in (Column.GROSS, Column.MDR, Column.NET)]
    column = rows[0].index(data.draw(st.sampled_from(names)))
    text = rows[line][column]
    at = data.draw(st.sampled_from([place for place, letter in enumerate(text) if letter.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "123456789" if digit != text[at]]))
    rows[line][column] = text[:at] + other + text[at + 1 :]
    assert refused(csv(rows, delimiter), layout) in {("net", line + 1), ("amount", line + 1)}


def changed(line: int, column: str, text: str) -> bytes:
    rows = nagari(SALES)
    rows[line][rows[0].index(column)] = text
    return csv(rows)


@pytest.mark.parametrize(
    ("line", "column", "text", "code"),
    [
        (2, "Tanggal Transaksi", "31/02/2026 10:00:00", "time"),
        (2, "Tanggal Transaksi", "24/11/2026 25:00:00", "time"),
        (2, "Tanggal Transaksi", "", "time"),
        (2, "Tanggal Transaksi", "24/11/2026 10:00:00 WITA", "time"),
        (2, "Tgl Settlement", "besok", "date"),
        (2, "Tgl Settlement", "23/11/2026", "date"),
        (2, "RRN", "", "missing"),
        (2, "RRN", "6,328E+11", "characters"),
        (2, "RRN", "6328000000019", "too_long"),
        (2, "NMID", "", "missing"),
        (2, "No. Batch", "", "missing"),
        (2, "Status Transaksi", "Refund", "status"),
        (2, "Status Transaksi", "VOID", "status"),
        (2, "Status Transaksi", "", "status"),
        (2, "Nominal Transaksi (Rp)", "-5.000,00", "amount"),
        (2, "Nominal Transaksi (Rp)", "", "amount"),
        (2, "Nominal Transaksi (Rp)", "0", "amount"),
        (2, "Nominal Transaksi (Rp)", "lima ribu", "amount"),
        (2, "Nominal Transaksi (Rp)", "5.000,005", "amount"),
        (2, "MDR (Rp)", "10,00", "amount"),
        (2, "Nominal Bersih (Rp)", "4.999,00", "net"),
        (2, "No. Batch", f"B20261123-{RBK}", ""),
        (4, "Nominal Transaksi (Rp)", "1.265.000,49", "control_total"),
        (4, "MDR (Rp)", "-8.819,00", "control_total"),
        (4, "Nominal Bersih (Rp)", "1,00", "control_total"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(line: int, column: str, text: str, code: str) -> None:
    layout = layout_of(written("nagari", SALES))
    if not code:
        assert read(changed(line, column, text), layout)
        return
    assert refused(changed(line, column, text), layout) == (code, line + 1)


def test_a_batch_is_of_one_day_and_merchant() -> None:
    two = [SALES[0], replace(SALES[1], settled=date(2026, 11, 25), batch=SALES[0].batch_no)]
    assert refused(written("nagari", two)) == ("batch", 3)


def test_totals_within_and_at_the_end_must_be_those_of_the_rows() -> None:
    rows = nagari(SALES)
    part = nagari(SALES[:1])[-2]
    between = [*rows[:2], part, *rows[2:]]
    assert read(csv(between))[1].count == 3
    assert read(csv([*rows[:2], rows[0], *rows[2:]]))[1].count == 3
    wrong = [*rows[:3], part, *rows[3:]]
    assert refused(csv(wrong)) == ("control_total", 4)


def test_a_file_of_a_layout_with_totals_is_cut_off_without_them() -> None:
    content = written("nagari", SALES)
    reading = Reading(io.BytesIO(content), layout_of(content))
    list(reading.items())
    layout = reading.decided()
    assert (layout.sums, layout.dates, layout.numbers) == (True, "dmy", "indonesian")
    rows = nagari(SALES)
    assert refused(csv(rows[:-2]), layout)[0] == "truncated"
    assert refused(csv([*rows[:-2], *rows[-1:]]), layout)[0] == "truncated"
    early = [replace(s, at=s.at.replace(day=3), settled=date(2026, 11, 4)) for s in SALES]
    assert facts(read(written("nagari", early), layout)[0]) == told(early)


def test_dates_and_amounts_that_can_be_two_things_are_asked() -> None:
    early = [replace(SALES[0], gross=5_000_00, mdr=0, at=datetime(2026, 4, 3, 9, 0, tzinfo=WIB),
                     settled=date(2026, 4, 4))]  # fmt: skip
    write = small(
        Waktu=lambda s: f"{s.at:%d/%m/%Y %H:%M}", Settle_Date=lambda s: f"{s.settled:%d/%m/%Y}",
        RRN=lambda s: s.rrn, NMID=lambda s: s.nmid, Bruto=lambda s: "5.000", MDR=lambda s: "0",
        Neto=lambda s: "5.000",
    )  # fmt: skip
    content = csv(write(early))
    guess = acquirer.guess(io.BytesIO(content))
    assert guess.questions == {Question.DATES, Question.NUMBERS}
    layout = guess.layout
    assert refused(content, layout)[0] == "ambiguous_dates"
    assert refused(content, replace(layout, dates="dmy"))[0] == "ambiguous_numbers"
    (row,), _ = read(content, replace(layout, dates="dmy", numbers="indonesian"))
    assert (row.trx_time, row.gross) == (early[0].at, Decimal(5000))
    (row,), _ = read(content, replace(layout, dates="mdy", numbers="indonesian"))
    assert row.trx_time == datetime(2026, 3, 4, 9, 0, tzinfo=WIB)


def test_what_no_column_says_is_asked_of_a_person_for_each_file() -> None:
    content = written("piped", SALES)
    layout = replace(layout_of(content), settled="ask")
    assert layout.asks == ["settlement_date"]
    assert refused(content, layout)[0] == "asks"
    rows, _ = read(content, layout, settlement_date="2026-11-25")
    assert {row.settlement_date for row in rows} == {date(2026, 11, 25)}
    content = written("titled", SALES)
    rows, _ = read(content, replace(layout_of(content), merchant="ID20260000009"))
    assert {row.nmid for row in rows} == {"ID20260000009"}
    asked = replace(layout_of(content), merchant="ask")
    assert refused(content, asked)[0] == "asks"
    assert read(content, asked, nmid=RBK)[0][0].nmid == RBK


def test_merchant_and_day_above_the_table_must_be_one() -> None:
    content = written("titled", SALES)
    layout = layout_of(content)
    assert (layout.settled, layout.merchant) == ("above", "above")
    assert refused(content.replace(RBK.encode(), b"-"), layout)[0] == "nmid"
    assert refused(content.replace(b"24-11-2026", b"segera", 1), layout)[0] == "date"


def test_a_time_without_a_clock_is_refused() -> None:
    write = small(
        Tanggal=lambda s: f"{s.at:%Y-%m-%d}", Settlement_Date=lambda s: f"{s.settled}", RRN=lambda s: s.rrn,
        NMID=lambda s: s.nmid, Bruto=lambda s: bare(s.gross), MDR=lambda s: bare(s.mdr),
    )  # fmt: skip
    assert refused(csv(write(SALES)))[0] == "no_clock"
    book: Any = openpyxl.Workbook()
    book.active.append(["Tanggal", "Settlement Date", "RRN", "NMID", "Bruto", "MDR"])
    book.active.append([date(2026, 11, 24), date(2026, 11, 24), "632800000001", RBK, 5000, 0])
    out = io.BytesIO()
    book.save(out)
    assert refused(out.getvalue())[0] == "no_clock"


def test_numbers_and_days_of_a_workbook_are_read_exactly() -> None:
    book: Any = openpyxl.Workbook()
    book.active.append(["Waktu Transaksi", "Settlement Date", "RRN", "NMID", "Bruto", "MDR", "Neto"])
    at = datetime(2026, 11, 24, 9, 15)  # noqa: DTZ001 a workbook knows no zone
    book.active.append([at, date(2026, 11, 25), 632800000001, RBK, 5000.35, 0.35, 5000])
    out = io.BytesIO()
    book.save(out)
    (row,), _ = read(out.getvalue())
    assert (row.trx_time, row.settlement_date, row.rrn) == (at.replace(tzinfo=WIB), date(2026, 11, 25),
                                                            "632800000001")  # fmt: skip
    assert (row.gross, row.mdr, row.net) == (Decimal("5000.35"), Decimal("0.35"), Decimal("5000.00"))
    book.active.append([at, date(2026, 11, 25), 28000001, RBK, 5000, 0, 5000])
    out = io.BytesIO()
    book.save(out)
    assert refused(out.getvalue()) == ("characters", 3)


def test_three_money_columns_without_known_names_are_found_by_their_sums() -> None:
    write = small(
        A=lambda s: f"{s.at:%Y-%m-%d %H:%M:%S}", B=lambda s: s.nmid, C=lambda s: s.rrn,
        D=lambda s: bare(s.gross - s.mdr), E=lambda s: bare(s.mdr), F=lambda s: bare(s.gross),
    )  # fmt: skip
    found = acquirer.guess(io.BytesIO(csv(write(SALES)))).layout.columns
    assert found == {
        Column.TRX_TIME: "A", Column.NMID: "B", Column.RRN: "C", Column.NET: "D", Column.MDR: "E",
        Column.GROSS: "F",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "more", "said"),
    [
        ({}, {}, "waktu transaksi"),
        ({Column.TRX_TIME: "a"}, {}, "RRN"),
        ({Column.TRX_TIME: "a", Column.RRN: "b", Column.GROSS: "c"}, {}, "sedikitnya dua"),
        ({Column.TRX_TIME: "a", Column.RRN: "b", Column.GROSS: "c", Column.NET: "d"}, {}, "settlement"),
        (
            {Column.TRX_TIME: "a", Column.RRN: "b", Column.GROSS: "c", Column.NET: "d"},
            {"settled": "+1", "merchant": "ABC"},
            "NMID",
        ),
        (
            {Column.TRX_TIME: "a", Column.RRN: "b", Column.GROSS: "c", Column.NET: "d",
             Column.OTHER_FEE: "e"},
            {"settled": "+1", "merchant": "ask"},
            "bersama kolom MDR",
        ),
        (
            {Column.TRX_TIME: "a", Column.RRN: "A", Column.GROSS: "c", Column.NET: "d"},
            {"settled": "+0", "merchant": RBK},
            "dua hal",
        ),
    ],
)  # fmt: skip
def test_a_layout_that_cannot_be_read_by_says_why(
    columns: dict[Column, str], more: dict[str, Any], said: str
) -> None:
    assert said in acquirer.problem(Layout((), columns, **more))
    assert refused(written("nagari", SALES), Layout((), columns, **more))[0] == "layout"


def test_a_layout_survives_being_kept() -> None:
    layout = replace(layout_of(written("titled", SALES)), dates="dmy", numbers="english", sums=True)
    assert Layout.from_json(layout.as_json()) == layout


def test_another_header_is_another_file() -> None:
    layout = layout_of(written("nagari", SALES))
    other = written("nagari", SALES).replace(b"No. Tagihan", b"Cabang;No. Tagihan", 1)
    assert refused(other, layout)[0] in {"wrong_header", "not_a_table"}


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0", b"PK\x03\x04broken", b'"open', b"%PDF-1.7", b"\xd0\xcf\x11\xe0"]
)
def test_what_is_no_settlement_is_refused(content: bytes) -> None:
    with pytest.raises(ParseError):
        read(content, layout_of(written("nagari", SALES)))


class Endless(Sparse):
    """Two gigabytes whose size can be asked."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return TWO_GB if whence == io.SEEK_END else super().seek(offset)


@pytest.mark.parametrize("filler", [b"\0", b"1", b"\n", b"\xff"])
def test_two_gigabytes_are_refused_unread(filler: bytes) -> None:
    content = Endless(written("nagari", SALES), filler)
    with pytest.raises(ParseError, match="200 MB"):
        list(acquirer.parse(cast("IO[bytes]", content), layout=layout_of(written("nagari", SALES))))
    assert content.taken == 0


@pytest.mark.parametrize("filler", [b"1", b'"', b";"])
def test_a_line_without_end_is_not_gathered(filler: bytes) -> None:
    content = io.BytesIO(written("nagari", SALES) + filler * (8 << 20))
    layout = layout_of(written("nagari", SALES))
    tracemalloc.start()
    try:
        with pytest.raises(ParseError):
            list(acquirer.parse(content, layout=layout))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_memory_does_not_grow_with_the_file() -> None:
    content = written("anz", [replace(SALES[0], rrn=f"{number:012}") for number in range(4_000)])
    layout = layout_of(written("anz", SALES))
    given_content = io.BytesIO(content)
    tracemalloc.start()
    try:
        for _ in acquirer.parse(given_content, {}, layout=layout):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(content)


def test_a_workbook_is_read_as_text_and_as_numbers_alike() -> None:
    assert facts(read(xlsx(nagari(SALES)))[0]) == facts(read(csv(nagari(SALES)))[0])
