"""Sold with printed tickets while there was no network, entered later: cash, numbers and time are whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from retribusi.counter import queries
from retribusi.counter.errors import CounterError, NoShift
from retribusi.counter.models import Sale
from retribusi.karcis.models import Use
from retribusi.karcis.services import KarcisError
from retribusi.karcis.verification import LAWS
from retribusi.models import Order, SpecialDay, TariffItem, Ticket
from retribusi.services import ordering
from tests.counter.cast import problems as counter_problems
from tests.counter.cast import without_guards
from tests.karcis.cast import HALF_PAST_NINE, PADAM, Drawer, problems
from tests.retribusi.cast import AT, make_tariff


def test_the_sheets_become_cash_of_the_shift_and_used_tickets(drawer: Drawer) -> None:
    desk = drawer.desk
    shift = desk.open()
    sale = drawer.sell((drawer.adult, 1, 4), (drawer.adult, 10, 10), (drawer.child, 1, 2))
    assert sale.order.total == 31_000
    assert (sale.happened_at, sale.made_at, sale.cash_reason) == (HALF_PAST_NINE, AT, PADAM)
    assert set(Ticket.objects.values_list("state", flat=True)) == {Ticket.State.USED}
    assert drawer.left(drawer.adult) == "5–9, 11–100"
    assert desk.held("br_cash") == 31_000
    assert desk.close(shift, 31_000).cash_total == 31_000
    assert problems() == counter_problems() == []


def test_the_clock_of_the_deposit_runs_from_when_the_cash_was_taken(drawer: Drawer) -> None:
    shift = drawer.desk.open()
    drawer.sell((drawer.adult, 1, 1), happened_at=AT - timedelta(hours=20))
    drawer.desk.close(shift, 5_000)
    assert queries.oldest_cash([shift.pk]) == AT - timedelta(hours=20)
    assert drawer.desk.deposit(shift, after=5).is_late


def test_a_second_press_enters_nothing_and_another_content_is_told(drawer: Drawer) -> None:
    drawer.desk.open()
    key = ordering.new_form_key()
    first = drawer.sell((drawer.adult, 1, 2), key=key)
    assert drawer.sell((drawer.adult, 1, 2), key=key) == first
    with pytest.raises(KarcisError, match="karcis lain"):
        drawer.sell((drawer.adult, 3, 4), key=key)
    assert (Sale.objects.count(), Use.objects.count()) == (1, 1)


def test_what_cannot_be_is_told_and_leaves_nothing(drawer: Drawer) -> None:
    drawer.desk.open()
    drawer.sell((drawer.adult, 1, 2))
    elsewhere = drawer.receive(make_tariff(drawer.desk.museum.point, "Prewedding", 150_000), series="P")
    TariffItem.objects.filter(pk=elsewhere.tariff_id).update(amount=200_000)
    for runs, told, message in (
        ([], {}, "nomor karcis yang terjual"),
        ([(drawer.adult, 2, 3)], {}, "yang tersisa: 3–100"),
        ([(drawer.adult, 100, 101)], {}, "tidak tersedia"),
        ([(drawer.adult, 9, 8)], {}, "mendahului"),
        ([(drawer.adult, 5, 6), (drawer.adult, 6, 7)], {}, "tidak tersedia"),
        ([(drawer.adult, 5, 6)], {"happened_at": AT + timedelta(minutes=1)}, "setelah sekarang"),
        ([(drawer.adult, 5, 6)], {"happened_at": AT - timedelta(hours=25)}, "24 jam kemudian"),
        ([(drawer.adult, 5, 6)], {"reason": "x"}, "Tunai perlu alasan"),
        ([(elsewhere, 1, 1)], {}, "berharga"),
    ):
        with pytest.raises(CounterError, match=message):
            drawer.sell(*runs, **told)
    assert (Sale.objects.count(), Use.objects.count(), Order.objects.count()) == (1, 1, 1)
    assert drawer.desk.held("br_cash") == 10_000


def test_a_free_day_and_a_missing_shift_are_told(drawer: Drawer) -> None:
    with pytest.raises(NoShift):
        drawer.sell((drawer.adult, 1, 1))
    drawer.desk.open()
    SpecialDay(
        point=drawer.desk.museum.point, day=AT.date(), kind="free", note="Hari Pahlawan", legal_basis="SK 1"
    ).save()
    with pytest.raises(CounterError, match="tarifnya nol"):
        drawer.sell((drawer.adult, 1, 1))
    assert not Sale.objects.exists()


BREAK = {
    "karcis.numbers": "UPDATE karcis_use SET last = 200",
    "karcis.sold": "UPDATE karcis_use SET last = last + 1",
    "karcis.guards": "SELECT 1",
}


@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(drawer: Drawer, name: str) -> None:
    drawer.desk.open()
    drawer.sell((drawer.adult, 1, 2))
    law = next(law for law in LAWS if law.name == name)
    whole = law.check()
    assert whole.rows > 0
    assert not whole.problems
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE karcis_use DISABLE TRIGGER USER")
    without_guards(BREAK[name])
    assert law.check().problems
