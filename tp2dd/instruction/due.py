"""What waits for whom: drafts, acknowledgements, reports, and deadlines that passed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from opd.access import EVERYWHERE, Scope
from tp2dd.instruction.board import Board, board
from tp2dd.instruction.models import Addressee, Duty, DutyState, Instruction, State


def in_force() -> QuerySet[Instruction]:
    return Instruction.objects.filter(state=State.ISSUED)


def drafts() -> QuerySet[Instruction]:
    return Instruction.objects.filter(state=State.DRAFT)


def unacknowledged(reach: Scope) -> QuerySet[Addressee]:
    """Agencies within reach that have not acknowledged an instruction in force, the oldest first."""
    rows = Addressee.objects.filter(instruction__state=State.ISSUED, acknowledgement=None)
    return reach.filter(rows).select_related("instruction", "opd").order_by("instruction__day", "pk")


def reports() -> QuerySet[Duty]:
    """Reports that wait to be judged, the oldest first."""
    rows = Duty.objects.filter(state=DutyState.REPORTED, addressee__instruction__state=State.ISSUED)
    return rows.select_related("addressee__opd", "addressee__instruction", "point").order_by(
        "reported_on", "pk"
    )


def boards(reach: Scope = EVERYWHERE) -> Iterator[Board]:
    """How each instruction in force stands within reach, the newest first."""
    for row in in_force():
        found = board(row, reach)
        if found.rows:
            yield found
