"""The roadmap and its targets, evaluation findings, and an action from its plan to its measured effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import attachments
from opd.office.calendar import day_of
from opd.office.models import Attachment
from tp2dd.roadmap import ties
from tp2dd.roadmap.models import Action, ActionEntry, Evaluation, Indicator, Roadmap, Target
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.wording import said

State, Kind = Action.State, ActionEntry.Kind
MANAGE, REPORT = "roadmap.manage", "roadmap.report"
PROOF = "progress"


@transaction.atomic
def record_roadmap(
    *, title: str, goal: str, decree_number: str, decree_date: date, first_year: int, last_year: int,
    by: User, at: datetime,
) -> Roadmap:  # fmt: skip
    """A roadmap by decree. Raises DeskError."""
    access.require(by, MANAGE)
    if not first_year <= last_year <= first_year + 9:
        raise DeskError("Peta jalan mencakup satu sampai sepuluh tahun.", "last_year")
    try:
        with transaction.atomic():
            made = Roadmap.objects.create(
                title=said(title, "Tulis judulnya.", "title", most=200),
                goal=said(goal, "Tulis tujuannya.", "goal", most=2000), decree_number=decree_number.strip(),
                decree_date=decree_date, first_year=first_year, last_year=last_year, at=at, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DeskError("Peta jalan dengan nomor keputusan ini sudah dicatat.", "decree_number") from error
    after = {"decree": made.decree_number, "years": f"{first_year}-{last_year}"}
    audit.record("roadmap.record", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def add_indicator(
    *, roadmap_id: int, name: str, unit: str, baseline: Decimal | None, targets: Mapping[int, Decimal],
    by: User, at: datetime, fact: str = "",
) -> Indicator:  # fmt: skip
    """An indicator with its target for every year of the roadmap that has one. Raises DeskError."""
    access.require(by, MANAGE)
    roadmap = Roadmap.objects.get(pk=roadmap_id)
    if not targets or not set(targets) <= set(roadmap.years):
        raise DeskError("Isi target untuk paling sedikit satu tahun peta jalan.")
    try:
        with transaction.atomic():
            made = Indicator.objects.create(
                roadmap=roadmap, name=said(name, "Tulis indikatornya.", "name", most=200), unit=unit.strip(),
                baseline=baseline, fact=fact,
            )  # fmt: skip
    except IntegrityError as error:
        raise DeskError("Indikator ini sudah ada dalam peta jalan.", "name") from error
    Target.objects.bulk_create(
        Target(indicator=made, year=year, value=value) for year, value in sorted(targets.items())
    )
    after = {
        "name": made.name,
        "fact": fact,
        "targets": {str(year): str(value) for year, value in targets.items()},
    }
    audit.record("roadmap.indicator", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def record_evaluation(
    *, year: int, letter: str, letter_date: date, finding: str, advice: str, due_on: date, by: User,
    at: datetime,
) -> Evaluation:  # fmt: skip
    """A finding of Kemendagri's evaluation. Raises DeskError."""
    access.require(by, MANAGE)
    if due_on < letter_date:
        raise DeskError("Tenggat mendahului tanggal surat.", "due_on")
    made = Evaluation.objects.create(
        year=year, letter=letter.strip(), letter_date=letter_date,
        finding=said(finding, "Tulis temuannya.", "finding", most=1000),
        advice=said(advice, "Tulis rekomendasinya.", "advice", most=1000), due_on=due_on, at=at, by=by,
    )  # fmt: skip
    audit.record("roadmap.evaluation", made, by=by, at=at, after={"year": year, "letter": made.letter})
    return made


@transaction.atomic
def close_evaluation(*, evaluation_id: int, closing: str, by: User, at: datetime) -> Evaluation:
    """A finding was followed up: none of its actions is still to be done. Raises DeskError."""
    access.require(by, MANAGE)
    row = Evaluation.objects.select_for_update().get(pk=evaluation_id)
    words = said(closing, "Tulis hasil tindak lanjutnya.", "closing", most=1000)
    if row.state != Evaluation.State.OPEN:
        raise DeskError("Temuan ini sudah selesai. Belum ada yang berubah.")
    if row.actions.filter(state__in=[State.PLANNED, State.RUNNING]).exists():
        raise DeskError("Masih ada aksi yang belum selesai. Temuan tetap terbuka.")
    row.state, row.closing, row.closed_at = Evaluation.State.CLOSED, words, at
    row.save(update_fields=["state", "closing", "closed_at"])
    audit.record("roadmap.close_evaluation", row, by=by, at=at, reason=words[:300])
    return row


