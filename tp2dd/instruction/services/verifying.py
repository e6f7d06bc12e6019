"""The secretary judges what an agency reported: taken, or sent back with the reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opd import audit
from opd.models import User
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Duty, DutyEvent, DutyState
from tp2dd.instruction.services import locking
from tp2dd.instruction.services.locking import said


def accept(*, duty_id: int, note: str, by: User, at: datetime) -> Duty:
    """The report is right. Final. Raises InstructionError."""
    return _decide(duty_id, DutyState.ACCEPTED, DutyEvent.Kind.ACCEPTED, note.strip()[:1000], by, at)


def send_back(*, duty_id: int, reason: str, by: User, at: datetime) -> Duty:
    """The report does not do; the agency reports again. Raises InstructionError."""
    words = said(reason, "Tulis apa yang kurang. Laporan belum dikembalikan.", "reason")
    return _decide(duty_id, DutyState.RETURNED, DutyEvent.Kind.RETURNED, words, by, at)


def _decide(duty_id: int, state: DutyState, kind: DutyEvent.Kind, words: str, by: User, at: datetime) -> Duty:
    with transaction.atomic():
        duty = locking.duty(duty_id, by, "instruction.verify")
        if duty.state != DutyState.REPORTED:
            raise InstructionError(
                "Tidak ada laporan yang menunggu diperiksa di sini. Tidak ada yang berubah."
            )
        if duty.events.filter(kind=DutyEvent.Kind.REPORTED).latest("pk").by_id == by.pk:
            raise InstructionError("Laporan diperiksa orang lain, bukan pelapornya. Tidak ada yang berubah.")
        duty.state = state
        duty.save()
        DutyEvent.objects.create(duty=duty, kind=kind, claim=duty.claim, text=words, at=at, by=by)
        audit.record(
            f"instruction.{kind}", duty, by=by, at=at, after={"state": str(state)}, reason=words[:300]
        )
    return duty
