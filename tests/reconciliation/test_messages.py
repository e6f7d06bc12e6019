"""MT940 and camt.053: the same exact rows as from CSV, or one exact error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.reconciliation.parsers import camt053, mt940
from payments.reconciliation.parsers.chain import Closing, Event, Opening, connect
from payments.reconciliation.parsers.chain import Movement as Booked
from payments.reconciliation.parsers.rows import Parsed, ParseError, StatementRow, StatementTotals
from payments.reconciliation.sources import SourceKind, recognise
from tests.reconciliation import messages
from tests.reconciliation.files import RKUD, Movement

SAMPLES = Path(__file__).parent / "data"
MOVEMENTS = [
    Movement(credit=12_345_678_90, description="SETORAN PAJAK KENDARAAN"),
    Movement(
        credit=20_965_00,
        description="QRIS SETTLEMENT 20261124 ID20260000001",
        reference="B20261124-ID20260000001",
    ),
    Movement(debit=250_000_00, description="SP2D 0001", effective=date(2026, 11, 23)),
]


def read(text: str | bytes) -> list[Parsed]:
    content = BytesIO(text if isinstance(text, bytes) else text.encode())
    return list(recognise(content).parse(content))


def sample(name: str, events: Callable[[BytesIO], object]) -> list[Event]:
    return list(events(BytesIO((SAMPLES / name).read_bytes())))  # type: ignore[call-overload, no-any-return]


def refused(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(ParseError) as caught:
        read(text)
    return caught.value.line_no, caught.value.code


WRITTEN = [
    pytest.param(messages.mt940(MOVEMENTS), id="mt940"),
    pytest.param(messages.mt940(MOVEMENTS[:1], MOVEMENTS[1:]), id="mt940 in pages"),
    pytest.param(messages.mt940(MOVEMENTS, newline="\n"), id="mt940 with plain line ends"),
    pytest.param(messages.camt053(*MOVEMENTS), id="camt.053 version 8"),
    pytest.param(messages.camt053(*MOVEMENTS, version=2), id="camt.053 version 2"),
]


@pytest.mark.parametrize("text", WRITTEN)
def test_rows_and_totals_are_those_that_the_bank_wrote(text: str) -> None:
    *rows, totals = read(text)
    first, second, third = rows
    assert isinstance(first, StatementRow)
    assert isinstance(second, StatementRow)
    assert isinstance(third, StatementRow)
    assert (first.account, first.credit, first.debit) == (RKUD, Decimal("12345678.90"), Decimal(0))
    assert (first.balance, first.reference_no) == (Decimal("13345678.90"), "")
    assert second.description == "QRIS SETTLEMENT 20261124 ID20260000001"
    assert second.reference_no == "B20261124-ID20260000001"
    assert (third.debit, third.post_date, third.effective_date) == (
        Decimal("250000.00"),
        date(2026, 11, 24),
        date(2026, 11, 23),
    )
    assert totals == StatementTotals(
        account=RKUD,
        first_day=date(2026, 11, 24),
        last_day=date(2026, 11, 24),
        count=3,
        opening=Decimal("1000000.00"),
        debit=Decimal("250000.00"),
        credit=Decimal("12366643.90"),
        closing=Decimal("13116643.90"),
    )


def test_days_before_the_first_movement_are_not_claimed() -> None:
    """Banks date the opening balance by the day before, too; that day's credits may be in another file."""
    text = messages.mt940(MOVEMENTS).replace(":60F:C261124", ":60F:C261123")
    totals = read(text)[-1]
    assert isinstance(totals, StatementTotals)
    assert totals.first_day == date(2026, 11, 24)


@pytest.mark.parametrize("text", [messages.mt940(), messages.camt053(opening=-500)])
def test_day_without_movements_is_read(text: str) -> None:
    (totals,) = read(text)
    assert isinstance(totals, StatementTotals)
    assert (totals.count, totals.first_day, totals.opening) == (0, date(2026, 11, 24), totals.closing)


def test_kind_is_known_by_the_first_bytes() -> None:
    for text in (messages.mt940(), "\ufeff" + messages.mt940(), messages.camt053()):
        content = BytesIO(text.encode())
        assert recognise(content).kind is SourceKind.STATEMENT
        assert content.tell() == 0
    assert recognise(BytesIO((SAMPLES / "mt940-jejik-abnamro.sta").read_bytes())).profile == "mt940_v1"


