"""A June that an accountant can check by hand, in every book."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payments.books.queries import bank, ledger, recap
from payments.books.shelf import BOOKS, book
from payments.books.verification import LAWS
from tests.books import world
from tests.books.world import JUNE, YEAR, june
from tests.planning.world import rp
from tests.spending.claims.world import Office


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def lines(place: Office, code: str) -> list[tuple[int, str, int, int, int]]:
    found = ledger.page(book(code), place.opd.pk, june(1), june(30))
    return [
        (row.day.day, row.description.split(":")[0], int(row.came), int(row.went), int(row.balance))
        for row in found
    ]


def test_the_bku_of_a_month_with_each_kind_of_row(place: Office) -> None:
    world.month(place)
    assert lines(place, "bku") == [
        (1, "SP2D-UP diterima", 60_000_000, 0, 60_000_000),
        (1, "Belanja LS", 0, 5_000_000, 55_000_000),
        (1, "Belanja LS", 5_000_000, 0, 60_000_000),
        (3, "Tunai diambil dari bank", 2_000_000, 0, 62_000_000),
        (3, "Tunai diambil dari bank", 0, 2_000_000, 60_000_000),
        (5, "Belanja", 0, 1_110_000, 58_890_000),
        (5, "Pungutan pajak", 15_000, 0, 58_905_000),
        (5, "Pungutan pajak", 110_000, 0, 59_015_000),
        (8, "Setoran pajak", 0, 110_000, 58_905_000),
        (9, "Belanja", 0, 300_000, 58_605_000),
        (10, "Panjar diberikan", 0, 500_000, 58_105_000),
        (12, "Panjar dipertanggungjawabkan", 400_000, 0, 58_505_000),
        (12, "Belanja", 0, 400_000, 58_105_000),
        (13, "Sisa panjar kembali", 100_000, 0, 58_205_000),
        (20, "Tunai disetor ke bank", 200_000, 0, 58_405_000),
        (20, "Tunai disetor ke bank", 0, 200_000, 58_205_000),
    ]


def test_the_helper_books_hold_the_parts(place: Office) -> None:
    world.month(place)
    closing = {one.book.code: int(one.closing) for one in ledger.figures(place.opd.pk, YEAR, JUNE)}
    assert closing == {
        "bku": 58_205_000, "bank": 57_105_000, "tunai": 1_100_000, "panjar": 0, "pajak": 15_000,
        "kkpd": 2_000_000,
    }  # fmt: skip
    assert lines(place, "tunai") == [
        (3, "Tunai diambil dari bank", 2_000_000, 0, 2_000_000),
        (9, "Belanja", 0, 300_000, 1_700_000),
        (10, "Panjar diberikan", 0, 500_000, 1_200_000),
        (12, "Panjar dipertanggungjawabkan", 400_000, 0, 1_600_000),
        (12, "Belanja", 0, 400_000, 1_200_000),
        (13, "Sisa panjar kembali", 100_000, 0, 1_300_000),
        (20, "Tunai disetor ke bank", 0, 200_000, 1_100_000),
    ]
    assert [row[2:] for row in lines(place, "panjar")] == [
        (500_000, 0, 500_000), (0, 400_000, 100_000), (0, 100_000, 0),
    ]  # fmt: skip


def test_rows_carry_the_kode_rekening_of_their_spending(place: Office) -> None:
    world.month(place)
    codes = {row.kode_rekening for row in ledger.page(book("bank"), place.opd.pk, june(5), june(8))}
    assert codes == {place.line.kode_rekening}


def test_the_recap_shares_spending_by_way_and_the_formulas_hold(place: Office) -> None:
    world.month(place)
    (row,) = recap.spending(place.opd.pk, YEAR, JUNE)
    assert {way: int(amount) for way, amount in row.now.items()} == {
        "ls": 5_000_000,
        "up": 1_810_000,
        "kkpd": 2_000_000,
    }
    assert row.left == place.line.pagu - rp(8_810_000)
    assert [one.verdict for one in recap.formulas(place.opd.pk, YEAR, JUNE)] == ["BENAR"] * 3


def test_a_refund_lowers_the_report_and_not_the_proofs(place: Office) -> None:
    from payments.spending import services as spending

    spend = world.spent(place, 1_000_000, day=5)
    spending.refund(
        spend_id=spend.pk, amount=rp(250_000), paid_date=june(9), reference_no="BALIK00001",
        reason="Barang kurang", by=place.bp, at=world.noon(9),
    )  # fmt: skip
    (row,) = recap.spending(place.opd.pk, YEAR, JUNE)
    assert row.total_now == rp(750_000)
    assert all(one.holds for one in recap.formulas(place.opd.pk, YEAR, JUNE))
    assert lines(place, "bku")[-1] == (9, "Pengembalian belanja", 250_000, 0, 59_250_000)


def test_the_bank_agrees_with_the_book_line_by_line(place: Office) -> None:
    world.month(place)
    statement = world.imported(place)
    assert statement.rows.filter(match=None).count() == 0
    found = bank.position(place.opd.pk, june(30))
    assert (found.bank, found.book, found.items, found.is_clear) == (rp(57_105_000), rp(57_105_000), [], True)


def test_flows_are_those_of_the_functional_report(place: Office) -> None:
    world.month(place)
    came, went = recap.flows(place.opd.pk, YEAR, JUNE)
    assert [int(one.now) for one in came] == [60_000_000, 5_000_000, 125_000]
    assert [int(one.now) for one in went] == [110_000, 0]


def test_the_tax_register_tells_what_is_left(place: Office) -> None:
    world.month(place)
    rows = recap.taxes([place.opd.pk], june(1), june(30))
    totals = recap.tax_totals(rows)
    assert (totals.count, totals.withheld, totals.left) == (2, rp(125_000), rp(15_000))
    late = recap.taxes([place.opd.pk], june(1), june(30), only="terlambat")
    assert [tax.amount for tax in late] == [rp(15_000)]


def test_paging_keeps_the_running_balance(place: Office) -> None:
    world.month(place)
    for shelf in BOOKS:
        whole = ledger.page(shelf, place.opd.pk, june(1), june(30))
        parts = [
            row
            for start in range(0, len(whole) + 1, 4)
            for row in ledger.page(shelf, place.opd.pk, june(1), june(30), limit=4, offset=start)
        ]
        assert parts == whole
        running = Decimal(0)
        for row in whole:
            running += row.came - row.went
            assert row.balance == running


def test_every_law_holds_after_the_month_is_closed(place: Office) -> None:
    world.closed(place)
    findings = {law.name: law.check() for law in LAWS}
    assert not {name: found.problems for name, found in findings.items() if found.problems}
    assert all(found.rows for found in findings.values())
