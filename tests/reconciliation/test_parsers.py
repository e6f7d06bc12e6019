"""Readers of banks' files: exact rows, or one exact error, never a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.reconciliation.parsers import settlement, statement
from payments.reconciliation.parsers.rows import (
    Parsed,
    ParseError,
    SettlementRow,
    SettlementTotals,
    StatementRow,
    StatementTotals,
)
from payments.reconciliation.sources import (
    Source,
    SourceKind,
    UnknownProfile,
    recognise,
    register_source,
    source,
)
from payments.sandbox import files as sandbox
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of

SALES = (
    Sale(rrn="632800000001", gross=1_300_000, partner_reference="NT26112400001"),
    Sale(rrn="632800000002", gross=500_000, mdr=3_500),
    Sale(rrn="632800000003", gross=300_000, nmid="ID20260000002"),
)
MOVEMENTS = (
    Movement(credit=12_345_678_90, description="SETORAN PAJAK; KENDARAAN"),
    credit_of(SALES[0], SALES[1]),
    Movement(debit=250_000_00, description="SP2D 0001"),
)


def read(text: str | bytes, profile: str = "qris_settlement_v1") -> list[Parsed]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(source(profile).parse(BytesIO(raw)))


def read_statement(text: str | bytes) -> list[Parsed]:
    return read(text, "rkud_statement_bpd_v1")


def quoted(text: str, delimiter: str) -> str:
    lines = [delimiter.join(f'"{cell}"' for cell in line.split(delimiter)) for line in text.splitlines()]
    return "\n".join(lines)


def test_settlement_row_has_every_column_with_its_type() -> None:
    row, *_, totals = read(files.settlement(*SALES))
    assert isinstance(row, SettlementRow)
    assert row.line_no == 2
    assert row.raw == SALES[0].line
    assert row.trx_time == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert row.settlement_date == date(2026, 11, 24)
    assert row.batch_no == "B20261124-ID20260000001"
    assert (row.nmid, row.terminal_id, row.merchant_pan) == ("ID20260000001", "A01", "9360099900000000017")
    assert (row.rrn, row.partner_reference_no, row.issuer_code) == (
        "632800000001",
        "NT26112400001",
        "93600008",
    )
    assert (row.gross, row.mdr, row.net) == (Decimal("13000.00"), Decimal("0.00"), Decimal("13000.00"))
    assert totals == SettlementTotals(3, Decimal("21000.00"), Decimal("35.00"), Decimal("20965.00"))


def test_statement_rows_and_totals() -> None:
    plain = (Movement(credit=1_234_567_890, description="SETORAN PAJAK"), *MOVEMENTS[1:])
    first, *_, totals = read_statement(files.statement(*plain, opening=100_000_000))
    assert isinstance(first, StatementRow)
    assert first.credit == Decimal("12345678.90")
    assert first.debit == 0
    assert first.balance == Decimal("13345678.90")
    assert totals == StatementTotals(
        account=files.RKUD,
        first_day=date(2026, 11, 24),
        last_day=date(2026, 11, 24),
        count=3,
        opening=Decimal("1000000.00"),
        debit=Decimal("250000.00"),
        credit=Decimal("12363643.90"),
        closing=Decimal("13113643.90"),
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("quotes", [False, True])
def test_bom_line_ends_and_quotes_change_nothing(newline: str, bom: str, quotes: bool) -> None:
    plain = files.settlement(*SALES)
    text = quoted(plain, ",") if quotes else plain
    found = read(bom + text.replace("\n", newline))
    expected = read(plain)
    assert found[-1] == expected[-1]
    assert [r.digest for r in found[:-1]] == [r.digest for r in expected[:-1]]  # type: ignore[union-attr]


def test_quoted_statement_cell_may_hold_the_separator() -> None:
    text = files.statement(Movement(credit=100, description='"SETORAN; PAJAK ""PKB"""'))
    row = read_statement(text)[0]
    assert isinstance(row, StatementRow)
    assert row.description == 'SETORAN; PAJAK "PKB"'


