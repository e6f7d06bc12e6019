"""A bank's file is read to the letter: one wrong cell and nothing is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opd.office.tabular import TabularError
from payments.books import services, statement
from payments.books.models import AccountLine, AccountStatement
from payments.books.services import StatementError
from tests.books import world
from tests.books.world import june
from tests.planning.world import rp
from tests.spending.claims.world import Office

ACCOUNT = "0010200113001"


def read(content: bytes) -> statement.Statement:
    return statement.read(world.stream(content), name="koran.csv")


def good() -> bytes:
    return world.statement_csv(ACCOUNT, world.rows_of_june())


def test_a_whole_statement_is_read_with_its_totals() -> None:
    found = read(good())
    assert (found.account_no, found.opening, found.closing) == (ACCOUNT, rp(0), rp(57_105_000))
    assert (found.first_day, found.last_day, len(found.lines)) == (june(1), june(30), 5)
    assert found.opening + found.credit - found.debit == found.closing


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("SALDO AWAL", "SALDO", "baris pertama bukan SALDO AWAL"),
        ("SALDO AKHIR", "SALDO", "baris terakhir bukan SALDO AKHIR"),
        ("2.000.000,00;;58", "2.000.001,00;;58", "saldo tidak menyambung"),
        (";IDR;", ";USD;", "mata uang harus IDR"),
        ("Balance", "Saldo", "kolom ini tidak ada"),
        ("05/06/2026", "31/06/2026", "tidak ada di kalender"),
        ("03/06/2026", "07/06/2026", "tanggal mundur"),
        ("2.000.000,00;;58.000.000,00", "dua juta;;58.000.000,00", "bukan jumlah uang"),
        ("2.000.000,00;;58", "2.000.000,00;1,00;58", "tepat satu dari Debit dan Credit"),
    ],
)
def test_a_wrong_cell_is_named_and_refuses_the_file(old: str, new: str, says: str) -> None:
    text = good().decode()
    assert old in text
    with pytest.raises(TabularError, match=says):
        read(text.replace(old, new).encode())


def test_another_account_inside_is_refused() -> None:
    text = good().decode().replace(f"05/06/2026;05/06/2026;{ACCOUNT}", "05/06/2026;05/06/2026;0010200113009")
    with pytest.raises(TabularError, match=r"Baris 5, kolom “Account”"):
        read(text.encode())


@given(st.lists(st.integers(-5_000_000, 5_000_000).filter(bool), max_size=30), st.integers(0, 90_000_000))
def test_whatever_a_bank_moves_the_totals_agree(moves: list[int], opening: int) -> None:
    rows = [(june(1 + place % 30), f"GERAK {place}", amount, "") for place, amount in enumerate(moves)]
    rows.sort(key=lambda row: row[0])
    found = read(world.statement_csv(ACCOUNT, rows, opening=opening))
    assert found.closing == rp(opening + sum(moves))
    assert [line.credit - line.debit for line in found.lines] == [rp(row[2]) for row in rows]


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def test_a_payment_on_the_statement_is_proven(place: Office) -> None:
    spend = world.spent(place, 750_000, day=5, reference="CMS77000009")
    world.imported(place, [(june(1), "SP2D", 60_000_000, ""), (june(6), "TRF", -750_000, "CMS77000009")])
    assert spend.disbursements.get().proven_at == world.JULY


def test_twins_pair_by_count_and_the_third_stays_open(place: Office) -> None:
    for _ in range(2):
        world.spent(place, 50_000, day=5)
    rows = [(june(1), "SP2D", 60_000_000, ""), *[(june(5), "TRF", -50_000, "")] * 3]
    statement_row = world.imported(place, rows)
    twins = statement_row.rows.filter(debit=50_000)
    assert twins.filter(match=None).count() == 3, "three against two proves nothing"
    world.spent(place, 50_000, day=5)
    services.pair_lines(account=place.account, by=place.bp, at=world.JULY)
    assert twins.filter(match=None).count() == 0


def test_a_file_for_another_account_or_with_a_gap_is_refused(place: Office) -> None:
    with pytest.raises(StatementError, match="bukan"):
        services.import_statement(
            account_id=place.account.pk, by=place.bp, at=world.JULY,
            upload=world.upload(world.statement_csv("0010200119999", [])),
        )  # fmt: skip
    world.imported(place, [(june(1), "SP2D", 60_000_000, "")], last=june(10))
    with pytest.raises(StatementError, match="tidak menyambung"):
        world.imported(place, [], opening=59_000_000, first=june(11))
    with pytest.raises(StatementError, match="sudah ada"):
        world.imported(place, [], opening=60_000_000, first=june(10))
    assert AccountStatement.objects.count() == 1


def test_a_refused_file_leaves_nothing(place: Office) -> None:
    broken = good().decode().replace("SALDO AKHIR", "SALDO").encode()
    with pytest.raises(StatementError, match="Tidak ada yang disimpan"):
        services.import_statement(
            account_id=place.account.pk, upload=world.upload(broken), by=place.bp, at=world.JULY
        )
    assert not AccountStatement.objects.exists()
    assert not AccountLine.objects.exists()


def test_a_withdrawn_statement_frees_its_lines_and_may_come_again(place: Office) -> None:
    world.month(place)
    row = world.imported(place)
    services.withdraw_statement(statement_id=row.pk, reason="Salah bulan", by=place.bp, at=world.JULY)
    again = world.imported(place)
    assert again.rows.filter(match=None).count() == 0


def test_a_person_pairs_what_the_rules_leave(place: Office) -> None:
    spend = world.spent(place, 80_000, day=2)
    row = world.imported(place, [(june(1), "SP2D", 60_000_000, ""), (june(29), "KLIRING", -80_000, "")])
    line = row.rows.get(debit=80_000)
    from payments.books.queries import bank

    (choice,) = bank.candidates(line)
    assert choice.key == f"spend:{spend.pk}:paid"
    services.pair_by_hand(line_id=line.pk, journal=choice.journal, by=place.bp, at=world.JULY)
    assert bank.position(place.opd.pk, june(30)).is_clear
    other = row.rows.get(credit__gt=0)
    with pytest.raises(services.BookError, match=r"jumlahnya lain|sudah punya pasangan"):
        services.pair_by_hand(line_id=other.pk, journal=choice.journal, by=place.bp, at=world.JULY)
