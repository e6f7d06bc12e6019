"""The head of an agency acknowledges, and reports what was done."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from opd import audit
from opd.models import Role, RoleAssignment, User
from opd.office import attachments
from opd.office.calendar import day_of
from tp2dd.instruction.compliance import Claim
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Acknowledgement, Addressee, Duty, DutyEvent, DutyState, Measure
from tp2dd.instruction.services import locking
from tp2dd.instruction.services.locking import said


def acknowledge(*, addressee_id: int, note: str, by: User, at: datetime) -> Acknowledgement:
    """Received and understood, by PA or KPA, once for each agency. Raises InstructionError."""
    with transaction.atomic():
        found = locking.addressee(addressee_id, by, "instruction.answer")
        try:
            with transaction.atomic():
                made = Acknowledgement.objects.create(
                    addressee=found, note=note.strip()[:500], by=by, at=at, title=_title(found, by, at)
                )
        except IntegrityError as error:
            raise InstructionError("OPD ini sudah menyatakan terima. Tidak ada yang berubah.") from error
        audit.record("instruction.acknowledge", found, by=by, at=at, after={"title": made.title})
    return made


def report(*, duty_id: int, claim: str, text: str, by: User, at: datetime) -> Duty:
    """What the agency did about a point, or why it does not apply, with evidence. Raises InstructionError.

    A point that our data measure takes no report that it is done.
    """
    words = said(text, "Tulis apa yang sudah dilaksanakan, atau mengapa tidak berlaku.", "text", least=10)
    if claim not in {str(one) for one in Claim}:
        raise InstructionError("Pilih keadaannya. Laporan belum dikirim.", "claim")
    with transaction.atomic():
        duty = locking.duty(duty_id, by, "instruction.answer")
        _require_reportable(duty, claim)
        proofs = sorted(attachments.of(duty).values_list("evidence__sha256", flat=True))
        if not proofs:
            raise InstructionError("Lampirkan buktinya dahulu. Laporan belum dikirim.")
        duty.state, duty.claim, duty.reported_on = DutyState.REPORTED, claim, day_of(at)
        duty.save()
        DutyEvent.objects.create(
            duty=duty, kind=DutyEvent.Kind.REPORTED, claim=claim, text=words, evidence=proofs, at=at, by=by
        )
        audit.record(
            "instruction.report", duty, by=by, at=at, after={"claim": claim, "evidence": len(proofs)}
        )
    return duty


def _require_reportable(duty: Duty, claim: str) -> None:
    if not duty.may_be_reported:
        raise InstructionError(f"Laporan ini {duty.get_state_display().lower()}. Tidak ada yang berubah.")
    if duty.point.measure != Measure.REPORT and claim == Claim.DONE:
        raise InstructionError(
            "Butir ini diukur dari data, bukan dari laporan. Laporkan hanya bila tidak berlaku bagi OPD ini.",
            "claim",
        )
    if not Acknowledgement.objects.filter(addressee=duty.addressee_id).exists():
        raise InstructionError("Nyatakan terima instruksinya dahulu. Laporan belum dikirim.")


def _title(found: Addressee, by: User, at: datetime) -> str:
    """The office in which ``by`` acts for this agency."""
    held = RoleAssignment.objects.valid(on=day_of(at)).filter(user=by, opd=found.opd_id)
    offices = [row for row in held if str(row.role) in _HEADS]
    first = min(offices, key=lambda row: _HEADS.index(str(row.role)), default=None)
    return first.title if first else str(Role.PA.label)


_HEADS = [str(Role.PA), str(Role.KPA)]