def test_empty_days_are_read() -> None:
    assert read(files.settlement()) == [SettlementTotals(0, Decimal(0), Decimal(0), Decimal(0))]
    (totals,) = read_statement(files.statement(opening=-500))
    assert isinstance(totals, StatementTotals)
    assert totals.closing == Decimal("-5.00")


def test_blank_lines_are_allowed_only_at_the_end() -> None:
    text = files.settlement(*SALES)
    assert len(read(text + "\r\n\n  \n")) == 4
    with pytest.raises(ParseError) as caught:
        read(text.replace("\n", "\n\n", 1))
    assert (caught.value.line_no, caught.value.code) == (2, "column_count")


GOOD = files.settlement(*SALES)
DAMAGED_SETTLEMENT = [
    ("", 0, "empty"),
    ("\n", 0, "empty"),
    (GOOD.replace("rrn,", "", 1), 1, "wrong_header"),
    (GOOD.replace("rrn,", "rrn,rrn2,", 1), 1, "wrong_header"),
    (GOOD.replace("rrn,bill_no", "bill_no,rrn", 1), 1, "wrong_header"),
    (GOOD.replace("status\n", "status,status\n", 1), 1, "wrong_header"),
    (GOOD.replace(",13000.00,", ",13000,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",13.000.00,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",-13000.00,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",1e4,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",NaN,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,", ",١٣٠٠٠.00,", 1), 2, "amount"),
    (GOOD.replace(",13000.00,0.00,13000.00", ",0.00,0.00,0.00", 1), 2, "amount"),
    (GOOD.replace(",35.00,4965.00", ",35.00,4966.00", 1), 3, "net"),
    (GOOD.replace(",13000.00,0.00,13000.00", ",14000.00,0.00,14000.00", 1), 5, "control_total"),
    (GOOD.replace("TRAILER,3", "TRAILER,2"), 5, "control_total"),
    (GOOD.replace("TRAILER,3", "TRAILER,tiga"), 5, "trailer"),
    (GOOD.replace("TRAILER,3,", "TRAILER,3,0.00,"), 5, "column_count"),
    (GOOD.replace(",35.00,20965.00\n", ",34.00,20965.00\n"), 5, "control_total"),
    (GOOD[: GOOD.index("TRAILER")], 5, "truncated"),
    (GOOD[:-8], 5, "amount"),
    (GOOD + SALES[0].line + "\n", 6, "after_trailer"),
    (GOOD.replace("+07:00", "", 1), 2, "time"),
    (GOOD.replace("+07:00", "Z", 1), 2, "time"),
    (GOOD.replace("T10:00:00", "T25:00:00", 1), 2, "time"),
    (GOOD.replace("2026-11-24,", "24/11/2026,", 1), 2, "date"),
    (GOOD.replace("2026-11-24,", "2026-02-30,", 1), 2, "date"),
    (GOOD.replace("632800000001", "", 1), 2, "missing"),
    (GOOD.replace("632800000001", "6328000000011", 1), 2, "too_long"),
    (GOOD.replace("632800000001", "6328\t0000001", 1), 2, "characters"),
    (GOOD.replace("9360099900000000017", "936009990000000001X", 1), 2, "characters"),
    (GOOD.replace("SUCCESS", "REVERSED", 1), 2, "status"),
    (GOOD.replace("B20261124-ID20260000002", "B20261124-ID20260000001"), 4, "batch"),
    (GOOD.replace(",SUCCESS", "", 1), 2, "column_count"),
    (GOOD.replace("A01", '"A01', 1), 2, "broken_quotes"),
    (GOOD.replace("A01", "A\0", 1), 2, "not_text"),
    (GOOD.replace("A01", "A" * 9000, 1), 2, "line_too_long"),
    (GOOD.encode().replace(b"A01", b"A\xe9", 1), 2, "not_text"),
    (b"PK\x03\x04whatever", 0, "not_text"),
]


