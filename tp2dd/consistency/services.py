"""Comparing a year, and what people do about a finding: explain, assign, accept, send back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.consistency import comparing, nodes, spending
from tp2dd.consistency.choosing import Shelf
from tp2dd.consistency.models import Finding, FindingEvent, Run, Sighting, State
from tp2dd.consistency.pairs import pairs, rule_day
from tp2dd.consistency.settling import settle

Kind = FindingEvent.Kind
SHORTEST = 5
"""Letters of an explanation or a reason."""


class ConsistencyError(Exception):
    """The step is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def run(*, year: int, by: User | None, at: datetime) -> Run:
    """Compare every document of a year and settle the findings. Runs of one year wait for one another."""
    if by is not None:
        access.require(by, "consistency.run")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consistency:{year}"])
            # Rows of this transaction have no statistics yet: the planner would guess one and join in loops.
            cursor.execute("SET LOCAL enable_nestloop = off")
        count = _look(year, day_of(at))
        moves = settle(year, at)
        made = Run.objects.create(
            year=year, at=at, by=by, nodes=count, found=moves.found, returned=moves.returned,
            changed=moves.changed, mended=moves.mended,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
        audit.record("consistency.run", made, by=by, at=at, after={"year": year, **vars(moves)})
    return made


def _look(year: int, today: date) -> int:
    """Nodes, scores and sightings of a year, made anew. Returns the number of nodes."""
    rules = pairs(rule_day(year, today))
    shelf = Shelf(year)
    matches = shelf.matches(rules)
    newest = {version.id for _, _, version in shelf.newest()}
    compared = {version.id for match in matches for version in (match.upper, match.lower)}
    Sighting.objects.filter(year=year).delete()
    comparing.prepare(year, matches, shelf)
    count = nodes.lay_out(year, {key for key in newest | compared if key is not None})
    for pair in rules:
        comparing.compare(year, pair)
    comparing.compare_sums(year)
    spending.compare(year, today)
    return count


def explain(*, finding_id: int, text: str, by: User, at: datetime) -> Finding:
    """An agency says why; its own findings alone. Raises ConsistencyError."""
    with transaction.atomic():
        finding = _locked(finding_id, by, "consistency.explain")
        if finding.state not in {State.OPEN, State.EXPLAINED}:
            raise _done(finding)
        words = _said(text, "Tulis penjelasannya dalam satu kalimat. Belum disimpan.", "text")
        return _move(finding, Kind.EXPLAINED, words, by, at, state=State.EXPLAINED, explanation=words)


def assign(*, finding_id: int, owner: User, due_date: date, by: User, at: datetime) -> Finding:
    """Give a finding to somebody of the agency, until a day. Raises ConsistencyError."""
    with transaction.atomic():
        finding = _locked(finding_id, by, "consistency.decide")
        if finding.state not in {State.OPEN, State.EXPLAINED}:
            raise _done(finding)
        if not access.allowed(owner, "consistency.explain", opd=finding.opd_id, on=day_of(at)):
            raise ConsistencyError("Orang ini bukan PA atau PPK OPD tersebut. Belum ditugaskan.", "owner")
        if due_date < day_of(at):
            raise ConsistencyError("Batas waktu tidak boleh sudah lewat. Belum ditugaskan.", "due_date")
        told = f"{owner.name}, paling lambat {due_date:%d/%m/%Y}"
        return _move(finding, Kind.ASSIGNED, told, by, at, owner=owner, due_date=due_date)


def accept(*, finding_id: int, reason: str, by: User, at: datetime) -> Finding:
    """The difference stays and is understood; with the reason. Raises ConsistencyError."""
    with transaction.atomic():
        finding = _locked(finding_id, by, "consistency.decide")
        if finding.state not in {State.OPEN, State.EXPLAINED}:
            raise _done(finding)
        words = _said(reason, "Tulis alasannya. Temuan belum diterima.", "reason")
        return _move(finding, Kind.ACCEPTED, words, by, at, state=State.ACCEPTED, decision=words)


def send_back(*, finding_id: int, reason: str, by: User, at: datetime) -> Finding:
    """The explanation does not do, or what was accepted should not have been; with the reason."""
    with transaction.atomic():
        finding = _locked(finding_id, by, "consistency.decide")
        if finding.state not in {State.EXPLAINED, State.ACCEPTED}:
            raise ConsistencyError("Temuan ini belum dijelaskan. Tidak ada yang berubah.")
        words = _said(reason, "Tulis alasannya. Penjelasan belum dikembalikan.", "reason")
        return _move(finding, Kind.SENT_BACK, words, by, at, state=State.OPEN, explanation="", decision="")


def _locked(finding_id: int, by: User, permission: str) -> Finding:
    finding = Finding.objects.select_for_update(no_key=True).get(pk=finding_id)
    access.require(by, permission, opd=finding.opd_id)
    return finding


def _done(finding: Finding) -> ConsistencyError:
    label = finding.get_state_display().lower()
    return ConsistencyError(f"Temuan ini {label}. Muat ulang halaman; tidak ada yang berubah.")


def _said(text: str, complaint: str, field: str) -> str:
    words = text.strip()
    if len(words) < SHORTEST:
        raise ConsistencyError(complaint, field)
    return words[:1000]


def _move(finding: Finding, kind: Kind, text: str, by: User, at: datetime, **values: Any) -> Finding:
    """Change a locked finding, with its event and its audit row."""
    before = {name: _plain(getattr(finding, name)) for name in values}
    for name, value in {**values, "changed_at": at}.items():
        setattr(finding, name, value)
    finding.save()
    FindingEvent.objects.create(finding=finding, kind=kind, text=text, by=by, at=at)
    after = {name: _plain(value) for name, value in values.items()}
    audit.record(f"consistency.{kind}", finding, by=by, at=at, before=before, after=after, reason=text[:300])
    return finding


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if value is not None else None
