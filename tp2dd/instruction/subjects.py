"""Who may see and add evidence: of the letter (the secretary, while it is a draft) and of a report."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model
from django.urls import reverse

from opd.access import allowed, scope
from opd.models import User
from opd.office.attachments import SubjectType
from tp2dd.instruction import queries
from tp2dd.instruction.models import Duty, Instruction
from tp2dd.instruction.services.issuing import LETTER

INSTRUCTION, DUTY = "instruction.instruction", "instruction.duty"
PROOF = "proof"


def _key(id: str) -> int:
    """The id an address names; 0 names nothing."""
    return int(id) if id.isdecimal() and len(id) < 19 else 0


def _instruction(id: str) -> Instruction | None:
    return Instruction.objects.filter(pk=_key(id)).first()


def _duty(id: str) -> Duty | None:
    rows = Duty.objects.select_related("addressee__instruction", "addressee__opd", "point")
    return rows.filter(pk=_key(id)).first()


def _sees_letter(user: User, id: str) -> bool:
    return queries.visible(user).filter(pk=_key(id)).exists()


def _adds_letter(user: User, id: str) -> bool:
    row = _instruction(id)
    return row is not None and row.is_draft and allowed(user, "instruction.draft")


def _letter_kinds(id: str) -> Mapping[str, str]:
    return {LETTER: "Surat terpindai"}


def _letter_back(user: User, id: str) -> str:
    return reverse("instruction:page", args=[id])


def _named(row: Model | None) -> str:
    return str(row) if row else ""


def _sees_duty(user: User, id: str) -> bool:
    row = _duty(id)
    return row is not None and row.addressee.opd_id in scope(user, "instruction.view")


def _adds_to_duty(user: User, id: str) -> bool:
    """Only while the agency may report: what was judged stays as it was judged."""
    row = _duty(id)
    if row is None or not row.may_be_reported or not row.addressee.instruction.is_open:
        return False
    return allowed(user, "instruction.answer", opd=row.addressee.opd_id)


def _duty_kinds(id: str) -> Mapping[str, str]:
    return {PROOF: "Bukti pelaksanaan"}


def _duty_back(user: User, id: str) -> str:
    return reverse("instruction:duty", args=[id])


ALL = (
    SubjectType(
        INSTRUCTION,
        _sees_letter,
        _adds_letter,
        _letter_kinds,
        _letter_back,
        lambda id: _named(_instruction(id)),
    ),
    SubjectType(DUTY, _sees_duty, _adds_to_duty, _duty_kinds, _duty_back, lambda id: _named(_duty(id))),
)
