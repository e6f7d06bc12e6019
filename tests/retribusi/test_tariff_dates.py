"""Tariffs through time: no two of one name on one day, account codes that change, what is sold stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from opd.models import AuditEvent, Role
from payments.incoming.models import PaymentRequest
from payments.incoming.registry import Share
from retribusi import readiness
from retribusi.models import TariffItem
from retribusi.payable import OrderPayable
from retribusi.services import points
from retribusi.services.points import PointError
from tests.incoming.test_races import together
from tests.retribusi.cast import AT, SINCE, Museum, text
from tests.retribusi.test_point_pages import TARIFF, enter

TODAY = AT.date()
TOMORROW = TODAY + timedelta(days=1)
NEW = {"kode_lra": "4.1.02.02.18.0001", "kode_lo": "8.1.02.02.18.0001", "legal_basis": "Kepmendagri baru"}


def add(museum: Museum, **changes: Any) -> TariffItem:
    fields = {
        "name": "Dewasa",
        "category": "adult",
        "amount": Decimal(6000),
        "valid_from": date(2027, 1, 1),
        "legal_basis": "Perda baru",
        "status": "planned",
        "kode_lra": "4.1.02.02.17.0001",
        "kode_lo": "8.1.02.02.17.0001",
        **changes,
    }
    return points.add_tariff(point=museum.point, by=None, at=AT, **fields)


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_from": date(2027, 1, 1)},
        {"valid_from": SINCE, "valid_to": SINCE},
        {"valid_from": date(2025, 1, 1), "valid_to": SINCE},
        {"valid_from": date(2025, 1, 1)},
        {"valid_from": date(2027, 1, 1), "name": "DEWASA"},
    ],
)
def test_a_tariff_may_not_overlap_its_namesake(museum: Museum, dates: dict[str, Any]) -> None:
    with pytest.raises(PointError, match=r"Tarif “Dewasa” Rp\s5\.000 sudah ada untuk 1 Januari 2026 sampai"):
        add(museum, **dates)
    assert museum.point.tariffs.count() == 2


def test_neighbours_in_time_and_other_names_are_welcome(museum: Museum) -> None:
    points.amend_tariff(tariff=museum.adult, by=None, at=AT, valid_to=date(2026, 12, 31))
    add(museum, valid_from=date(2027, 1, 1))
    add(museum, valid_from=date(2025, 1, 1), valid_to=SINCE - timedelta(days=1))
    add(museum, name="Pelajar", category="student", valid_from=SINCE)
    assert museum.point.tariffs.count() == 5


def test_an_end_may_not_be_drawn_over_the_successor(museum: Museum) -> None:
    points.amend_tariff(tariff=museum.adult, by=None, at=AT, valid_to=date(2026, 12, 31))
    add(museum)
    with pytest.raises(PointError, match="1 Januari 2027 sampai diganti"):
        points.amend_tariff(tariff=museum.adult, by=None, at=AT, valid_to=None)
    with pytest.raises(PointError, match="bertumpang tindih"):
        points.amend_tariff(tariff=museum.child, by=None, at=AT, name="dewasa")
    museum.adult.refresh_from_db()
    assert museum.adult.valid_to == date(2026, 12, 31)


def test_the_page_says_which_tariff_stands_in_the_way(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    page = text(client.post(f"/pengaturan/titik/{museum.point.pk}/tarif/", TARIFF))
    assert "dua tarif bernama sama tidak boleh berlaku pada hari yang sama" in page
    assert museum.point.tariffs.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_make_one_tariff(museum: Museum) -> None:
    def send() -> str:
        try:
            add(museum, name="Lansia")
        except PointError:
            return "ditolak"
        return "dibuat"

    assert sorted(together(send, send, send)) == ["dibuat", "ditolak", "ditolak"]


def test_account_codes_change_on_a_day_and_the_order_follows_its_own_day(museum: Museum) -> None:
    points.change_codes(tariff=museum.adult, together=True, valid_from=TOMORROW, by=None, at=AT, **NEW)
    today, later = museum.order(), museum.order(at=AT + timedelta(days=1))
    quotes = [OrderPayable().quote(order.key) for order in (today, later)]
    assert [quote.kode_lra for quote in quotes] == ["4.1.02.02.17.0001", "4.1.02.02.18.0001"]
    assert [quote.kode_lo for quote in quotes] == ["8.1.02.02.17.0001", "8.1.02.02.18.0001"]
    assert readiness.is_ready(museum.point, on=TOMORROW)
    assert AuditEvent.objects.filter(action="tariff.codes").count() == 2


def test_an_order_over_two_codes_is_divided_between_them(museum: Museum) -> None:
    points.change_codes(tariff=museum.adult, together=False, valid_from=TOMORROW, by=None, at=AT, **NEW)
    assert readiness.is_ready(museum.point, on=TOMORROW)
    mixed = museum.order(at=AT + timedelta(days=1))
    quote = OrderPayable().quote(mixed.key)
    assert quote.shares == (
        Share("4.1.02.02.18.0001", "8.1.02.02.18.0001", Decimal(10_000)),
        Share("4.1.02.02.17.0001", "8.1.02.02.17.0001", Decimal(3000)),
    )
    assert (quote.amount, quote.kode_lra) == (Decimal(13_000), "4.1.02.02.18.0001")
    alone = OrderPayable().quote(museum.order(at=AT + timedelta(days=1), children=0).key)
    assert (alone.kode_lra, alone.shares) == ("4.1.02.02.18.0001", ())


def test_the_request_keeps_its_shares_whatever_the_tariff_says_later(museum: Museum) -> None:
    TariffItem.objects.filter(pk=museum.child.pk).update(kode_lra="4.1.02.01.04.0001")
    request = museum.request(museum.waiting())
    assert [share["amount"] for share in request.shares] == ["10000.00", "3000.00"]
    with pytest.raises(DatabaseError, match="tidak dapat diubah"), transaction.atomic():
        PaymentRequest.objects.filter(pk=request.pk).update(shares=[])
    TariffItem.objects.filter(pk=museum.child.pk).update(amount=0)
    free = OrderPayable().quote(museum.order().key)
    assert (free.amount, free.shares) == (Decimal(10_000), ())


def test_account_codes_do_not_change_in_the_past_or_outside_the_tariff(museum: Museum) -> None:
    def change(day: date) -> None:
        points.change_codes(tariff=museum.adult, together=False, valid_from=day, by=None, at=AT, **NEW)

    with pytest.raises(PointError, match="paling cepat berlaku besok"):
        change(TODAY)
    points.amend_tariff(tariff=museum.adult, by=None, at=AT, valid_to=TOMORROW)
    with pytest.raises(PointError, match="di luar masa berlaku"):
        change(TOMORROW + timedelta(days=1))
    change(TOMORROW)
    with pytest.raises(ValidationError, match="sudah ada"):
        change(TOMORROW)


def test_the_codes_page_shows_what_is_to_come(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    data = {**NEW, "valid_from": "2027-01-01", "together": "on"}
    page = text(client.post(f"/pengaturan/tarif/{museum.adult.pk}/kode/", data, follow=True))
    assert page.count("4.1.02.02.18.0001") == 2
    assert page.count("4.1.02.02.17.0001") == 2
