"""Opening a campaign, its rubric, its stages, and a correction of what was decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import attachments, rules
from opd.office.calendar import day_of
from tp2dd.evaluation import rights, standing
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import CLOSED, Campaign, Entry, Event, RubricVersion, Sheet, State
from tp2dd.evaluation.services import locking
from tp2dd.evaluation.services.reading import read


@dataclass(frozen=True)
class Deadlines:
    """The last days (WIB) of the self-assessment, the review and the decision."""

    own: date
    review: date
    final: date


def deadlines(last: date) -> Deadlines:
    """What the dated rule says for a period that ends on a day."""
    days: dict[str, int] = rules.value("evaluation.deadlines", last)
    return Deadlines(*(last + timedelta(days=int(days[name])) for name in ("own", "review", "final")))


@transaction.atomic
def open_campaign(
    *, year: int, half: int, opds: Collection[Opd], own_due: date, review_due: date, final_due: date,
    by: User, at: datetime,
) -> Campaign:  # fmt: skip
    """Open a period that has begun, on the rubric of its last day, with a sheet for the team and for each
    agency. Raises EvaluationError."""
    access.require(by, "evaluation.manage")
    draft = Campaign(
        year=year, half=half, self_due=own_due, review_due=review_due, final_due=final_due, opened_at=at,
        opened_by=by, read_at=at,
    )  # fmt: skip
    if draft.period.first > day_of(at):
        raise EvaluationError(f"Masa ini baru mulai {draft.period.first:%d/%m/%Y}. Belum dibuka.", "half")
    if not own_due <= review_due <= final_due:
        raise EvaluationError(
            "Tenggat harus berurutan: penilaian mandiri, peninjauan, penetapan. Belum dibuka.", "review_due"
        )
    draft.rubric_version = rubric_on(draft.period.last)
    if Campaign.objects.filter(year=year, half=half).exists():
        raise EvaluationError("Masa ini sudah dibuka. Tidak ada yang berubah.", "half")
    _keep_new(draft)
    Sheet.objects.bulk_create(
        [Sheet(campaign=draft, kind=Sheet.Kind.TP2DD)]
        + [Sheet(campaign=draft, kind=Sheet.Kind.OPD, opd=opd) for opd in opds]
    )
    locking.tell(draft, Event.Kind.OPENED, by=by, at=at, text=f"Rubrik {draft.rubric_version.code}")
    after = {"campaign": str(draft), "rubric": draft.rubric_version.code, "agencies": len(opds)}
    audit.record("evaluation.open", draft, by=by, at=at, after=after)
    read(draft, at=at)
    return draft


def rubric_on(day: date) -> RubricVersion:
    found = RubricVersion.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if found is None:
        raise EvaluationError(f"Tidak ada rubrik yang berlaku pada {day:%d/%m/%Y}. Belum dibuka.")
    return found


def _keep_new(row: Campaign) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise EvaluationError("Masa ini baru saja dibuka orang lain. Tidak ada yang berubah.") from error


@transaction.atomic
def refresh(*, campaign_id: int, by: User, at: datetime) -> int:
    """Read the automatic values anew, while subjects still fill. Returns how many changed."""
    row = _managed(campaign_id, by, State.FILLING)
    count = read(row, at=at)
    audit.record("evaluation.read", row, by=by, at=at, after={"changed": count})
    return count


@transaction.atomic
def use_rubric(*, campaign_id: int, rubric: RubricVersion, reason: str, by: User, at: datetime) -> Campaign:
    """Put an open campaign on another version; its scores follow. Sheets that now lack something go back.

    Campaigns that are being decided, or are, stay as they are. Raises EvaluationError.
    """
    row = _managed(campaign_id, by, State.FILLING, State.REVIEW)
    told = locking.words(reason, "Tulis alasan mengganti rubrik. Belum diganti.")
    if row.rubric_version_id == rubric.pk:
        raise EvaluationError(f"{row} sudah memakai rubrik {rubric.code}.")
    before, row.rubric_version = row.rubric_version.code, rubric
    row.save(update_fields=["rubric_version"])
    locking.tell(row, Event.Kind.RERUBRIC, by=by, at=at, text=f"{before} menjadi {rubric.code}. {told}")
    audit.record(
        "evaluation.rerubric", row, by=by, at=at, before={"rubric": before}, after={"rubric": rubric.code},
        reason=told,
    )  # fmt: skip
    read(row, at=at)
    _give_back_incomplete(row, by, at)
    return row


def _give_back_incomplete(row: Campaign, by: User, at: datetime) -> None:
    handed_in = Sheet.objects.filter(campaign=row, state__in=["submitted", "reviewed"])
    for board in standing.boards(handed_in.select_related("campaign__rubric_version", "opd")):
        if board.problems:
            Sheet.objects.filter(pk=board.sheet.pk).update(state=Sheet.State.RETURNED)
            text = f"Rubrik berganti. {' '.join(board.problems)}"
            locking.tell(row, Event.Kind.RETURNED, by=by, at=at, sheet=board.sheet, text=text)


@transaction.atomic
def start_review(*, campaign_id: int, by: User, at: datetime) -> Campaign:
    """End the self-assessment: automatic values are read a last time, for all at this moment. Sheets may
    still come, late and with a reason, until the review is closed."""
    row = _managed(campaign_id, by, State.FILLING)
    read(row, at=at)
    return _advance(row, State.REVIEW, Event.Kind.REVIEWING, by, at)


@transaction.atomic
def close_review(*, campaign_id: int, by: User, at: datetime) -> Campaign:
    """End the review. Sheets that never came, or never came back, count by their automatic values alone.
    Refused while one waits for a reviewer. Raises EvaluationError."""
    row = _managed(campaign_id, by, State.REVIEW)
    waiting = Sheet.objects.filter(campaign=row, state=Sheet.State.SUBMITTED).select_related("opd")
    if waiting:
        names = ", ".join(sheet.subject for sheet in waiting[:5])
        raise EvaluationError(f"Masih menunggu peninjauan: {names}. Peninjauan belum ditutup.")
    absent = Sheet.objects.filter(campaign=row, state__in=["draft", "returned"]).select_related("opd")
    for sheet in list(absent):
        Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.ABSENT)
        locking.tell(row, Event.Kind.ABSENT, by=by, at=at, sheet=sheet)
    return _advance(row, State.DECIDING, Event.Kind.DECIDING, by, at)


def _advance(row: Campaign, to: State, kind: str, by: User, at: datetime) -> Campaign:
    before, row.state = row.state, to
    row.save(update_fields=["state"])
    locking.tell(row, kind, by=by, at=at)
    audit.record("evaluation.stage", row, by=by, at=at, before={"state": before}, after={"state": row.state})
    return row


def _managed(pk: int, by: User, *states: str) -> Campaign:
    access.require(by, "evaluation.manage")
    row = locking.campaign(pk)
    locking.require_state(row, *states)
    return row


@transaction.atomic
def correct(*, campaign_id: int, reason: str, by: User, at: datetime) -> Campaign:
    """A new version of a decided campaign with the same rubric, values, evidence and judgements, under
    review again; the old one stays as it was decided. Raises EvaluationError."""
    old = _managed(campaign_id, by, *CLOSED)
    told = locking.words(reason, "Tulis mengapa hasilnya diperbaiki. Versi baru belum dibuka.")
    if Campaign.objects.filter(corrects=old).exists():
        raise EvaluationError(f"{old} sudah punya versi perbaikan. Tidak ada yang berubah.")
    today = day_of(at)
    spans = old.review_due - old.self_due, old.final_due - old.self_due
    new = Campaign(
        year=old.year, half=old.half, revision=old.revision + 1, rubric_version=old.rubric_version,
        self_due=today, review_due=today + spans[0], final_due=today + spans[1], opened_at=at, opened_by=by,
        read_at=old.read_at, corrects=old, correction_reason=told,
    )  # fmt: skip
    _keep_new(new)
    _copy(old, new)
    locking.tell(new, Event.Kind.OPENED, by=by, at=at, text=f"Memperbaiki {old}. {told}")
    audit.record("evaluation.correct", new, by=by, at=at, after={"corrects": str(old)}, reason=told)
    return new


def _copy(old: Campaign, new: Campaign) -> None:
    """Sheets, readings, values and evidence; a last word of then is where the reviewers begin now."""
    before = list(Sheet.objects.filter(campaign=old).select_related("campaign__rubric_version", "opd"))
    sheets = {
        sheet.pk: Sheet.objects.create(campaign=new, kind=sheet.kind, opd=sheet.opd) for sheet in before
    }
    boards = standing.boards(before)
    for board in boards:
        _copy_own(board, sheets[board.sheet.pk])
    for sheet in before:
        if sheet.state != Sheet.State.ABSENT:
            Sheet.objects.filter(pk=sheets[sheet.pk].pk).update(
                state=Sheet.State.SUBMITTED, round=1, submitted_at=sheet.submitted_at,
                submitted_by=sheet.submitted_by, late_reason=sheet.late_reason,
            )  # fmt: skip
    new.state = State.REVIEW
    new.save(update_fields=["state"])
    for board in boards:
        if board.sheet.state != Sheet.State.ABSENT:
            _copy_judged(board.items, sheets[board.sheet.pk])


def _copy_own(board: standing.Board, to: Sheet) -> None:
    for item in board.items:
        code = item.indicator.code
        for row in (item.reading, item.own):
            if row is not None:
                row.pk, row.sheet = None, to
                if isinstance(row, Entry):
                    row.serial = 1
                row.save(force_insert=True)
        attachments.copy(
            subject=(rights.ITEM, rights.item_id(board.sheet, code)),
            to=(rights.ITEM, rights.item_id(to, code)),
        )


def _copy_judged(items: Sequence[standing.Item], to: Sheet) -> None:
    for item in items:
        judged = item.final or item.review
        if judged is not None:
            judged.pk, judged.sheet, judged.side, judged.serial = None, to, Entry.Side.REVIEW, 1
            judged.save(force_insert=True)
