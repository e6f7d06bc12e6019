"""The rows that the deeds stand on, locked, and what a person must write with them."""

from __future__ import annotations

from opd import access
from opd.models import User
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Addressee, Duty, Instruction, State


def instruction(pk: int) -> Instruction:
    """The instruction, locked until the transaction ends. Raises InstructionError."""
    found = Instruction.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise InstructionError("Instruksi ini tidak ada. Tidak ada yang berubah.")
    return found


def of_draft(pk: int) -> Instruction:
    found = instruction(pk)
    if not found.is_draft:
        raise InstructionError(
            f"{found} sudah {found.get_state_display().lower()}; isinya tidak dapat diubah. Terbitkan "
            "instruksi baru yang menggantikannya."
        )
    return found


def require_open(found: Instruction) -> None:
    """Agencies answer to an instruction that is in force, and to no other. Raises InstructionError."""
    if found.state != State.ISSUED:
        raise InstructionError(f"{found} {found.get_state_display().lower()}. Tidak ada yang berubah.")


def addressee(pk: int, by: User, permission: str) -> Addressee:
    """An agency that ``by`` reaches with ``permission``, its instruction in force and locked."""
    found = Addressee.objects.select_related("opd").filter(pk=pk).first()
    if found is None:
        raise InstructionError("OPD ini tidak dituju instruksi itu. Tidak ada yang berubah.")
    access.require(by, permission, opd=found.opd_id)
    found.instruction = instruction(found.instruction_id)
    require_open(found.instruction)
    return found


def duty(pk: int, by: User, permission: str) -> Duty:
    """A duty under an instruction in force, both locked, which ``by`` reaches with ``permission``."""
    key = Duty.objects.filter(pk=pk).values_list("addressee", flat=True).first()
    if key is None:
        raise InstructionError("Kewajiban ini tidak ada. Tidak ada yang berubah.")
    found = addressee(key, by, permission)
    row = Duty.objects.select_for_update(no_key=True, of=("self",)).select_related("point").get(pk=pk)
    row.addressee = found
    return row


def said(text: str, complaint: str, field: str, *, least: int = 5, most: int = 1000) -> str:
    """What a person wrote, trimmed. Raises InstructionError where it is too short to say anything."""
    words = text.strip()
    if len(words) < least:
        raise InstructionError(complaint, field)
    return words[:most]