@pytest.mark.parametrize(("text", "line_no", "code"), DAMAGED_SETTLEMENT)
def test_damaged_settlement_is_refused_with_its_line(text: str | bytes, line_no: int, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(text)
    assert (caught.value.line_no, caught.value.code) == (line_no, code)
    assert str(caught.value).startswith(f"Baris {line_no}: " if line_no else "Berkas ini")


STATED = files.statement(Movement(credit=1_234_567_890), *MOVEMENTS[1:])
DAMAGED_STATEMENT = [
    ("", 0, "empty"),
    (STATED.replace(";Balance", "", 1), 1, "wrong_header"),
    (STATED.replace(";", ","), 1, "wrong_header"),
    (STATED.splitlines()[0], 2, "opening"),
    (STATED.replace("SALDO AWAL", "SALDO", 1), 2, "opening"),
    (STATED.replace("24/11/2026", "2026-11-24", 1), 2, "date"),
    (STATED.replace("24/11/2026", "11/24/2026", 1), 2, "date"),
    (STATED.replace("24/11/2026", "24/11/26", 1), 2, "date"),
    (STATED.replace("24/11/2026", "25/11/2026", 1), 3, "date"),
    (STATED.replace("12.345.678,90", "12,345,678.90", 1), 3, "amount"),
    (STATED.replace("12.345.678,90", "12.345.678", 1), 3, "amount"),
    (STATED.replace("12.345.678,90", "12.345.67,90", 1), 3, "amount"),
    (STATED.replace("12.345.678,90", "-12.345.678,90", 1), 3, "amount"),
    (STATED.replace("12.345.678,90", "", 1), 3, "movement"),
    (STATED.replace("12.345.678,90", "0,00", 1), 3, "movement"),
    (STATED.replace(";12.345.678,90", "1,00;12.345.678,90", 1), 3, "movement"),
    (STATED.replace("12.345.678,90", "12.345.678,91", 1), 3, "control_total"),
    (STATED.replace(files.RKUD, "0010100000018", 1), 3, "account"),
    (STATED.replace(files.RKUD, "RKUD", 1), 2, "account"),
    (STATED.replace("IDR", "USD", 1), 2, "currency"),
    (STATED[: STATED.index("SALDO AKHIR") - 20], 6, "column_count"),
    ("\n".join(STATED.splitlines()[:-1]), 6, "truncated"),
    (STATED + STATED.splitlines()[2], 7, "after_closing"),
]


@pytest.mark.parametrize(("text", "line_no", "code"), DAMAGED_STATEMENT)
def test_damaged_statement_is_refused_with_its_line(text: str, line_no: int, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_statement(text)
    assert (caught.value.line_no, caught.value.code) == (line_no, code)


def test_removed_statement_line_breaks_the_running_balance() -> None:
    lines = STATED.splitlines()
    with pytest.raises(ParseError) as caught:
        read_statement("\n".join(lines[:3] + lines[4:]))
    assert (caught.value.line_no, caught.value.code) == (4, "control_total")


def test_header_error_names_the_missing_column() -> None:
    with pytest.raises(ParseError, match=r"bukan berkas settlement QRIS: kolom “rrn” tidak ada"):
        read(GOOD.replace("rrn,", "", 1))


def test_profile_is_recognised_by_the_header_alone() -> None:
    assert recognise(BytesIO(GOOD.encode())).kind is SourceKind.SETTLEMENT
    content = BytesIO(("\ufeff" + STATED).encode())
    assert recognise(content).kind is SourceKind.STATEMENT
    assert content.tell() == 0


def test_unrecognised_header_names_the_closest_profile() -> None:
    with pytest.raises(ParseError, match="bukan berkas rekening koran RKUD: kolom “Balance” tidak ada"):
        recognise(BytesIO(STATED.replace(";Balance", "", 1).encode()))
    with pytest.raises(ParseError, match="lain sama sekali"):
        recognise(BytesIO(b"Tgl.;Tgl. Val.;Saldo\n"))


def test_unknown_profile_is_an_error() -> None:
    with pytest.raises(UnknownProfile):
        source("mt940")


def test_taken_profile_is_not_replaced() -> None:
    ours = source("qris_settlement_v1")
    register_source(ours)
    with pytest.raises(ValueError, match="sudah terdaftar"):
        register_source(Source("qris_settlement_v1", ours.kind, "x", "x", (), ";", statement.parse))
    assert source("qris_settlement_v1").parse is settlement.parse


WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=12)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
SALE = st.builds(
    Sale,
    rrn=WORDS,
    gross=st.integers(1_000_000, 10**15),
    mdr=st.integers(0, 1_000_000),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda t: t.replace(tzinfo=files.WIB)),  # noqa: DTZ001
    settled=DAYS,
    bill=WORDS | st.just(""),
    partner_reference=WORDS | st.just(""),
)
MOVEMENT = st.builds(
    lambda amount, is_credit, text, days: Movement(
        credit=amount if is_credit else 0,
        debit=0 if is_credit else amount,
        description=text,
        post=date(2026, 1, 1) + timedelta(days=days),
    ),
    st.integers(1, 10**15),
    st.booleans(),
    WORDS,
    st.integers(0, 400),
)


