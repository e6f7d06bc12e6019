"""The demo's gate: two phones, entries of the last days, and a ticket that went in twice without network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from opd.demo import PARIWISATA, holder
from opd.models import Role
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from opd.office.ids import token
from retribusi import demo as levies
from retribusi.gate.models import Device, Entry
from retribusi.gate.services import devices, entries
from retribusi.gate.services.entries import Showing
from retribusi.models import CollectionPoint, Ticket

DAYS = 3
NAMES = ("Gerbang Utama", "Gerbang Taman")


def seed(*, at: datetime) -> str:
    """Tickets of the last days shown at two phones before ``at``, once. Says what it did."""
    if Device.objects.exists():
        return "sudah ada"
    point = CollectionPoint.objects.get(slug=levies.PLACES[0].key)
    today = day_of(at)
    phones = [_phone(point, name, moment(today - timedelta(days=DAYS + 1), 8)) for name in NAMES]
    for back in range(DAYS, 0, -1):
        _day(phones, today - timedelta(days=back), conflict=back == 2)
    return f"{Device.objects.count()} perangkat, {Entry.objects.count()} tiket di gerbang"


def _phone(point: CollectionPoint, name: str, when: datetime) -> Device:
    """Its secret is thrown away: nobody holds this phone."""
    key_hash = hashlib.sha256(token().encode()).hexdigest()
    officer = holder(Role.PETUGAS_GERBANG, PARIWISATA)
    return devices.enrol(point=point, name=name, key_hash=key_hash, by=officer, at=when)


def _day(phones: Sequence[Device], day: date, *, conflict: bool) -> None:
    """All but every ninth ticket goes in; on the day of the conflict the first goes in at both phones."""
    first, second = phones
    held = Ticket.objects.filter(point_id=first.point_id, valid_date=day, state=Ticket.State.VALID)
    tickets = list(held.order_by("pk"))
    for number, ticket in enumerate(tickets):
        if number % 9 != 8:
            when = ticket.issued_at + timedelta(minutes=4, seconds=20 * (number % 5))
            _show(phones[number % 5 == 4], ticket.token, when, synced=when)
    if tickets and conflict:
        twice = tickets[0]
        when = twice.issued_at + timedelta(minutes=6)
        _show(second, twice.token, when, synced=when + timedelta(minutes=40), let_in=True)
    if tickets:
        when = tickets[-1].issued_at + timedelta(minutes=30)
        _show(first, _altered(tickets[-1].token), when, synced=when)


def _altered(text: str) -> str:
    """A ticket whose signature was tampered with."""
    return text[:-2] + ("A" if text[-2] != "A" else "B") + text[-1]


def _show(
    device: Device, shown: str, when: datetime, *, synced: datetime, let_in: bool | None = None
) -> None:
    showing = Showing(
        id=_name(device, shown, when), shown=shown, point_id=device.point_id, device_at=when,
        offline=synced != when, let_in=let_in, told="accepted" if let_in else "",
    )  # fmt: skip
    entries.take(device=device, showings=[showing], sent_at=synced, at=synced)
    devices.mark_seen(Device.objects.get(pk=device.pk), at=synced)


def _name(device: Device, shown: str, when: datetime) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo|{device.pk}|{shown}|{when.isoformat()}")