def test_swift_envelope_is_read() -> None:
    text = messages.mt940(MOVEMENTS)
    wrapped = (
        "{1:F01BANKIDJAXXX0000000000}{2:O9400000}{4:\r\n" + text.removesuffix("-\r\n") + "-}{5:{CHK:1}}\r\n"
    )
    assert read(wrapped)[-1] == read(text)[-1]
    assert refused(wrapped.replace("{2:O940", "{2:O942")) == (1, "wrong_header")


def test_account_is_read_without_bank_code_and_currency() -> None:
    for written in (f"BANKIDJA/{RKUD}", f"{RKUD}IDR", "001.0100000017", f"{RKUD} IDR"):
        row = read(messages.mt940(MOVEMENTS, account=written))[0]
        assert isinstance(row, StatementRow)
        assert row.account == RKUD.replace("001.", "001")


def test_long_text_keeps_its_words() -> None:
    text = "PEMBAYARAN RETRIBUSI PELAYANAN KESEHATAN RSUD M YUNUS BULAN NOVEMBER 2026 TAHAP DUA " * 3
    row = read(messages.mt940([Movement(credit=100, description=text.strip())]))[0]
    assert isinstance(row, StatementRow)
    assert row.description == text.strip()
    row = read(messages.mt940([Movement(credit=100, description=text * 2)]))[0]
    assert isinstance(row, StatementRow)
    assert row.description == text.strip() + " " + text[:47] + "…"
    assert row.raw.count("\n") == len(text * 2) // 65 + 1


def test_short_lines_of_a_description_are_words_of_their_own() -> None:
    row = read(messages.mt940(MOVEMENTS).replace("SETORAN PAJAK ", "SETORAN\r\nPAJAK\r\n\r\n"))[0]
    assert isinstance(row, StatementRow)
    assert row.description == "SETORAN PAJAK KENDARAAN"


def test_booking_day_is_of_the_year_next_to_the_value_day() -> None:
    movement = Movement(credit=100, post=date(2027, 1, 2), effective=date(2026, 12, 31))
    row = read(messages.mt940([movement]))[0]
    assert isinstance(row, StatementRow)
    assert (row.post_date, row.effective_date) == (date(2027, 1, 2), date(2026, 12, 31))
    leap = Movement(credit=100, post=date(2028, 2, 29))
    row = read(messages.mt940([leap]))[0]
    assert isinstance(row, StatementRow)
    assert row.post_date == date(2028, 2, 29)


def test_reversal_keeps_its_direction_and_says_so() -> None:
    reversed_credit = messages.mt940([Movement(debit=100, description="QRIS")]).replace("1124D1", "1124RC1")
    reversed_entry = messages.camt053(Movement(debit=100, description="QRIS")).replace(
        "<Sts>", "<RvslInd>true</RvslInd><Sts>"
    )
    for text in (reversed_credit, reversed_entry):
        row = read(text)[0]
        assert isinstance(row, StatementRow)
        assert (row.debit, row.credit, row.description) == (Decimal(1), Decimal(0), "PEMBALIKAN: QRIS")


def test_formula_stays_the_text_that_the_bank_wrote() -> None:
    text = "=HYPERLINK(A1)+CMD"
    for file in (
        messages.mt940([Movement(credit=1, description=text)]),
        messages.camt053(Movement(credit=1, description=text)),
    ):
        row = read(file)[0]
        assert isinstance(row, StatementRow)
        assert row.description == text


