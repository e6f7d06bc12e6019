"""The Sekda issues an instruction and closes it. What was issued never changes."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.access import EVERYWHERE
from opd.models import User
from opd.office import attachments
from opd.office.calendar import day_of
from tp2dd.instruction import brief
from tp2dd.instruction.board import board
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Duty, Instruction, State
from tp2dd.instruction.services import locking
from tp2dd.instruction.services.locking import said

LETTER = "letter"
"""The kind of evidence that is the scanned letter."""


def issue(*, instruction_id: int, by: User, at: datetime) -> Instruction:
    """Put a draft in force: a duty for each agency and point, and the one it replaces ends.

    Raises InstructionError where the scanned letter, a point or an agency lacks, or the number is taken.
    """
    access.require(by, "instruction.issue")
    with transaction.atomic():
        row = locking.of_draft(instruction_id)
        letters = sorted(attachments.of(row).values_list("evidence__sha256", flat=True))
        _require_whole(row, letters)
        _end_replaced(row, by, at)
        row.state, row.issued_at, row.issued_by = State.ISSUED, at, by
        row.letters, row.digest = letters, digest(row, letters)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise InstructionError(f"Nomor {row.number} sudah dipakai instruksi lain.") from error
        points, addressed = list(row.points.all()), list(row.addressees.all())
        Duty.objects.bulk_create(Duty(addressee=one, point=point) for one in addressed for point in points)
        after = {
            "number": row.number,
            "agencies": len(addressed),
            "points": len(points),
            "digest": row.digest,
        }
        audit.record("instruction.issue", row, by=by, at=at, after=after)
    return row


def close(*, instruction_id: int, note: str, by: User, at: datetime) -> Instruction:
    """End an instruction, with its last standing frozen as a numbered brief. Raises InstructionError."""
    access.require(by, "instruction.close")
    words = said(note, "Tulis catatan penutupnya. Instruksi belum ditutup.", "note")
    with transaction.atomic():
        row = locking.instruction(instruction_id)
        locking.require_open(row)
        standing = board(row, EVERYWHERE, today=day_of(at))
        document = brief.issue(standing, ending=words, by=by, at=at)
        row.state, row.ended_at, row.ended_by, row.ending = State.CLOSED, at, by, words
        row.brief = document
        row.save()
        after = {"brief": document.number, "late": len(standing.late), "complete": standing.complete}
        audit.record("instruction.close", row, by=by, at=at, after=after, reason=words[:300])
    return row


def digest(row: Instruction, letters: list[str]) -> str:
    """SHA-256 of what was issued: the letter's words, its points, whom it addresses, and the scans."""
    said_of = ("serial", "text", "deadline", "measure", "channel", "target")
    points = row.points.order_by("serial").values_list(*said_of)
    facts: dict[str, Any] = {
        "head": [row.number, str(row.day), row.subject, row.content, row.legal_basis, str(row.deadline)],
        "replaces": row.replaces_id, "letters": letters,
        "points": [[str(value) for value in point] for point in points],
        "opds": list(row.addressees.order_by("opd_id").values_list("opd_id", flat=True)),
    }  # fmt: skip
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _require_whole(row: Instruction, letters: list[str]) -> None:
    lacking = [
        words
        for words, there in (
            ("pindaian suratnya", letters), ("butir", row.points.exists()),
            ("OPD yang dituju", row.addressees.exists()),
        )
        if not there
    ]  # fmt: skip
    if lacking:
        raise InstructionError(f"Belum ada {', '.join(lacking)}. Instruksi belum diterbitkan.")


def _end_replaced(row: Instruction, by: User, at: datetime) -> None:
    if row.replaces_id is None:
        return
    old = locking.instruction(row.replaces_id)
    if old.state != State.ISSUED:
        raise InstructionError(f"{old} tidak lagi berlaku, jadi tidak dapat digantikan. Perbaiki konsepnya.")
    old.state, old.ended_at, old.ended_by = State.REPLACED, at, by
    old.ending = f"Diganti oleh instruksi {row.number}"
    old.save()
    audit.record("instruction.replace", old, by=by, at=at, after={"by": row.number})
