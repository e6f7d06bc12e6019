"""Points and tariffs: what the administrator may do, what is refused, and what "siap jual" asks for."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from opd import audit
from opd.models import AuditEvent
from retribusi import hours, readiness
from retribusi.hours import Door
from retribusi.models import CollectionPoint, OpeningHours, SpecialDay, TariffItem
from retribusi.services import points
from retribusi.services.points import PointError
from tests.incoming.world import make_account
from tests.opd.cast import agency
from tests.retribusi.cast import AT, Museum, make_point, make_tariff

TODAY = AT.date()
WEEK = [(time(8), time(16))] * 7


def test_a_point_begins_planned_and_cannot_sell_before_it_is_ready(museum: Museum) -> None:
    point = points.create_point(
        by=None,
        at=AT,
        slug="baru",
        name="Baru",
        address="Jl. 1",
        contact="loket",
        opd=museum.opd,
        legal_basis="Perda",
    )
    assert point.status == "planned"
    with pytest.raises(PointError, match=r"rekening penerimaan dipilih; .*ada tarif .*jam buka ditetapkan"):
        points.go_live(point=point, by=None, at=AT)
    account = make_account(museum.partner, museum.opd, terminal_id="B02")
    points.amend_point(point=point, by=None, at=AT, receiving_account=account)
    points.set_hours(point=point, week=WEEK, valid_from=TODAY, by=None, at=AT)
    points.add_tariff(
        point=point,
        by=None,
        at=AT,
        name="Dewasa",
        category="adult",
        amount=Decimal(5000),
        valid_from=TODAY,
        legal_basis="Perda",
        status="active",
        kode_lra="4.1.02.02.17.0001",
        kode_lo="8.1.02.02.17.0001",
    )
    assert points.go_live(point=point, by=None, at=AT).status == "live"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"point.create", "point.amend", "point.hours", "tariff.add", "point.status"} <= actions


def test_an_account_of_another_agency_or_out_of_force_blocks(museum: Museum) -> None:
    other = agency("9.99", "Dinas Lain")
    museum.point.opd = other
    labels = [check.label for check in readiness.checks(museum.point, on=TODAY) if check.blocks]
    assert labels == ["rekening penerimaan milik OPD yang sama"]
    museum.point.opd = museum.opd
    past = date(2025, 12, 31)
    labels = [check.label for check in readiness.checks(museum.point, on=past) if check.blocks]
    assert "rekening penerimaan berlaku hari ini" in labels


def test_tariffs_of_one_point_may_stand_on_several_account_codes(museum: Museum) -> None:
    make_tariff(museum.point, "Parkir", 2000, kode_lra="4.1.02.01.04.0001")
    assert readiness.is_ready(museum.point, on=TODAY)


def test_an_unconfirmed_tariff_warns_and_does_not_block(museum: Museum) -> None:
    TariffItem.objects.update(needs_confirmation=True)
    (warning,) = [check for check in readiness.checks(museum.point, on=TODAY) if not check.ok]
    assert warning.warning
    assert readiness.is_ready(museum.point, on=TODAY)


def test_one_receiving_account_belongs_to_one_point(museum: Museum) -> None:
    with pytest.raises(ValidationError, match="sudah dipakai titik lain"):
        points.create_point(
            by=None,
            at=AT,
            slug="kedua",
            name="Kedua",
            address="x",
            contact="x",
            opd=museum.opd,
            legal_basis="x",
            receiving_account=museum.point.receiving_account,
        )


def test_a_live_point_stays_ready(museum: Museum) -> None:
    with pytest.raises(PointError, match="belum siap menjual"):
        points.amend_point(point=museum.point, by=None, at=AT, opd=agency("9.99", "Dinas Lain"))
    points.amend_tariff(tariff=museum.child, by=None, at=AT, status="suspended")
    with pytest.raises(PointError, match="ada tarif yang berlaku hari ini"):
        points.amend_tariff(tariff=museum.adult, by=None, at=AT, status="suspended")
    assert CollectionPoint.objects.get().opd == museum.opd


def test_a_sold_tariff_keeps_its_amount(museum: Museum) -> None:
    museum.order()
    with pytest.raises(PointError, match="sudah pernah dijual"):
        points.amend_tariff(tariff=museum.adult, by=None, at=AT, amount=Decimal(6000))
    points.amend_tariff(tariff=museum.adult, by=None, at=AT, valid_to=TODAY, needs_confirmation=False)
    museum.adult.refresh_from_db()
    assert (museum.adult.amount, museum.adult.valid_to) == (Decimal(5000), TODAY)


def test_suspending_says_why_and_going_live_again_clears_it(museum: Museum) -> None:
    point = points.suspend(point=museum.point, note="Dipugar.", by=None, at=AT)
    assert (point.status, point.status_note) == ("suspended", "Dipugar.")
    with pytest.raises(PointError, match="memang sedang tidak menjual"):
        points.suspend(point=museum.point, note="lagi", by=None, at=AT)
    assert points.go_live(point=point, by=None, at=AT).status_note == ""


def test_special_days_are_set_ahead_and_taken_back_before_they_begin(museum: Museum) -> None:
    day = TODAY + timedelta(days=2)
    special = points.add_special_day(
        point=museum.point, day=day, kind="free", note="Hari Museum", legal_basis="SK 1", by=None, at=AT
    )
    with pytest.raises(PointError, match="sudah lewat"):
        points.add_special_day(
            point=museum.point,
            day=TODAY - timedelta(days=1),
            kind="free",
            note="x",
            legal_basis="x",
            by=None,
            at=AT,
        )
    with pytest.raises(PointError, match="sudah dimulai"):
        points.drop_special_day(special=special, reason="batal", by=None, at=AT + timedelta(days=2))
    points.drop_special_day(special=special, reason="batal", by=None, at=AT)
    assert not SpecialDay.objects.exists()


def test_hours_are_dated_and_whole(museum: Museum) -> None:
    with pytest.raises(PointError, match="tujuh hari"):
        points.set_hours(point=museum.point, week=WEEK[:6], valid_from=TODAY, by=None, at=AT)
    with pytest.raises(PointError, match="paling cepat berlaku hari ini"):
        points.set_hours(point=museum.point, week=WEEK, valid_from=TODAY - timedelta(days=1), by=None, at=AT)
    tomorrow = TODAY + timedelta(days=1)
    points.set_hours(point=museum.point, week=[None] * 7, valid_from=tomorrow, by=None, at=AT)
    rows = list(museum.point.hours.all())
    assert hours.of_day(rows, TODAY) == (time(8), time(16))
    assert hours.of_day(rows, tomorrow) is None


def test_hours_must_end_after_they_begin(museum: Museum) -> None:
    with pytest.raises(ValidationError, match="Jam tutup harus setelah jam buka"):
        points.set_hours(point=museum.point, week=[(time(16), time(8))] * 7, valid_from=TODAY, by=None, at=AT)


def test_a_failed_audit_write_changes_nothing(museum: Museum, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        points.suspend(point=museum.point, note="x", by=None, at=AT)
    with pytest.raises(RuntimeError):
        points.amend_tariff(tariff=museum.adult, by=None, at=AT, name="Umum")
    museum.point.refresh_from_db()
    museum.adult.refresh_from_db()
    assert (museum.point.status, museum.adult.name) == ("live", "Dewasa")


ROW = OpeningHours(weekday=1, opens=time(8), closes=time(16), valid_from=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("hour", "minute", "door", "sells"),
    [
        (0, 0, Door.BEFORE, True),
        (7, 59, Door.BEFORE, True),
        (8, 0, Door.OPEN, True),
        (15, 59, Door.OPEN, True),
        (16, 0, Door.AFTER, True),
        (16, 59, Door.AFTER, True),
        (17, 0, Door.AFTER, False),
    ],
)
def test_the_door_through_a_day(hour: int, minute: int, door: Door, sells: bool) -> None:
    at = AT.replace(hour=hour, minute=minute)
    found = hours.today([ROW], at=at, closed=False, grace=timedelta(hours=1), sells_outside=False)
    assert (found.door, found.sells) == (door, sells)


def test_a_place_may_sell_outside_its_hours_but_not_on_a_closed_day() -> None:
    night = AT.replace(hour=22)
    open_day = hours.today([ROW], at=night, closed=False, grace=timedelta(0), sells_outside=True)
    closed = hours.today([ROW], at=night, closed=True, grace=timedelta(0), sells_outside=True)
    assert (open_day.sells, closed.sells) == (True, False)


def test_the_week_is_told_in_few_lines() -> None:
    rows = [
        OpeningHours(
            weekday=day, opens=time(8), closes=time(14 if day == 4 else 16), valid_from=date(2026, 1, 1)
        )
        for day in range(6)
    ]
    lines = [(line.first, line.last, line.hours) for line in hours.week(rows, TODAY)]
    assert lines == [
        (0, 3, (time(8), time(16))),
        (4, 4, (time(8), time(14))),
        (5, 5, (time(8), time(16))),
        (6, 6, None),
    ]


def test_no_opening_in_sight_is_said_by_nothing() -> None:
    assert hours.next_opening([], after=TODAY, closed=frozenset()) is None


def test_the_database_refuses_a_live_point_without_account(museum: Museum) -> None:
    point = make_point(museum.opd, None, slug="tanpa", status="planned")
    with pytest.raises(IntegrityError, match="point_live_has_account"):
        CollectionPoint.objects.filter(pk=point.pk).update(status="live")
