"""Shifts are opened once, closed by a count, frozen; their cash goes to RKUD with an STS."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opd.access import Scope
from opd.models import Role
from opd.office import documents
from opd.services.people import PeopleError, assign_role
from payments.books.queries import recap
from retribusi.counter import queries
from retribusi.counter.errors import CounterError, Unexplained
from retribusi.counter.models import Deposit, Sale, Shift
from retribusi.counter.services import deposits, shifts
from retribusi.counter.services.selling import Channel
from retribusi.models import TariffCode
from tests.counter.cast import Desk, problems
from tests.opd.cast import SINCE
from tests.retribusi.cast import AT, make_point, make_tariff

DAY = timedelta(days=1)


def test_an_officer_has_one_open_shift(desk: Desk) -> None:
    first = desk.open()
    assert desk.open() == first
    elsewhere = make_point(desk.museum.opd, None, slug="lain", name="Titik Lain", status="planned")
    with pytest.raises(CounterError, match="sedang tidak menjual"):
        shifts.open_shift(point=elsewhere, change_amount=Decimal(0), by=desk.officer, at=AT)
    assert Shift.objects.count() == 1


def test_closing_counts_cash_and_change_and_freezes_the_totals(desk: Desk) -> None:
    shift = desk.open(change=100_000)
    desk.sell()
    desk.sell(Channel.EDC, adults=1)
    closed = desk.close(shift, 110_000)
    assert (closed.cash_total, closed.difference) == (Decimal(10_000), Decimal(0))
    assert closed.totals is not None
    assert closed.totals["edc"] == {"count": 1, "amount": "5000.00"}
    assert desk.close(shift, 110_000) == closed
    with pytest.raises(CounterError, match="hitungan lain"):
        desk.close(shift, 100_000)
    assert problems() == []


def test_a_difference_needs_a_word(desk: Desk) -> None:
    shift = desk.open()
    desk.sell()
    with pytest.raises(Unexplained, match="Jelaskan selisih"):
        desk.close(shift, 8_000)
    closed = desk.close(shift, 8_000, why="Salah memberi kembalian")
    assert closed.difference == Decimal("-2000.00")
    assert closed.cash_total == Decimal("10000.00")


def test_the_database_keeps_a_closed_shift_and_its_sales(desk: Desk) -> None:
    shift = desk.open()
    sale = desk.sell()
    desk.close(shift, 10_000)
    for deed in (
        lambda: Shift.objects.update(cash_total=Decimal(1)),
        lambda: Shift.objects.update(closed_at=None),
        lambda: Sale.objects.update(in_totals=False),
        lambda: Sale.objects.filter(pk=sale.pk).delete(),
        lambda: Shift.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            deed()


def test_an_sts_takes_whole_shifts_and_moves_the_cash(desk: Desk) -> None:
    row = desk.deposited()
    assert (row.amount, row.is_late) == (Decimal("10000.00"), False)
    assert (desk.held("br_cash"), desk.held("deposit_in_transit")) == (0, 10_000)
    paper = documents.current("sts", row)
    assert paper is not None
    assert paper.number == f"1/STS/{desk.museum.opd.code}/2026"
    assert paper.amount == row.amount
    again = desk.deposit(*row.shifts.all())
    assert again == row
    with pytest.raises(CounterError, match="sudah disetor"):
        desk.deposit(*row.shifts.all(), key="form:setor:2")
    assert Deposit.objects.count() == 1
    assert problems() == []


def test_late_is_judged_from_the_first_cash(desk: Desk) -> None:
    shift = desk.open()
    desk.sell()
    closed = desk.close(shift, 10_000)
    (held,) = queries.held(Scope(None), at=AT + timedelta(hours=25))
    assert (held.is_late, held.hours, held.amount) == (True, 25, Decimal("10000.00"))
    (young,) = queries.held(Scope(None), at=AT + timedelta(hours=23))
    assert not young.is_late
    assert desk.deposit(closed, after=25).is_late
    assert queries.held(Scope(None), at=AT + DAY) == []


def test_open_shifts_others_and_the_future_are_not_deposited(desk: Desk) -> None:
    shift = desk.open()
    desk.sell()
    with pytest.raises(CounterError, match="sudah ditutup"):
        desk.deposit(shift)
    with pytest.raises(CounterError, match="Pilih shift"):
        desk.deposit()
    closed = desk.close(shift, 10_000)
    with pytest.raises(CounterError, match="Waktu setor"):
        deposits.deposit(
            request_key="kunci", opd=desk.museum.opd, shift_ids=[closed.pk], deposited_at=AT + DAY,
            reference="SETOR 1", by=desk.treasurer, at=AT,
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        deposits.deposit(
            request_key="kunci", opd=desk.museum.opd, shift_ids=[closed.pk], deposited_at=AT,
            reference="SETOR 1", by=desk.officer, at=AT,
        )  # fmt: skip
    assert not Deposit.objects.exists()


def test_rkud_makes_it_revenue_gross_and_once(desk: Desk) -> None:
    row = desk.deposited()
    day, when = AT.date() + DAY, AT + DAY + DAY
    for _ in range(2):
        done = deposits.credit_deposit(
            deposit_id=row.pk, credited_date=day, reference="KORAN 7", by=desk.bud, at=when
        )
    assert done.credited_date == day
    assert (desk.held("rkud"), desk.held("rk_ppkd")) == (10_000, 10_000)
    assert (desk.held("revenue_lra"), desk.held("deposit_in_transit")) == (-10_000, 0)
    assert desk.held("undeposited_receipts") == 0
    with pytest.raises(CounterError, match="tanggal lain"):
        deposits.credit_deposit(
            deposit_id=row.pk, credited_date=AT.date(), reference="KORAN 7", by=desk.bud, at=when
        )
    with pytest.raises(PermissionDenied):
        deposits.credit_deposit(
            deposit_id=row.pk, credited_date=day, reference="KORAN 7", by=desk.treasurer, at=when
        )
    assert problems() == []


def test_the_treasurers_report_holds_cash_once(desk: Desk) -> None:
    desk.deposited()
    month = recap.receipts(desk.museum.opd.pk, 2026, 11)
    assert (month.received, month.deposited, month.closing) == (Decimal(10_000), Decimal(0), Decimal(10_000))


def test_an_officer_is_no_receiving_treasurer(desk: Desk) -> None:
    with pytest.raises(PeopleError, match="tidak boleh dirangkap"):
        assign_role(
            user=desk.officer, role=Role.BENDAHARA_PENERIMAAN, opd=desk.museum.opd, decree_number="SK 2/2026",
            decree_date=SINCE, valid_from=date(2026, 2, 1), valid_to=None, by=None, at=AT,
        )  # fmt: skip


deeds = st.lists(
    st.tuples(st.sampled_from(list(Channel)), st.integers(1, 5), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=deeds)
def test_whatever_is_sold_the_books_hold_it(desk: Desk, deeds: list[tuple[Channel, int, bool]]) -> None:
    """Sales by any way, some as free entry, closed and deposited: cash in the books is the cash there was."""
    with transaction.atomic():
        shift, cash, card = desk.open(), 0, 0
        for number, (channel, adults, free) in enumerate(deeds):
            numbers = {desk.museum.adult.pk: adults}
            if free:
                desk.sell(channel, full={}, reduced=numbers, ground="tamu", note="surat 1")
                continue
            card_sale = channel in (Channel.EDC, Channel.EMONEY)
            desk.sell(channel, full=numbers, reference=f"RRN{number}00" if card_sale else "")
            cash += 5000 * adults if channel == Channel.CASH else 0
            card += 5000 * adults if channel in (Channel.EDC, Channel.EMONEY) else 0
        assert (desk.held("br_cash"), desk.held("edc_receivable")) == (cash, card)
        closed = desk.close(shift, cash)
        assert closed.cash_total == cash
        if cash:
            assert desk.deposit(closed).amount == cash
        assert problems() == []
        transaction.set_rollback(True)


def test_codes_of_a_deposit_are_split(desk: Desk) -> None:
    parking = make_tariff(desk.museum.point, "Parkir", 2000, kode_lra="4.1.02.01.01.0001", position=3)
    shift = desk.open()
    desk.sell(full={desk.museum.adult.pk: 1, parking.pk: 2})
    row = desk.deposit(desk.close(shift, 9_000))
    assert sorted(queries.cash_by_code(row.shifts.values_list("pk", flat=True)).values()) == [
        Decimal(4000),
        Decimal(5000),
    ]


def test_the_code_in_force_on_the_day_of_sale_takes_the_revenue(desk: Desk) -> None:
    change = {"kode_lra": "4.1.02.02.99.0001", "kode_lo": "8.1.02.02.99.0001", "legal_basis": "Kepmen uji"}
    TariffCode.objects.create(tariff=desk.museum.adult, valid_from=AT.date(), **change)
    row = desk.deposited()
    assert queries.cash_by_code(row.shifts.values_list("pk", flat=True)) == {
        (change["kode_lra"], change["kode_lo"]): Decimal(10_000)
    }
