"""Tickets shown at a gate, at once or later in a batch: each judged alone, each kept, each told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from retribusi import tickets
from retribusi.gate import queries, rules
from retribusi.gate.errors import GateError
from retribusi.gate.models import Device, Entry, Explanation
from retribusi.gate.rules import Outcome
from retribusi.models import CollectionPoint, Ticket
from retribusi.services.keys import verifying_keys
from retribusi.tickets import TicketError, TicketFacts

MOST_AT_ONCE = 200
_CODE = 6
_NEAR_DAYS = timedelta(days=7)
MIXED_UP = "mixed_up"
"""A place that is not this officer's, or one name for two different tickets."""


@dataclass(frozen=True)
class Showing:
    """What a phone tells of one ticket. ``let_in`` is None where the phone leaves it to the server; ``told``
    is the outcome that it showed by itself. ``sibling`` (``queries.serial_hash``): not the shown ticket goes
    in but this other one of its order, as one of a group."""

    id: UUID
    shown: str
    point_id: int
    device_at: datetime
    offline: bool
    let_in: bool | None
    told: str = ""
    sibling: str = ""


@dataclass(frozen=True)
class Answered:
    """``entry`` is None for what is no entry at all; ``problem`` is then a code of ``words.ANSWERS``.
    ``first`` is the entry that used the ticket."""

    id: UUID
    entry: Entry | None = None
    first: Entry | None = None
    problem: str = ""


@dataclass(frozen=True)
class _Read:
    """A shown text, understood: the facts of a genuine QR, or the letters of a code, or why neither."""

    facts: TicketFacts | None = None
    code: str = ""
    forged: bool = False


def take(*, device: Device, showings: Sequence[Showing], sent_at: datetime, at: datetime) -> list[Answered]:
    """Judge and keep each showing, in the phone's order. ``sent_at`` is the phone's clock at sending: what it
    is off by puts ``entered_at`` right. Raises GateError for more than ``MOST_AT_ONCE``."""
    if len(showings) > MOST_AT_ONCE:
        raise GateError(f"Paling banyak {MOST_AT_ONCE} sekali kirim. Sisanya dikirim sesudahnya.")
    keys, skew = verifying_keys(), round((at - sent_at).total_seconds())
    reach = access.scope(device.officer, "gate.enrol", on=day_of(at))
    points = reach.filter(CollectionPoint.objects.all(), "opd").values_list("pk", flat=True)
    within = frozenset({device.point_id, *points})
    return [
        _take(device, showing, keys, skew, at)
        if showing.point_id in within
        else Answered(showing.id, problem=MIXED_UP)
        for showing in showings
    ]


def _take(
    device: Device, showing: Showing, keys: Mapping[int, Ed25519PublicKey], skew: int, at: datetime
) -> Answered:
    whole = Entry.objects.select_related("ticket__line__tariff", "ticket__point", "device")
    known = whole.filter(pk=showing.id)
    if (found := known.first()) is not None:
        return _again(found, showing, at)
    try:
        read = read_shown(showing.shown, keys)
    except TicketError as error:
        return Answered(showing.id, problem=error.code)
    try:
        return _keep(device, showing, read, skew, at)
    except IntegrityError:
        if (found := known.first()) is None:
            raise
        return _again(found, showing, at)  # the same entry arrived twice at the same moment


def read_shown(shown: str, keys: Mapping[int, Ed25519PublicKey]) -> _Read:
    """Understand a QR's text or a typed code. Raises TicketError for what is neither: that is no entry."""
    code = normal_code(shown)
    if code:
        return _Read(code=code)
    try:
        return _Read(facts=tickets.verify(shown, keys))
    except TicketError as error:
        if error.code in {"forged", "unknown_key"}:
            return _Read(forged=True)
        raise


def normal_code(shown: str) -> str:
    """The six letters of a spoken code however they were typed ("abc-d 34"); empty for anything else."""
    bare = "".join(shown.split()).replace("-", "").upper()
    return bare if len(bare) == _CODE and bare.isalnum() and bare.isascii() else ""


@transaction.atomic
def _keep(device: Device, showing: Showing, read: _Read, skew: int, at: datetime) -> Answered:
    entered_at = min(showing.device_at + timedelta(seconds=skew), at)
    day = day_of(entered_at)
    ticket = _lock(read, showing, day)
    outcome = rules.judge(_known(ticket, read), point_id=showing.point_id, on=day)
    if showing.let_in is False and outcome is Outcome.ACCEPTED:
        outcome = _as_told(showing)
    entry = Entry.objects.create(
        id=showing.id,
        device=device,
        point_id=showing.point_id,
        ticket=ticket,
        shown=_kept(showing),
        way=_way(showing, read),
        entered_at=entered_at,
        skew_seconds=round((entered_at - showing.device_at).total_seconds()),
        synced_at=at,
        offline=showing.offline,
        outcome=outcome,
        let_in=outcome == Outcome.ACCEPTED or bool(showing.let_in),
    )
    if ticket is not None and entry.outcome == Outcome.ACCEPTED:
        Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.USED)
    if entry.is_conflict:
        _tell(entry, at)
    return Answered(entry.pk, entry, first_entry(ticket))


