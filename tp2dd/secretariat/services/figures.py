"""Monthly figures: kept as a draft, looked at, then saved whole as the month's newest version, or dropped."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from opd.office import evidence, rules
from opd.office.calendar import day_of
from opd.office.tabular import TabularError
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Figure, FigureFile
from tp2dd.secretariat.reading import Channel, Reading, read_lra, read_tax
from tp2dd.secretariat.services.team import MANAGE
from tp2dd.secretariat.wording import said

CHANNELS = "secretariat.channels"
State, Kind = FigureFile.State, FigureFile.Kind
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def channels(on: date) -> list[Channel]:
    return [Channel(*row) for row in rules.value(CHANNELS, on)]


@transaction.atomic
def prepare(
    *, kind: str, year: int, month: int, source: str, control_total: Decimal, file: File[bytes], by: User,
    at: datetime,
) -> FigureFile:  # fmt: skip
    """Keep an upload as a draft to look at. Raises DeskError where it holds no such table."""
    access.require(by, MANAGE)
    if date(year, month, 1) > day_of(at):
        raise DeskError("Bulan itu belum mulai.", "month")
    words, name = said(source, "Tulis sumbernya.", "source", most=200), (file.name or "berkas")[:200]
    try:
        read(kind, file, name=name, on=date(year, month, 1))
    except TabularError as error:
        raise DeskError(f"{error} Tidak ada yang disimpan.", "file") from error
    media = _SHEET if name.lower().endswith("xlsx") else "text/csv"
    kept, _ = evidence.store(file, name=name, media_type=media, by=by, at=at)
    made = FigureFile.objects.create(
        kind=kind, year=year, month=month, source=words, evidence=kept, name=name,
        control_total=control_total, at=at, by=by,
    )  # fmt: skip
    audit.record(
        "secretariat.figures_upload", made, by=by, at=at, after={"file": name, "sha256": kept.sha256}
    )
    return made


def preview(row: FigureFile) -> Reading:
    """Read a draft again, checked against its control total. Writes nothing."""
    with evidence.open_original(row.evidence) as content:
        found = read(row.kind, content, name=row.name, on=date(row.year, row.month, 1))
    found.check(row.control_total)
    return found


def read(kind: str, content: File[bytes], *, name: str, on: date) -> Reading:
    """Raises TabularError."""
    assert content.file is not None
    raw = content.file
    return read_tax(raw, name=name, channels=channels(on)) if kind == Kind.TAX else read_lra(raw, name=name)


@transaction.atomic
def save(*, file_id: int, by: User, at: datetime) -> FigureFile:
    """Save a draft whole as its month's next version. Raises DeskError."""
    access.require(by, MANAGE)
    row = _draft(file_id)
    found = preview(row)
    if found.problems:
        raise DeskError(f"{found.problems.sentences()[0]} Tidak ada yang disimpan.")
    month = FigureFile.objects.filter(kind=row.kind, year=row.year, month=row.month)
    last = month.aggregate(last=Max("serial"))["last"] or 0
    row.serial, row.state, row.rows, row.total = last + 1, State.SAVED, len(found.rows), found.total
    row.closed_at, row.closed_by = at, by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DeskError("Bulan ini baru saja disimpan orang lain. Muat ulang, lalu periksa lagi.") from error
    Figure.objects.bulk_create(Figure(file=row, **vars(line)) for line in found.rows)
    after = {"serial": row.serial, "rows": row.rows, "total": f"{found.total:.2f}"}
    audit.record("secretariat.figures_save", row, by=by, at=at, after=after)
    return row


@transaction.atomic
def drop(*, file_id: int, by: User, at: datetime) -> FigureFile:
    """Drop a draft; its original stays as evidence. Raises DeskError."""
    access.require(by, MANAGE)
    row = _draft(file_id)
    row.state, row.closed_at, row.closed_by = State.DROPPED, at, by
    row.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record("secretariat.figures_drop", row, by=by, at=at)
    return row


def _draft(pk: int) -> FigureFile:
    row = FigureFile.objects.select_for_update(of=("self",)).select_related("evidence").get(pk=pk)
    if row.state != State.DRAFT:
        raise DeskError(f"Berkas ini sudah {row.get_state_display().lower()}. Belum ada yang berubah.")
    return row
