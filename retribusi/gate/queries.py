"""Read models of the gate: the list that a phone takes along, and a day of every point."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from opd.access import Scope
from opd.office.calendar import WIB, bounds, day_of
from retribusi import day_mark
from retribusi.gate import words
from retribusi.gate.models import Device, Entry, EntryQuerySet
from retribusi.gate.rules import Outcome
from retribusi.models import CollectionPoint, Ticket, TicketKey

VERSION = 1
HASH_LETTERS = 16
"""Of a SHA-256 in hex: 64 bits, so that among a day's tickets none is taken for another."""
_STATES = {Ticket.State.VALID.value: "v", Ticket.State.USED.value: "u", Ticket.State.VOID.value: "r"}


def code_hash(point_id: int, day: date, code: str) -> str:
    """How the list names a spoken code. It keeps codes from being read off a screen; who takes the trouble
    can try all 85 million, so a lost phone is revoked."""
    return _hash(f"kode|{point_id}|{day.isoformat()}|{code}")


def serial_hash(serial: str) -> str:
    """How the list names a ticket; serials are 64 random bits, which nobody tries out."""
    return _hash(f"seri|{serial}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LETTERS]


def snapshot(device: Device, *, at: datetime) -> dict[str, Any]:
    """Everything a phone needs to judge today's tickets at its point alone. Holds no code, serial or name."""
    day, point = day_of(at), device.point
    tickets = list(
        Ticket.objects.filter(point=point, valid_date=day).order_by("pk")
        .values_list(
            "pk", "code", "serial", "line__tariff_id", "line__tariff__name", "state", "line__order_id"
        )
    )  # fmt: skip
    used = {entry.ticket_id: entry for entry in _accepted(point, day)}
    keys = TicketKey.objects.values_list("key_id", "public_key")
    return {
        "versi": VERSION,
        "hari": day.isoformat(),
        "titik": {"id": point.pk, "nama": point.name},
        "perangkat": device.name,
        "petugas": device.officer.name,
        "kunci": {str(key_id): bytes(raw).hex() for key_id, raw in keys},
        "tempat": {str(pk): name for pk, name in CollectionPoint.objects.values_list("pk", "name")},
        "tarif": {str(tariff): name for _, _, _, tariff, name, _, _ in tickets},
        "tanda": {str(one): asdict(day_mark.of(point.pk, one)) for one in (day, day + timedelta(days=1))},
        "kata": words.for_phone(),
        "tiket": [
            [
                code_hash(point.pk, day, code),
                serial_hash(serial),
                tariff,
                _STATES[state],
                *_used(used.get(pk)),
            ]
            for pk, code, serial, tariff, _, state, _ in tickets
        ],
        "rombongan": _groups(order for *_, order in tickets),
    }


def _groups(orders: Iterable[UUID]) -> list[list[int]]:
    """The places in the list of the tickets of each order that has several. Pure."""
    places: dict[UUID, list[int]] = {}
    for place, order in enumerate(orders):
        places.setdefault(order, []).append(place)
    return [found for found in places.values() if len(found) > 1]


def rest_of(ticket: Ticket) -> list[str]:
    """The hashes of the other tickets of its order that still let somebody in here on its day."""
    same = Ticket.objects.filter(
        line__order=ticket.line.order_id, point=ticket.point_id, valid_date=ticket.valid_date,
        state=Ticket.State.VALID,
    )  # fmt: skip
    serials = same.exclude(pk=ticket.pk).order_by("pk").values_list("serial", flat=True)
    return [serial_hash(serial) for serial in serials]


def _accepted(point: CollectionPoint, day: date) -> QuerySet[Entry]:
    rows = Entry.objects.filter(ticket__point=point, ticket__valid_date=day, outcome=Outcome.ACCEPTED)
    return rows.select_related("device")


def _used(entry: Entry | None) -> list[str]:
    return [clock(entry.entered_at), entry.device.name] if entry else []


def clock(instant: datetime) -> str:
    """ "10.02", in WIB."""
    return instant.astimezone(WIB).strftime("%H.%M")


@dataclass(frozen=True)
class PointDay:
    """Tickets of one point and WIB day. ``sold`` leaves refunded ones out."""

    point: CollectionPoint
    sold: int
    entered: int
    turned_away: int
    conflicts: int

    @property
    def to_come(self) -> int:
        return max(self.sold - self.entered, 0)


def days_points(reach: Scope, day: date) -> list[PointDay]:
    """Every point within reach that sold or saw a ticket on a WIB day, by name."""
    entries = of_day(reach, day).order_by().values("point_id").annotate(
        entered=Count("pk", filter=Q(outcome=Outcome.ACCEPTED)),
        conflicts=Count("pk", filter=Q(let_in=True) & ~Q(outcome=Outcome.ACCEPTED)),
        turned_away=Count("pk", filter=Q(let_in=False)),
    )  # fmt: skip
    sold = (
        Ticket.objects.filter(valid_date=day)
        .exclude(state=Ticket.State.VOID)
        .order_by()
        .values_list("point_id")
        .annotate(n=Count("pk"))
    )
    seen, numbers = {row["point_id"]: row for row in entries}, dict(sold)
    points = reach.filter(CollectionPoint.objects.filter(pk__in={*seen, *numbers}), "opd")
    return [_point_day(point, numbers.get(point.pk, 0), seen.get(point.pk, {})) for point in points]


def _point_day(point: CollectionPoint, sold: int, seen: dict[str, Any]) -> PointDay:
    numbers = [seen.get(name, 0) for name in ("entered", "turned_away", "conflicts")]
    return PointDay(point, sold, *numbers)


def of_day(reach: Scope, day: date) -> EntryQuerySet:
    """Tickets shown within reach on a WIB day, newest first."""
    start, end = bounds(day)
    return entries(reach).filter(entered_at__gte=start, entered_at__lt=end)


def entries(reach: Scope) -> EntryQuerySet:
    rows = Entry.objects.select_related(
        "point__opd", "device__officer", "ticket__line__tariff", "explanation__made_by"
    )
    found: EntryQuerySet = reach.filter(rows, "point__opd")  # type: ignore[assignment]
    return found


def csv_rows(rows: Iterable[Entry]) -> Iterable[list[Any]]:
    """One row for each showing; what was shown stays out: it would let somebody in."""
    for row in rows:
        yield [
            row.entered_at, row.point.name, row.device.name, row.device.officer.username,
            row.ticket.line.tariff.name if row.ticket else None, row.get_way_display(),
            row.get_outcome_display(), row.let_in, row.offline, row.synced_at, row.skew_seconds,
        ]  # fmt: skip


CSV_HEADER = (
    *("masuk", "titik", "perangkat", "petugas", "tarif", "cara", "jawaban", "diizinkan_masuk"),
    *("tanpa_jaringan", "diterima_server", "selisih_jam_detik"),
)