MT940 = messages.mt940(MOVEMENTS)
DAMAGED_MT940 = [
    (MT940.replace(":62F:C261124IDR13116643,90", ":62F:C261124IDR13116643,91"), 11, "control_total"),
    (MT940.replace(":61:2611241124C12345678,90", ":61:2611241124C12345678,91"), 11, "control_total"),
    (MT940.replace(":61:2611241124C12345678,90", ":61:2611241124D12345678,90"), 11, "control_total"),
    (MT940.replace("12345678,90", "12345678.90", 1), 5, "movement"),
    (MT940.replace("C12345678,90", "C12345678", 1), 5, "movement"),
    (MT940.replace("C12345678,90", "C0,00", 1), 5, "movement"),
    (MT940.replace("C12345678,90", "EC12345678,90", 1), 5, "movement"),
    (MT940.replace(":61:261124", ":61:261332", 1), 5, "date"),
    (MT940.replace(":61:2611241124", ":61:2611241332", 1), 5, "date"),
    (MT940.replace(":61:2611241124", ":61:2611241125", 1), 11, "date"),
    (MT940.replace(":62F:C261124", ":62F:C261123"), 11, "date"),
    (MT940.replace("IDR", "USD"), 4, "currency"),
    (MT940.replace(":62F:C261124IDR", ":62F:C261124USD"), 11, "currency"),
    (MT940.replace(RKUD, "X"), 2, "account"),
    (MT940.replace(":60F:C261124IDR1000000,00", ":60F:C261124IDR1.000.000,00"), 4, "balance"),
    (MT940.replace(":60F:", ":60M:"), 4, "chain"),
    (MT940.replace(":62F:", ":62M:"), 11, "truncated"),
    (MT940.replace(":28C:328/1\r\n", ""), 3, "order"),
    (MT940.replace(":28C:", ":34F:"), 3, "tag"),
    (MT940[: MT940.index(":62F:")], 10, "truncated"),
    (MT940 + "SALDO AKHIR\r\n", 13, "outside"),
    (MT940.encode().replace(b"PAJAK", b"PAJ\xc9K"), 6, "not_text"),
    (MT940.replace("PAJAK", "PA\0AK"), 6, "not_text"),
    (MT940.replace("PAJAK", "P" * 9000), 6, "line_too_long"),
    (MT940.replace("PAJAK", "P\r\n" * 80), 66, "too_long"),
    (MT940.replace("NTRFNONREF", f"NTRF{'9' * 101}", 1), 5, "too_long"),
    (
        MT940.replace("C12345678,90", "C999999999999999,99", 1).replace("C20965", "C99999999999999999"),
        7,
        "movement",
    ),
    (MT940 + MT940.replace(RKUD, "0010100000018"), 16, "account"),
    (MT940 + MT940, 16, "chain"),
]


@pytest.mark.parametrize(("text", "line_no", "code"), DAMAGED_MT940)
def test_damaged_mt940_is_refused_with_its_line(text: str | bytes, line_no: int, code: str) -> None:
    assert refused(text) == (line_no, code)


def test_pages_must_continue_each_other() -> None:
    text = messages.mt940(MOVEMENTS[:1], MOVEMENTS[1:])
    assert refused(text.replace(":60M:C261124IDR13345678,90", ":60M:C261124IDR13345678,91"))[1] == "chain"
    assert refused(text.replace(":60M:", ":60F:"))[1] == "chain"
    first, second = text.split("-\r\n", 1)
    assert refused(first + "-\r\n")[1] == "truncated"
    assert refused(second)[1] == "chain"


CAMT = messages.camt053(*MOVEMENTS)
OPENING = messages.balance("OPBD", 100_000_000, messages.DAY)
DAMAGED_CAMT = [
    (CAMT.replace("13116643.90", "13116643.91"), 0, "control_total"),
    (CAMT.replace(">12345678.90<", ">12345678.91<"), 0, "control_total"),
    (CAMT.replace(">12345678.90<", ">12.345.678,90<"), 1, "amount"),
    (CAMT.replace(">12345678.90<", ">12345678.901<"), 1, "amount"),
    (CAMT.replace(">12345678.90<", ">-12345678.90<"), 1, "amount"),
    (CAMT.replace(">12345678.90<", ">1e7<"), 1, "amount"),
    (CAMT.replace(">12345678.90<", ">0.00<"), 1, "movement"),
    (CAMT.replace('<Ntry><Amt Ccy="IDR">250000.00', '<Ntry><Amt Ccy="USD">250000.00'), 3, "currency"),
    (CAMT.replace('"IDR"', '"USD"'), 0, "currency"),
    (CAMT.replace("CRDT", "KREDIT"), 0, "direction"),
    (CAMT.replace("BOOK", "PDNG", 1), 1, "status"),
    (CAMT.replace("<BookgDt><Dt>2026-11-24", "<BookgDt><Dt>2026-11-31", 1), 1, "date"),
    (CAMT.replace("<BookgDt><Dt>2026-11-24", "<BookgDt><Dt>2026-11-25", 1), 0, "date"),
    (CAMT.replace(RKUD, "X"), 0, "account"),
    (CAMT.replace("OPBD", "OPAV"), 0, "opening"),
    (CAMT.replace("CLBD", "CLAV"), 0, "truncated"),
    (CAMT.replace("</Ntry>", "</Ntry>" + OPENING, 1), 1, "order"),
    (CAMT.replace("camt.053.001.08", "camt.053.001.99"), 0, "wrong_header"),
    (CAMT.replace("camt.053.001.08", "camt.054.001.08"), 0, "wrong_header"),
    (CAMT.replace("camt.053.001.08", "camt.054.001.08") + "<!--camt.053-->", 0, "wrong_header"),
    (CAMT.replace("BkToCstmrStmt", "BkToCstmrAcctRpt"), 0, "wrong_header"),
    (CAMT.replace("</Ntry>", "", 1), 0, "xml"),
    (CAMT[:-5], 0, "xml"),
    (CAMT.encode().replace(b"PAJAK", b"PAJ\xc9K"), 0, "xml"),
    (CAMT.replace('encoding="UTF-8"', 'encoding="entah"'), 0, "not_text"),
    (CAMT.replace("PAJAK", "&pajak;"), 0, "xml"),
    (CAMT.replace("PAJAK", "P" * 2_000_000), 0, "too_long"),
    (CAMT.replace("<Id>1</Id>", "<Id>" * 300_000), 0, "too_long"),
    (CAMT.replace("<Id>1</Id>", f'<Id a="{"1" * 2_000_000}"/>'), 0, "too_long"),
    (CAMT.encode("utf-16"), 0, "not_text"),
    ("<html><body>Gagal masuk</body></html>", 0, "wrong_header"),
]


