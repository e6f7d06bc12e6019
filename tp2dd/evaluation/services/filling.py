"""What a subject says of itself: a value an indicator, evidence beside it, and handing the sheet in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.db import transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.evaluation import rights, standing
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import Entry, Event, Sheet, State
from tp2dd.evaluation.scoring import WHOLE, Indicator
from tp2dd.evaluation.services import locking

MOST = Decimal(10**9)
_PLACES = -4


@dataclass(frozen=True)
class Said:
    """What was entered for an indicator. ``seen`` is the serial of the entry that the person looked at, 0
    for none."""

    code: str
    value: str
    applies: bool
    note: str
    seen: int


@transaction.atomic
def fill(*, sheet_id: int, said: Said, by: User, at: datetime) -> Entry | None:
    """Keep a subject's own value; None where nothing changed. Raises EvaluationError, PermissionDenied."""
    row = locking.sheet(sheet_id)
    if not rights.fills(by, row):
        raise PermissionDenied("Lembar ini diisi oleh OPD-nya sendiri.")
    if not row.is_fillable:
        raise EvaluationError(
            f"{row.subject} sedang “{row.get_state_display()}”; isiannya tidak dapat diubah."
        )
    indicator = locking.indicator(row, said.code)
    value, note = clean(indicator, said), " ".join(said.note.split())[:500]
    if value is None and len(note) < locking.LEAST_REASON:
        raise EvaluationError(f"Tulis mengapa {said.code} tidak berlaku. {locking.NOTHING}", "note")
    reading = standing.board(row).by_code[said.code].reading
    if reading and reading.value != value and len(note) < locking.LEAST_REASON:
        raise EvaluationError(
            f"Nilai {said.code} berbeda dari nilai otomatis. Tulis alasannya. {locking.NOTHING}", "note"
        )
    return say(row, Entry.Side.OWN, said, value=value, note=note, by=by, at=at)


def say(
    row: Sheet, side: str, said: Said, *, value: Decimal | None, note: str, by: User, at: datetime
) -> Entry | None:
    """Add what a side says, once it was judged; None where it said the same. Raises EvaluationError."""
    known = Entry.objects.filter(sheet=row, code=said.code, side=side).order_by("-serial").first()
    if (known.serial if known else 0) != said.seen:
        raise EvaluationError(
            f"{said.code} sudah diubah {known.by if known else 'orang lain'} sejak halaman ini dibuka. "
            f"Lihat isiannya, lalu isi lagi. {locking.NOTHING}"
        )
    if known and (known.value, known.note) == (value, note):
        return None
    with locking.guarded(row):
        entry = Entry.objects.create(
            sheet=row, code=said.code, side=side, serial=said.seen + 1, value=value, note=note, at=at, by=by
        )
    audit.record(
        "evaluation.said", row, by=by, at=at,
        before={said.code: _told(known.value)} if known else None,
        after={"side": side, said.code: _told(value)}, reason=note[:300],
    )  # fmt: skip
    return entry


def _told(value: Decimal | None) -> str:
    return standing.NOT_APPLICABLE if value is None else f"{value.normalize():f}"


def clean(indicator: Indicator, said: Said) -> Decimal | None:
    """The value of what was typed; None where it does not apply. Raises EvaluationError naming the place."""
    place = f"{indicator.code} {indicator.label}"
    if not said.applies:
        return None
    try:
        value = Decimal(said.value.strip().replace(",", "."))
    except InvalidOperation:
        raise EvaluationError(f"{place}: tulis nilainya dengan angka. {locking.NOTHING}", "value") from None
    if indicator.is_yes_no and value not in (0, 1):
        raise EvaluationError(f"{place}: pilih Ya atau Tidak. {locking.NOTHING}", "value")
    most = WHOLE if indicator.unit == "%" else MOST
    if not value.is_finite() or not 0 <= value <= most:
        raise EvaluationError(f"{place}: nilainya antara 0 dan {most}. {locking.NOTHING}", "value")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < _PLACES:
        raise EvaluationError(
            f"{place}: paling banyak empat angka di belakang koma. {locking.NOTHING}", "value"
        )
    return value


@transaction.atomic
def submit(*, sheet_id: int, late_reason: str, by: User, at: datetime) -> Sheet:
    """Hand the sheet in. The first time after the deadline, or after the review began, it is late and says
    why; once the review is closed it is refused. Raises EvaluationError naming what is missing."""
    row = locking.sheet(sheet_id)
    if not rights.fills(by, row):
        raise PermissionDenied("Lembar ini disampaikan oleh OPD-nya sendiri.")
    _still_open(row)
    problems = standing.board(row).problems
    if problems:
        raise EvaluationError(f"Belum dapat disampaikan. {' '.join(problems)}")
    if row.round == 0 and is_late(row, at):
        row.late_reason = locking.words(
            late_reason,
            f"Tenggat penilaian mandiri {row.campaign.self_due:%d/%m/%Y} sudah lewat. Tulis alasan terlambat."
            " Belum disampaikan.",
            "late_reason",
        )
    row.state, row.round, row.submitted_at, row.submitted_by = Sheet.State.SUBMITTED, row.round + 1, at, by
    row.save(update_fields=["state", "round", "submitted_at", "submitted_by", "late_reason"])
    text = f"Terlambat: {row.late_reason}" if row.late_reason and row.round == 1 else ""
    locking.tell(row.campaign, Event.Kind.SUBMITTED, by=by, at=at, sheet=row, text=text)
    after = {"state": row.state, "round": row.round}
    audit.record("evaluation.submit", row, by=by, at=at, after=after, reason=row.late_reason)
    return row


def _still_open(row: Sheet) -> None:
    if row.campaign.state not in {State.FILLING, State.REVIEW}:
        raise EvaluationError(
            f"Peninjauan {row.campaign} sudah ditutup; {row.subject} tidak dapat disampaikan lagi."
        )
    if not row.is_fillable:
        raise EvaluationError(f"{row.subject} sudah disampaikan. {locking.NOTHING}")


def is_late(row: Sheet, at: datetime) -> bool:
    """Whether a first submission at this moment is late."""
    return row.campaign.state == State.REVIEW or day_of(at) > row.campaign.self_due
