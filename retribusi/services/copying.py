"""Salin dari titik lain: a new point in minutes, with the hours and tariffs of one that is there."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from retribusi import hours
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import points

_SAME = ("kind", "legal_basis", "grace_minutes", "sells_outside_hours")
_TARIFF = (
    *("position", "name", "name_en", "category", "unit", "lasts", "lasts_span", "amount", "valid_to"),
    *("legal_basis", "status"),
)


@transaction.atomic
def copy_point(*, source: CollectionPoint, by: User | None, at: datetime, **fields: Any) -> CollectionPoint:
    """A planned point with ``fields`` of its own and the kind, law, hours and tariffs of ``source``.

    Tariffs that have ended stay behind; the others begin today, or on their own later day, with the codes
    then in force and "perlu konfirmasi" set: somebody must check that the law names this place too. Receiving
    account, QRIS and special days are never copied. Raises ValidationError.
    """
    today = day_of(at)
    same = {name: getattr(source, name) for name in _SAME}
    point = points.create_point(by=by, at=at, **same, **fields)
    _copy_hours(source, point, today, by, at)
    _copy_tariffs(source, point, today, by, at)
    audit.record("point.copy", point, by=by, at=at, after={"source": source.slug})
    return point


def _copy_hours(
    source: CollectionPoint, point: CollectionPoint, today: date, by: User | None, at: datetime
) -> None:
    rows = list(source.hours.all())
    if not rows:
        return
    week: list[tuple[time, time] | None] = [None] * 7
    for line in hours.week(rows, today):
        for number in range(line.first, line.last + 1):
            week[number] = line.hours
    points.set_hours(point=point, week=week, valid_from=today, by=by, at=at)


def _copy_tariffs(
    source: CollectionPoint, point: CollectionPoint, today: date, by: User | None, at: datetime
) -> None:
    for item in source.tariffs.prefetch_related("codes"):
        if item.valid_to is None or item.valid_to >= today:
            _copy_tariff(item, point, max(item.valid_from, today), by, at)


def _copy_tariff(
    item: TariffItem, point: CollectionPoint, first: date, by: User | None, at: datetime
) -> None:
    kode_lra, kode_lo = item.codes_on(first)
    copied = {name: getattr(item, name) for name in _TARIFF}
    made = points.add_tariff(
        point=point, valid_from=first, kode_lra=kode_lra, kode_lo=kode_lo, needs_confirmation=True,
        by=by, at=at, **copied,
    )  # fmt: skip
    for change in item.codes.all():
        if change.valid_from > first:
            points.change_codes(
                tariff=made, together=False, valid_from=change.valid_from, kode_lra=change.kode_lra,
                kode_lo=change.kode_lo, legal_basis=change.legal_basis, by=by, at=at,
            )  # fmt: skip