@pytest.mark.parametrize(("text", "line_no", "code"), DAMAGED_CAMT)
def test_damaged_camt_is_refused_with_its_entry(text: str | bytes, line_no: int, code: str) -> None:
    assert refused(text) == (line_no, code)


BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>\n'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'
DTD = '<!DOCTYPE d SYSTEM "http://bank.invalid/camt.dtd">\n'


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, DTD])
def test_hostile_xml_is_refused_before_its_entities_are_read(prolog: str) -> None:
    text = messages.camt053(*MOVEMENTS, prolog=prolog).replace("PAJAK", "&a;")
    assert refused(text) == (0, "hostile")


def test_batch_is_one_row_and_must_hold_what_it_says() -> None:
    one = "<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs></TxDtls>"
    batch = "<Btch><NbOfTxs>3</NbOfTxs><TtlAmt Ccy='IDR'>300.00</TtlAmt></Btch>"
    text = messages.camt053(Movement(credit=300_00))
    inside = text[text.index("<TxDtls>") : text.index("</NtryDtls>")]
    row = read(text.replace(inside, batch + one * 3))[0]
    assert isinstance(row, StatementRow)
    assert (row.credit, row.description, row.reference_no) == (Decimal(300), "3 transaksi", "")
    assert refused(text.replace(inside, batch + one * 2)) == (1, "batch")
    assert refused(text.replace(inside, batch.replace("300.00", "200.00") + one * 3)) == (1, "batch")


def test_summary_of_entries_must_agree() -> None:
    told = (
        "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>"
        "<TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>12366643.90</Sum></TtlCdtNtries></TxsSummry>"
    )
    assert len(read(messages.camt053(*MOVEMENTS, summary=told))) == 4
    for old, new in ((">3<", ">4<"), (">2<", ">1<"), ("43.90", "43.91"), (">3<", ">tiga<")):
        text = messages.camt053(*MOVEMENTS, summary=told.replace(old, new))
        assert refused(text) == (0, "control_total")


def test_instant_is_booked_on_its_day_in_wib() -> None:
    text = CAMT.replace("<BookgDt><Dt>2026-11-24</Dt>", "<BookgDt><DtTm>2026-11-23T17:30:00+00:00</DtTm>", 1)
    row = read(text)[0]
    assert isinstance(row, StatementRow)
    assert row.post_date == date(2026, 11, 24)


def test_samples_of_other_banks_connect_in_their_own_currency() -> None:
    *rows, totals = connect(iter(sample("mt940-jejik-generic.sta", mt940.events)), currency="EUR")
    assert isinstance(totals, StatementTotals)
    assert (len(rows), totals.opening, totals.closing) == (2, Decimal(100), Decimal(80))
    *rows, totals = connect(iter(sample("camt053-v2.multi.statement.xml", camt053.events)), currency="EUR")
    assert isinstance(totals, StatementTotals)
    assert (len(rows), totals.opening, totals.closing) == (2, Decimal("18.15"), Decimal("20.00"))
    assert [row.description for row in rows if isinstance(row, StatementRow)] == [
        "Transaction Description 1",
        "Transaction Description 2",
    ]


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*.*a")) + sorted(SAMPLES.glob("*.xml")), ids=lambda p: p.name
)
def test_samples_stop_at_the_gate_of_the_rupiah(path: Path) -> None:
    expected = "empty" if path.name == "camt053-v2.wrong.xml" else "currency"
    assert refused(path.read_bytes())[1] == expected


@pytest.mark.parametrize(
    ("name", "events", "code"),
    [
        ("mt940-jejik-abnamro.sta", mt940.events, "control_total"),
        ("camt053-v2.minimal.xml", camt053.events, "currency"),
        ("camt053-v8.xml", camt053.events, "currency"),
    ],
)
def test_samples_that_do_not_add_up_are_refused(
    name: str, events: Callable[[BytesIO], object], code: str
) -> None:
    with pytest.raises(ParseError) as caught:
        list(connect(iter(sample(name, events)), currency="EUR"))
    assert caught.value.code == code


