"""Collection points and their tariffs: the administrator's deeds, each with its audit row in one
transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from opd.templatetags.tampilan import tanggal
from payments.incoming import services as incoming
from payments.money import format_rupiah
from retribusi import readiness
from retribusi.models import CollectionPoint, OpeningHours, OrderLine, SpecialDay, TariffCode, TariffItem

Week = Sequence[tuple[time, time] | None]
"""Seven days, Monday first: opening and closing time in WIB, or None for closed."""


class PointError(Exception):
    """What the administrator asked for can't be done; the message is for the screen."""


@transaction.atomic
def create_point(*, by: User | None, at: datetime, **fields: Any) -> CollectionPoint:
    """A planned point (fields of CollectionPoint); it sells once ``go_live`` finds it ready.

    Raises ValidationError.
    """
    point = CollectionPoint(**fields)
    point.full_clean()
    point.save()
    audit.record("point.create", point, by=by, at=at, after=_plain(fields))
    return point


@transaction.atomic
def amend_point(*, point: CollectionPoint, by: User | None, at: datetime, **fields: Any) -> CollectionPoint:
    """Change facts of a point. One that sells must stay ready. Raises ValidationError, PointError."""
    row = CollectionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    before, after = _amend(row, fields)
    if not after:
        return row
    if row.status == CollectionPoint.Status.LIVE:
        _refuse_unready(row, at)
    audit.record("point.amend", row, by=by, at=at, before=before, after=after)
    return row


@transaction.atomic
def register_account(
    *, point: CollectionPoint, by: User | None, at: datetime, **fields: Any
) -> CollectionPoint:
    """Enter a receiving account by decree (fields of ReceivingAccount) and give it to the point.

    Raises ValidationError, RegisterError of incoming, PointError.
    """
    account = incoming.register_account(opd=point.opd, by=by, at=at, **fields)
    return amend_point(point=point, receiving_account=account, by=by, at=at)


@transaction.atomic
def set_hours(*, point: CollectionPoint, week: Week, valid_from: date, by: User | None, at: datetime) -> None:
    """The opening hours from ``valid_from`` (a day in WIB, not before today unless these are the first)."""
    if len(week) != 7:
        raise PointError("Jam buka ditetapkan untuk tujuh hari.")
    if valid_from < day_of(at) and point.hours.exists():
        raise PointError("Jam buka baru paling cepat berlaku hari ini.")
    for weekday, hours in enumerate(week):
        opens, closes = hours or (None, None)
        row = OpeningHours(point=point, weekday=weekday, opens=opens, closes=closes, valid_from=valid_from)
        row.full_clean(validate_unique=False, validate_constraints=True, exclude=["point"])
        OpeningHours.objects.update_or_create(
            point=point,
            weekday=weekday,
            valid_from=valid_from,
            defaults={"opens": opens, "closes": closes},
        )
    text = [
        f"{opens:%H.%M}-{closes:%H.%M}" if hours else "tutup"
        for hours in week
        for opens, closes in [hours or (time(), time())]
    ]
    audit.record("point.hours", point, by=by, at=at, after={"valid_from": str(valid_from), "week": text})


@transaction.atomic
def add_special_day(
    *,
    point: CollectionPoint,
    day: date,
    kind: str,
    note: str,
    legal_basis: str,
    by: User | None,
    at: datetime,
) -> SpecialDay:
    """A closed or a free day, today or later. Raises ValidationError, PointError."""
    if day < day_of(at):
        raise PointError("Hari khusus tidak dapat ditetapkan untuk hari yang sudah lewat.")
    row = SpecialDay(point=point, day=day, kind=kind, note=note, legal_basis=legal_basis)
    row.full_clean()
    row.save()
    after = {"day": str(day), "kind": kind, "note": note, "legal_basis": legal_basis}
    audit.record("point.special_day", point, by=by, at=at, after=after)
    return row


@transaction.atomic
def drop_special_day(*, special: SpecialDay, reason: str, by: User | None, at: datetime) -> None:
    """Take back a special day that has not begun. Raises PointError."""
    if special.day <= day_of(at):
        raise PointError("Hari khusus yang sudah dimulai tidak dapat ditarik lagi.")
    before = {"day": str(special.day), "kind": special.kind}
    audit.record("point.special_day_drop", special.point, by=by, at=at, before=before, reason=reason)
    special.delete()


@transaction.atomic
def add_tariff(*, point: CollectionPoint, by: User | None, at: datetime, **fields: Any) -> TariffItem:
    """One tariff of the annex (fields of TariffItem, amount in rupiah).

    Raises ValidationError, and PointError where the point has a tariff of that name for some of those days.
    """
    _lock(point)
    item = TariffItem(point=point, **fields)
    item.full_clean()
    _refuse_overlap(item)
    item.save()
    audit.record("tariff.add", item, by=by, at=at, after={"point": point.slug, **_plain(fields)})
    return item


