"""A numbered letter that says what an agency still lacks."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from opd import audit
from opd.access import Scope
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.instruction import papers
from tp2dd.instruction.board import Row, board
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Reminder
from tp2dd.instruction.services import locking
from tp2dd.instruction.services.locking import said


def remind(*, addressee_id: int, text: str, by: User, at: datetime) -> Reminder:
    """Issue the letter with what is lacking today, at most one a day. Raises InstructionError."""
    words = said(text, "Tulis isi suratnya. Surat belum terbit.", "text", least=20, most=2000)
    with transaction.atomic():
        found = locking.addressee(addressee_id, by, "instruction.remind")
        if found.reminders.filter(day=day_of(at)).exists():
            raise InstructionError(f"{found.opd} sudah diingatkan hari ini. Surat belum terbit.")
        standing = board(found.instruction, Scope(frozenset({found.opd_id})), today=day_of(at))
        row = standing.rows[0]
        _require_lack(row)
        serial = row.reminders + 1
        document = papers.issue(standing.instruction, row, serial=serial, text=words, by=by, at=at)
        try:
            with transaction.atomic():
                made = Reminder.objects.create(
                    addressee=found, serial=serial, document=document, day=day_of(at), at=at, by=by
                )
        except IntegrityError as error:
            raise InstructionError(f"{found.opd} baru saja diingatkan. Surat belum terbit.") from error
        audit.record(
            "instruction.remind", found, by=by, at=at, after={"letter": document.number, "serial": serial}
        )
    return made


def _require_lack(row: Row) -> None:
    if row.is_complete:
        raise InstructionError("OPD ini sudah melaksanakan semuanya. Tidak ada yang perlu diingatkan.")