def test_every_field_of_the_richest_sample_is_read() -> None:
    found = sample("mt940-cmxl-mt940.sta", mt940.events)
    openings = [event for event in found if isinstance(event, Opening)]
    assert [(event.account, event.currency) for event in openings] == [
        ("76198810", "DEM"),
        ("1234567", "EUR"),
        ("320000546101", "PLN"),
    ]
    for at, event in enumerate(found):
        if isinstance(event, Opening):
            end = next(n for n in range(at, len(found)) if isinstance(found[n], Closing))
            moved = sum(part.amount for part in found[at:end] if isinstance(part, Booked))
            closing = found[end]
            assert isinstance(closing, Closing)
            assert event.balance + moved == closing.balance
    last = found[-2]
    assert isinstance(last, Booked)
    assert (last.post_date, last.amount, last.reference_no) == (
        date(2003, 10, 20),
        Decimal(40),
        "8327000090031791",
    )


WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=+&<é", min_size=1, max_size=12)
TEXT = st.lists(WORD, max_size=4).map(lambda words: " ".join(words)[:65].strip())
MOVEMENT = st.builds(
    lambda amount, is_credit, text, reference, days, before: Movement(
        credit=amount if is_credit else 0,
        debit=0 if is_credit else amount,
        description=text,
        reference=reference,
        post=date(2026, 1, 1) + timedelta(days=days),
        effective=date(2026, 1, 1) + timedelta(days=days - before),
    ),
    st.integers(1, 10**15),
    st.booleans(),
    TEXT,
    st.text("ABCDEFGH0123456789-", max_size=16),
    st.integers(0, 400),
    st.integers(0, 90),
)
MOVEMENTS_ST = st.lists(MOVEMENT, max_size=8)
OPENINGS = st.integers(-(10**12), 10**15)
FIRST = date(2026, 1, 1)


def written(movements: list[Movement]) -> list[tuple[object, ...]]:
    return [(m.credit, m.debit, m.description, m.reference, m.post, m.effective or m.post) for m in movements]


def found_again(rows: list[Parsed]) -> list[tuple[object, ...]]:
    return [
        (
            *(int(row.credit * 100), int(row.debit * 100), row.description, row.reference_no),
            *(row.post_date, row.effective_date),
        )
        for row in rows
        if isinstance(row, StatementRow)
    ]


@given(MOVEMENTS_ST, OPENINGS, st.integers(0, 8), st.sampled_from(["\n", "\r\n"]))
def test_any_written_mt940_reads_back(
    movements: list[Movement], opening: int, cut: int, newline: str
) -> None:
    pages = [movements[:cut], movements[cut:]]
    *rows, totals = read(messages.mt940(*pages, opening=opening, day=FIRST, newline=newline))
    assert found_again(rows) == written(movements)
    assert isinstance(totals, StatementTotals)
    assert totals.closing * 100 == opening + sum(m.credit - m.debit for m in movements)


@given(MOVEMENTS_ST, OPENINGS, st.integers(2, 8))
def test_any_written_camt_reads_back(movements: list[Movement], opening: int, version: int) -> None:
    *rows, totals = read(messages.camt053(*movements, opening=opening, day=FIRST, version=version))
    assert found_again(rows) == written(movements)
    assert isinstance(totals, StatementTotals)
    assert totals.closing * 100 == opening + sum(m.credit - m.debit for m in movements)


@given(st.lists(MOVEMENT, max_size=3), st.data(), st.booleans())
def test_a_cut_file_is_refused_or_says_the_same(
    movements: list[Movement], data: st.DataObject, is_mt940: bool
) -> None:
    whole = (
        messages.mt940(movements, day=FIRST) if is_mt940 else messages.camt053(*movements, day=FIRST)
    ).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        found = read(cut)
    except ParseError:
        return
    assert found == read(whole)


@given(st.binary(max_size=30), st.data(), st.booleans())
def test_any_damage_is_refused_politely(damage: bytes, data: st.DataObject, is_mt940: bool) -> None:
    whole = (MT940 if is_mt940 else CAMT).encode()
    at = data.draw(st.integers(0, len(whole)))
    content = BytesIO(whole[:at] + damage + whole[at + data.draw(st.integers(0, 30)) :])
    try:
        found = list((mt940 if is_mt940 else camt053).parse(content))
    except ParseError:
        return
    assert isinstance(found[-1], StatementTotals)
