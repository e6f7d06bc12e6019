"""The decree that forms the team, its seats, and who holds them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import rules
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Decree, Holder, Position, Seat
from tp2dd.secretariat.wording import said

COMPOSITION = "secretariat.composition"
MANAGE = "secretariat.manage"


@transaction.atomic
def record_decree(
    *, number: str, decree_date: date, about: str, valid_from: date, by: User, at: datetime
) -> Decree:
    """A new decree with the seats that the law asks for; the one before ends the day before. Raises
    DeskError."""
    access.require(by, MANAGE)
    if decree_date > valid_from:
        raise DeskError("Keputusan tidak berlaku sebelum tanggalnya.", "valid_from")
    before = Decree.objects.select_for_update().filter(valid_to=None).first()
    if before and before.valid_from >= valid_from:
        raise DeskError(f"{before} baru berlaku {before.valid_from:%d/%m/%Y}.", "valid_from")
    if before:
        _end(before, valid_from - timedelta(days=1))
    try:
        with transaction.atomic():
            made = Decree.objects.create(
                number=number.strip(), decree_date=decree_date,
                about=said(about, "Tulis tentang apa.", "about"),
                valid_from=valid_from, at=at, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DeskError("Keputusan dengan nomor ini sudah dicatat.", "number") from error
    Seat.objects.bulk_create(
        Seat(decree=made, place=place, position=position, office=office, by_law=True)
        for place, (position, office) in enumerate(rules.value(COMPOSITION, valid_from), 1)
    )
    after = {"number": made.number, "valid_from": valid_from.isoformat()}
    audit.record("secretariat.decree", made, by=by, at=at, after=after)
    return made


def _end(decree: Decree, last_day: date) -> None:
    """A decree ends, and with it the days of those who held its seats."""
    Decree.objects.filter(pk=decree.pk).update(valid_to=last_day)
    open_ones = Holder.objects.filter(seat__decree=decree, valid_to=None)
    if open_ones.filter(valid_from__gt=last_day).exists():
        raise DeskError("Ada pemegang kedudukan yang baru mulai setelah hari itu.", "valid_from")
    open_ones.update(valid_to=last_day)


@transaction.atomic
def add_seat(*, decree_id: int, position: str, office: str, by: User, at: datetime) -> Seat:
    """A seat beyond those of the law (Pasal 4: other parties). Raises DeskError."""
    access.require(by, MANAGE)
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    if position not in Position.values:
        raise DeskError("Pilih kedudukannya.", "position")
    last = decree.seats.order_by("-place").first()
    try:
        with transaction.atomic():
            made = Seat.objects.create(
                decree=decree, place=last.place + 1 if last else 1, position=position,
                office=said(office, "Tulis jabatannya.", "office", most=200),
            )  # fmt: skip
    except IntegrityError as error:
        raise DeskError("Jabatan ini sudah ada dalam susunan.", "office") from error
    audit.record("secretariat.seat", made, by=by, at=at, after={"office": made.office, "position": position})
    return made


@transaction.atomic
def appoint(*, seat_id: int, name: str, nip: str, valid_from: date, by: User, at: datetime) -> Holder:
    """Somebody takes a seat; whoever holds it ends the day before. Raises DeskError."""
    access.require(by, MANAGE)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("decree").get(pk=seat_id)
    if valid_from < seat.decree.valid_from or seat.decree.valid_to is not None:
        raise DeskError("Hari itu di luar masa berlaku keputusannya.", "valid_from")
    last = seat.holders.order_by("-valid_from").first()
    if last and valid_from <= (last.valid_to or last.valid_from):
        raise DeskError(f"{last} memegang kedudukan ini pada hari itu.", "valid_from")
    seat.holders.filter(valid_to=None).update(valid_to=valid_from - timedelta(days=1))
    made = Holder.objects.create(
        seat=seat, name=said(name, "Tulis namanya.", "name", most=120), nip=nip, valid_from=valid_from, at=at,
        by=by,
    )  # fmt: skip
    after = {"seat": seat.office, "name": made.name, "valid_from": valid_from.isoformat()}
    audit.record("secretariat.appoint", made, by=by, at=at, after=after)
    return made