def _as_told(showing: Showing) -> Outcome:
    """Turned away by the phone alone: the ticket is not used up, and what was said stays said."""
    refusals = {one.value for one in Outcome} - {Outcome.ACCEPTED.value}
    return Outcome(showing.told) if showing.told in refusals else Outcome.UNKNOWN


def _way(showing: Showing, read: _Read) -> Entry.Way:
    if showing.sibling:
        return Entry.Way.REST
    return Entry.Way.CODE if read.code else Entry.Way.QR


def _kept(showing: Showing) -> str:
    return " ".join((*showing.sibling.split(), *showing.shown.split()))[:200]


def _lock(read: _Read, showing: Showing, day: date) -> Ticket | None:
    """The ticket, held until it is judged: two gates that show it at once are told apart here."""
    whole = Ticket.objects.select_related("line__tariff", "point")
    rows = whole.select_for_update(of=("self",))
    if not showing.sibling:
        return _find(rows, read, showing.point_id, day)
    other = _sibling(_find(whole, read, showing.point_id, day), showing.sibling)
    return rows.get(pk=other) if other is not None else None


def _sibling(shown: Ticket | None, wanted: str) -> int | None:
    """The ticket of the same order that goes by this hash."""
    if shown is None:
        return None
    same = Ticket.objects.filter(line__order=shown.line.order_id).values_list("pk", "serial")
    return next((pk for pk, serial in same if queries.serial_hash(serial) == wanted), None)


def _find(rows: QuerySet[Ticket], read: _Read, point_id: int, day: date) -> Ticket | None:
    if read.facts is not None:
        return rows.filter(serial=read.facts.serial).first()
    if not read.code:
        return None
    here = rows.filter(point_id=point_id, valid_date=day, code=read.code).first()
    return here or _elsewhere(read.code, point_id, day)


def _elsewhere(code: str, point_id: int, day: date) -> Ticket | None:
    """Whose code it is where it is none of today's here: of a near day, else of another place today."""
    rows = Ticket.objects.select_related("line__tariff", "point").filter(code=code)
    near = rows.filter(point_id=point_id, valid_date__range=(day - _NEAR_DAYS, day + _NEAR_DAYS))
    return near.order_by("-valid_date").first() or rows.filter(valid_date=day).first()


def _known(ticket: Ticket | None, read: _Read) -> rules.Shown:
    if read.forged:
        return rules.Shown(forged=True)
    if ticket is None:
        return rules.Shown(known=False)
    return rules.Shown(
        point_id=ticket.point_id,
        valid_date=ticket.valid_date,
        used=ticket.state == Ticket.State.USED,
        refunded=ticket.state == Ticket.State.VOID,
    )


def first_entry(ticket: Ticket | None) -> Entry | None:
    """The entry that used a ticket."""
    rows = Entry.objects.filter(ticket=ticket, outcome=Outcome.ACCEPTED).select_related("device")
    return rows.first() if ticket is not None else None


def _again(entry: Entry, showing: Showing, at: datetime) -> Answered:
    """An entry that is here already. That its person was let in after all is the one thing it may add."""
    if (entry.shown, entry.point_id) != (_kept(showing), showing.point_id):
        return Answered(showing.id, problem=MIXED_UP)
    if showing.let_in and not entry.let_in:
        with transaction.atomic():
            if Entry.objects.filter(pk=entry.pk, let_in=False).update(let_in=True):
                _tell(entry, at)
        entry.let_in = True
    return Answered(entry.pk, entry, first_entry(entry.ticket))


def _tell(entry: Entry, at: datetime) -> None:
    after = {"outcome": entry.outcome, "device": entry.device.name, "offline": entry.offline}
    audit.record("gate.conflict", entry, by=None, at=at, after=after)


@transaction.atomic
def explain(*, entry_id: UUID, cause: str, note: str, by: User, at: datetime) -> Explanation:
    """Say once what a conflict was. Raises GateError; pressed again, it returns what was said."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("point").get(pk=entry_id)
    access.require(by, "gate.manage", opd=entry.point.opd_id)
    if not entry.is_conflict:
        raise GateError("Ini bukan benturan, jadi tidak perlu dijelaskan.")
    said = Explanation.objects.filter(entry=entry).first()
    if said is not None:
        return said
    note = " ".join(note.split())[:300]
    if len(note) < 5:
        raise GateError("Tulis apa yang terjadi dan apa yang sudah dilakukan.")
    row = Explanation.objects.create(
        entry=entry, cause=Explanation.Cause(cause), note=note, made_by=by, made_at=at
    )
    audit.record("gate.explain", entry, by=by, at=at, after={"cause": row.cause}, reason=note)
    return row
