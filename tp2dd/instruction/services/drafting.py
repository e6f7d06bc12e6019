"""The secretary writes an instruction down as it was signed, until the Sekda issues it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import day_of
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Addressee, Instruction, Measure, Point, State
from tp2dd.instruction.services import locking
from tp2dd.instruction.services.locking import said
from tp2dd.rollout.models import Channel


@dataclass(frozen=True)
class Written:
    """What a letter says: its head, its content and its deadline."""

    number: str
    day: date
    subject: str
    content: str
    legal_basis: str
    deadline: date


def draft(
    *, written: Written, opd_ids: Iterable[int], replaces_id: int | None, by: User, at: datetime
) -> Instruction:
    """A new draft for some agencies; ``replaces_id`` names the one in force that it is to replace."""
    access.require(by, "instruction.draft")
    values = _checked(written, at)
    with transaction.atomic():
        row = Instruction.objects.create(
            **values, replaces=_replaced(replaces_id), drafted_at=at, drafted_by=by
        )
        _address(row, opd_ids, at)
        audit.record("instruction.draft", row, by=by, at=at, after=_told(values))
    return row


def edit(
    *, instruction_id: int, written: Written, opd_ids: Iterable[int], replaces_id: int | None, by: User,
    at: datetime,
) -> Instruction:  # fmt: skip
    """Put a draft right. Raises InstructionError for one that was issued."""
    access.require(by, "instruction.draft")
    values = _checked(written, at)
    with transaction.atomic():
        row = locking.of_draft(instruction_id)
        late = row.points.filter(deadline__lt=values["day"]).first()
        if late:
            raise InstructionError(f"Batas waktu butir {late.serial} mendahului tanggal ini.", "day")
        before = _told({name: getattr(row, name) for name in values})
        for name, value in {**values, "replaces": _replaced(replaces_id)}.items():
            setattr(row, name, value)
        row.save()
        _address(row, opd_ids, at)
        audit.record("instruction.edit", row, by=by, at=at, before=before, after=_told(values))
    return row


def drop(*, instruction_id: int, reason: str, by: User, at: datetime) -> Instruction:
    """Give a draft up; it stays to be read. Raises InstructionError."""
    access.require(by, "instruction.draft")
    words = said(reason, "Tulis alasannya. Konsep tidak dibatalkan.", "reason")
    with transaction.atomic():
        row = locking.of_draft(instruction_id)
        row.state, row.ended_at, row.ended_by, row.ending = State.DROPPED, at, by, words
        row.save()
        audit.record("instruction.drop", row, by=by, at=at, reason=words[:300])
    return row


def add_point(
    *, instruction_id: int, text: str, deadline: date, measure: str, channel: str, target: int | None,
    by: User, at: datetime,
) -> Point:  # fmt: skip
    """One more thing to do, with its own deadline and the way it is measured. Raises InstructionError."""
    access.require(by, "instruction.draft")
    words = said(text, "Tulis apa yang harus dilaksanakan. Butir belum ditambah.", "text", most=500)
    kept = _measured(measure, channel, target)
    with transaction.atomic():
        row = locking.of_draft(instruction_id)
        if deadline < row.day:
            raise InstructionError("Batas waktu butir tidak boleh mendahului tanggal instruksi.", "deadline")
        last = row.points.aggregate(last=Max("serial"))["last"] or 0
        point = Point.objects.create(instruction=row, serial=last + 1, text=words, deadline=deadline, **kept)
        after = {"point": point.serial, "text": words, "deadline": str(deadline), **kept}
        audit.record("instruction.add_point", row, by=by, at=at, after=after)
    return point


def remove_point(*, instruction_id: int, serial: int, by: User, at: datetime) -> None:
    """Take a point out of a draft; those after it move up. Raises InstructionError."""
    access.require(by, "instruction.draft")
    with transaction.atomic():
        row = locking.of_draft(instruction_id)
        point = row.points.filter(serial=serial).first()
        if point is None:
            raise InstructionError("Butir ini tidak ada. Tidak ada yang berubah.")
        point.delete()
        for later in row.points.filter(serial__gt=serial).order_by("serial"):
            row.points.filter(pk=later.pk).update(serial=F("serial") - 1)
        audit.record(
            "instruction.remove_point", row, by=by, at=at, before={"point": serial, "text": point.text}
        )


def _checked(written: Written, at: datetime) -> dict[str, Any]:
    values = asdict(written)
    for name, complaint, least, most in (
        ("number", "Isi nomor surat.", 3, 100), ("subject", "Isi perihal surat.", 5, 200),
        ("content", "Isi pokok instruksinya.", 10, 4000), ("legal_basis", "Isi dasar hukumnya.", 5, 400),
    ):  # fmt: skip
        values[name] = said(values[name], f"{complaint} Konsep belum disimpan.", name, least=least, most=most)
    if written.day > day_of(at):
        raise InstructionError("Tanggal surat tidak boleh setelah hari ini. Konsep belum disimpan.", "day")
    if written.deadline < written.day:
        raise InstructionError("Batas waktu tidak boleh mendahului tanggal surat.", "deadline")
    return values


def _replaced(pk: int | None) -> Instruction | None:
    if pk is None:
        return None
    found = Instruction.objects.filter(pk=pk, state=State.ISSUED).first()
    if found is None:
        raise InstructionError("Yang digantikan harus instruksi yang berlaku.", "replaces")
    return found


def _address(row: Instruction, opd_ids: Iterable[int], at: datetime) -> None:
    """Exactly these agencies, all in force today."""
    wanted = set(opd_ids)
    known = set(Opd.objects.valid(on=day_of(at)).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or wanted != known:
        raise InstructionError("Pilih paling sedikit satu OPD yang berlaku hari ini.", "opds")
    row.addressees.exclude(opd__in=wanted).delete()
    held = set(row.addressees.values_list("opd", flat=True))
    Addressee.objects.bulk_create(Addressee(instruction=row, opd_id=pk) for pk in sorted(wanted - held))


def _measured(measure: str, channel: str, target: int | None) -> dict[str, Any]:
    """The measure with what belongs to it, and nothing else."""
    if measure not in Measure.values:
        raise InstructionError("Pilih cara mengukurnya. Butir belum ditambah.", "measure")
    if measure == Measure.CHANNEL and channel not in Channel.values:
        raise InstructionError("Pilih kanalnya. Butir belum ditambah.", "channel")
    if measure == Measure.SHARE and not 1 <= (target or 0) <= 100:
        raise InstructionError("Isi persen dari 1 sampai 100. Butir belum ditambah.", "target")
    return {
        "measure": measure, "channel": channel if measure == Measure.CHANNEL else "",
        "target": target if measure == Measure.SHARE else None,
    }  # fmt: skip


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in values.items() if name != "content"}