@transaction.atomic
def amend_tariff(*, tariff: TariffItem, by: User | None, at: datetime, **fields: Any) -> TariffItem:
    """Change a tariff. Once sold, its amount, start and account codes stay: end it and add another.

    Raises ValidationError, PointError.
    """
    point = _lock(tariff.point)
    row = TariffItem.objects.select_for_update(of=("self",)).select_related("point").get(pk=tariff.pk)
    fixed = {"amount", "valid_from", "kode_lra", "kode_lo", "category", "unit", "lasts", "lasts_span"}
    changed = {name for name in fixed & fields.keys() if getattr(row, name) != fields[name]}
    if changed and OrderLine.objects.filter(tariff=row).exists():
        raise PointError(
            "Tarif ini sudah pernah dijual. Akhiri tanggal berlakunya, lalu tambahkan tarif baru; "
            "yang sudah terjual tetap dengan tarif lamanya."
        )
    before, after = _amend(row, fields)
    if not after:
        return row
    if after.keys() & {"name", "valid_from", "valid_to"}:
        _refuse_overlap(row)
    if point.status == CollectionPoint.Status.LIVE:
        _refuse_unready(point, at)
    audit.record("tariff.amend", row, by=by, at=at, before=before, after=after)
    return row


@transaction.atomic
def change_codes(
    *,
    tariff: TariffItem,
    together: bool,
    valid_from: date,
    kode_lra: str,
    kode_lo: str,
    legal_basis: str,
    by: User | None,
    at: datetime,
) -> list[TariffCode]:
    """Other account codes from a WIB day on; what is sold before keeps its own.

    ``together``: for every tariff of the point in force on that day.
    Raises ValidationError, and PointError for a day that has come or lies outside the tariff's own.
    """
    point = _lock(tariff.point)
    own = TariffItem.objects.get(pk=tariff.pk)
    if valid_from <= day_of(at):
        raise PointError("Kode rekening baru paling cepat berlaku besok; yang sudah dibukukan tetap.")
    if valid_from <= own.valid_from or (own.valid_to and valid_from > own.valid_to):
        raise PointError("Tanggal itu di luar masa berlaku tarif ini.")
    others = point.tariffs.valid(on=valid_from).filter(valid_from__lt=valid_from)
    rows = list(others) if together else [own]
    codes = {"kode_lra": kode_lra, "kode_lo": kode_lo, "legal_basis": legal_basis}
    return [_change_codes(row, valid_from, codes, by, at) for row in rows]


def _change_codes(
    tariff: TariffItem, valid_from: date, codes: dict[str, str], by: User | None, at: datetime
) -> TariffCode:
    change = TariffCode(tariff=tariff, valid_from=valid_from, **codes)
    change.full_clean()
    change.save()
    audit.record("tariff.codes", tariff, by=by, at=at, after={"valid_from": str(valid_from), **codes})
    return change


@transaction.atomic
def go_live(*, point: CollectionPoint, by: User | None, at: datetime) -> CollectionPoint:
    """Begin (again) to sell. Raises PointError naming what is missing."""
    row = CollectionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    _refuse_unready(row, at)
    return _set_status(row, CollectionPoint.Status.LIVE, "", by, at)


@transaction.atomic
def suspend(*, point: CollectionPoint, note: str, by: User | None, at: datetime) -> CollectionPoint:
    """Stop selling for now; ``note`` tells visitors why. What is paid stays paid, its tickets stay good."""
    row = CollectionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if row.status != CollectionPoint.Status.LIVE:
        raise PointError("Titik ini memang sedang tidak menjual.")
    return _set_status(row, CollectionPoint.Status.SUSPENDED, note, by, at)


def _lock(point: CollectionPoint) -> CollectionPoint:
    """The point, its tariffs' dates kept still for this transaction."""
    return CollectionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)


def _refuse_overlap(item: TariffItem) -> None:
    """Two tariffs of one name would both be on sale; the sentence says which one stands in the way."""
    same = TariffItem.objects.filter(point=item.point_id, name__iexact=item.name).exclude(pk=item.pk)
    clash = same.filter(Q(valid_to=None) | Q(valid_to__gte=item.valid_from))
    if item.valid_to:
        clash = clash.filter(valid_from__lte=item.valid_to)
    other = clash.order_by("valid_from").first()
    if other is None:
        return
    until = tanggal(other.valid_to) if other.valid_to else "diganti"
    raise PointError(
        f"Tarif “{other.name}” {format_rupiah(other.amount)} sudah ada untuk "
        f"{tanggal(other.valid_from)} sampai {until}. Akhiri tarif itu dahulu, atau pilih tanggal yang tidak "
        "bertumpang tindih; dua tarif bernama sama tidak boleh berlaku pada hari yang sama."
    )


def _set_status(
    row: CollectionPoint, status: CollectionPoint.Status, note: str, by: User | None, at: datetime
) -> CollectionPoint:
    before = {"status": row.status}
    row.status, row.status_note = status, note
    row.save(update_fields=["status", "status_note"])
    audit.record("point.status", row, by=by, at=at, before=before, after={"status": str(status)}, reason=note)
    return row


def _refuse_unready(point: CollectionPoint, at: datetime) -> None:
    missing = [check.label for check in readiness.checks(point, on=day_of(at)) if check.blocks]
    if missing:
        raise PointError("Titik ini belum siap menjual: " + "; ".join(missing) + ".")


def _amend(row: models.Model, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs and save it; returns what was before and after, for the audit row."""
    news = {name: value for name, value in fields.items() if getattr(row, name) != value}
    before = _plain({name: getattr(row, name) for name in news})
    for name, value in news.items():
        setattr(row, name, value)
    if news:
        row.full_clean()
        row.save(update_fields=list(news))
    return before, _plain(news)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them; rows by their key."""

    def plain(value: Any) -> Any:
        if isinstance(value, models.Model):
            return value.pk
        return str(value) if isinstance(value, Decimal | date | time) else value

    return {name: plain(value) for name, value in fields.items()}