@transaction.atomic
def plan(
    *, year: int, title: str, output: str, opd: Opd, due_on: date, tied: str, by: User, at: datetime
) -> Action:
    """An action of a year's plan; ``tied`` is a word of ``ties.choices``. Raises DeskError."""
    access.require(by, MANAGE)
    if due_on < day_of(at):
        raise DeskError("Tenggat sudah lewat.", "due_on")
    made = Action.objects.create(
        year=year, title=said(title, "Tulis aksinya.", "title", most=200),
        output=said(output, "Tulis keluarannya.", "output", most=500), opd=opd, due_on=due_on, at=at, by=by,
        **ties.read(tied),
    )  # fmt: skip
    text = f"{opd.name}, paling lambat {due_on:%d/%m/%Y}"
    return _told(made, Kind.PLANNED, text, None, by, at)


@transaction.atomic
def report_progress(
    *, action_id: int, percent: int, text: str, file: File[bytes] | None = None, by: User, at: datetime
) -> Action:
    """The owner says how far it is (1 to 99 per cent). Raises DeskError."""
    row = _owned(action_id, by)
    if not max(1, row.percent) <= percent <= 99:
        raise DeskError(f"Kemajuan antara {max(1, row.percent)} dan 99 persen.", "percent")
    words = said(text, "Tulis apa yang sudah dikerjakan.", "text", most=1000)
    proof = _attach(row, file, by, at)
    return _move(row, Kind.PROGRESS, words, proof, by, at, state=State.RUNNING, percent=percent)


@transaction.atomic
def report_done(
    *, action_id: int, text: str, file: File[bytes] | None = None, by: User, at: datetime
) -> Action:
    """The owner says that it is done, and proves it. Raises DeskError."""
    row = _owned(action_id, by)
    words = said(text, "Tulis hasilnya.", "text", most=1000)
    if file is None:
        raise DeskError("Lampirkan buktinya. Aksi belum dilaporkan selesai.", "file")
    proof = _attach(row, file, by, at)
    return _move(row, Kind.DONE, words, proof, by, at, state=State.DONE, percent=100)


@transaction.atomic
def reopen(*, action_id: int, percent: int, reason: str, by: User, at: datetime) -> Action:
    """It is not done after all. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(action_id, {State.DONE})
    words = said(reason, "Tulis apa yang kurang.", "reason")
    if not 1 <= percent <= 99:
        raise DeskError("Kemajuan antara 1 dan 99 persen.", "percent")
    return _move(row, Kind.REOPENED, words, None, by, at, state=State.RUNNING, percent=percent)


@transaction.atomic
def measure(
    *, action_id: int, value_before: Decimal, value_after: Decimal, unit: str, source: str, by: User,
    at: datetime,
) -> Action:  # fmt: skip
    """What a finished action changed: the value before and after, and where both were read. Raises
    DeskError."""
    access.require(by, MANAGE)
    row = _locked(action_id, {State.DONE})
    words = said(source, "Tulis sumber atau kueri pengukurannya.", "source")
    told = f"Dari {_plain(value_before)} menjadi {_plain(value_after)} {unit.strip()}. Sumber: {words}"
    return _move(
        row, Kind.MEASURED, told, None, by, at, state=State.MEASURED, value_before=value_before,
        value_after=value_after, effect_unit=unit.strip(), effect_source=words,
    )  # fmt: skip


@transaction.atomic
def cancel(*, action_id: int, reason: str, by: User, at: datetime) -> Action:
    """The action is given up. Raises DeskError."""
    access.require(by, MANAGE)
    row = _locked(action_id, {State.PLANNED, State.RUNNING})
    words = said(reason, "Tulis alasannya.", "reason")
    return _move(row, Kind.CANCELLED, words, None, by, at, state=State.CANCELLED)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _owned(action_id: int, by: User) -> Action:
    row = _locked(action_id, {State.PLANNED, State.RUNNING})
    access.require(by, REPORT, opd=row.opd_id)
    return row


def _locked(action_id: int, states: set[Action.State]) -> Action:
    row = Action.objects.select_for_update(of=("self",)).select_related("opd").get(pk=action_id)
    if row.state not in states:
        raise DeskError(f"Aksi ini: {row.get_state_display().lower()}. Belum ada yang berubah.")
    return row


def _attach(row: Action, file: File[bytes] | None, by: User, at: datetime) -> Attachment | None:
    if file is None:
        return None
    try:
        return attachments.attach(subject=row, kind=PROOF, upload=file, by=by, at=at)
    except attachments.AttachmentError as error:
        raise DeskError(f"{error} Kemajuan belum disimpan.", "file") from error


def _move(
    row: Action, kind: str, text: str, proof: Attachment | None, by: User, at: datetime, **values: Any
) -> Action:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return _told(row, kind, text, proof, by, at)


def _told(row: Action, kind: str, text: str, proof: Attachment | None, by: User, at: datetime) -> Action:
    ActionEntry.objects.create(
        action=row, kind=kind, percent=row.percent, text=text, attachment=proof, at=at, by=by
    )
    after = {"state": row.state, "percent": row.percent}
    audit.record(f"roadmap.{kind}", row, by=by, at=at, after=after, reason=text[:300])
    return row