@given(st.lists(SALE, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_any_written_settlement_reads_back(sales: list[Sale], newline: str) -> None:
    *rows, totals = read(files.settlement(*sales, newline=newline))
    for row, sale in zip(rows, sales, strict=True):
        assert isinstance(row, SettlementRow)
        assert (int(row.gross * 100), int(row.mdr * 100)) == (sale.gross, sale.mdr)
        assert (row.trx_time, row.settlement_date, row.rrn) == (sale.at, sale.settled, sale.rrn)
        assert (row.bill_no, row.partner_reference_no) == (sale.bill, sale.partner_reference)
    assert isinstance(totals, SettlementTotals)
    assert totals.gross * 100 == sum(sale.gross for sale in sales)


@given(st.lists(MOVEMENT, max_size=12), st.integers(-(10**12), 10**15))
def test_any_written_statement_reads_back(movements: list[Movement], opening: int) -> None:
    *rows, totals = read_statement(
        files.statement(*movements, opening=opening, first=date(2026, 1, 1), last=date(2027, 12, 31))
    )
    for row, movement in zip(rows, movements, strict=True):
        assert isinstance(row, StatementRow)
        assert (int(row.credit * 100), int(row.debit * 100)) == (movement.credit, movement.debit)
        assert (row.post_date, row.description) == (movement.post, movement.description)
    assert isinstance(totals, StatementTotals)
    assert totals.closing * 100 == opening + sum(m.credit - m.debit for m in movements)


@given(st.lists(SALE, min_size=1, max_size=4), st.data())
def test_no_lost_line_goes_unnoticed(sales: list[Sale], data: st.DataObject) -> None:
    lines = files.settlement(*sales).splitlines()
    del lines[data.draw(st.integers(1, len(lines) - 1))]
    with pytest.raises(ParseError):
        read("\n".join(lines))


@given(st.binary(max_size=200), st.sampled_from(["qris_settlement_v1", "rkud_statement_bpd_v1"]))
def test_any_bytes_are_refused_politely(raw: bytes, profile: str) -> None:
    with pytest.raises(ParseError):
        read(raw, profile)


def test_files_of_the_sandbox_bank_are_read() -> None:
    rows = [
        sandbox.Row(
            trx_time="2026-11-24T10:00:00+07:00",
            settlement_date=date(2026, 11, 24),
            batch_no=sandbox.batch_no(date(2026, 11, 24), nmid),
            nmid=nmid,
            merchant_pan="9360099900000000017",
            terminal_id="A01",
            rrn=rrn,
            bill_no="26112400001",
            reference_no="20261124000000000001",
            partner_reference_no="NB26112412345678901234",
            issuer_code="93600008",
            gross=Decimal("13000.00"),
            mdr=Decimal("0.00"),
        )
        for nmid, rrn in (("ID20260000001", "632800000001"), ("ID20260000002", "632800000002"))
    ]
    for troubles in ([], [*sandbox.TROUBLES]):
        sent = sandbox.disturb(rows, troubles)
        *lines, totals = read(sandbox.settlement(sent))
        assert isinstance(totals, SettlementTotals)
        assert totals.count == len(lines) == len(sent)
        closing, text = sandbox.statement(date(2026, 11, 24), Decimal("12500000000.00"), sent)
        *moves, ended = read_statement(text)
        assert isinstance(ended, StatementTotals)
        assert ended.closing == closing
        named = {move.reference_no for move in moves if isinstance(move, StatementRow)}
        assert {row.batch_no for row in sent} <= named
