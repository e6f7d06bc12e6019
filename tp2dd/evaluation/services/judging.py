"""Review, and the last word: another value with its reason, beside the subject's own."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from opd import access, audit
from opd.models import User
from tp2dd.evaluation import rights
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import Entry, Event, Sheet, State
from tp2dd.evaluation.services import locking
from tp2dd.evaluation.services.filling import Said, clean, say


@transaction.atomic
def review(*, sheet_id: int, said: Said, by: User, at: datetime) -> Entry | None:
    """The reviewer's value of an indicator, with its reason. Raises EvaluationError, PermissionDenied."""
    access.require(by, "evaluation.review")
    return _judge(_reviewed(sheet_id, by), Entry.Side.REVIEW, said, by, at)


@transaction.atomic
def decide(*, sheet_id: int, said: Said, by: User, at: datetime) -> Entry | None:
    """The last word on an indicator, with its reason. Raises EvaluationError, PermissionDenied."""
    access.require(by, "evaluation.decide")
    row = locking.sheet(sheet_id)
    locking.require_state(row.campaign, State.DECIDING)
    _no_author(row, by)
    return _judge(row, Entry.Side.FINAL, said, by, at)


def _judge(row: Sheet, side: str, said: Said, by: User, at: datetime) -> Entry | None:
    indicator = locking.indicator(row, said.code)
    value = clean(indicator, said)
    note = locking.words(said.note, f"Tulis alasan nilai {said.code}. {locking.NOTHING}", "note")
    return say(row, side, said, value=value, note=note, by=by, at=at)


@transaction.atomic
def send_back(*, sheet_id: int, reason: str, by: User, at: datetime) -> Sheet:
    """Give a sheet back to be mended. Raises EvaluationError."""
    access.require(by, "evaluation.review")
    row = _reviewed(sheet_id, by)
    told = locking.words(reason, "Tulis apa yang harus diperbaiki. Belum dikembalikan.")
    return _end(row, Sheet.State.RETURNED, Event.Kind.RETURNED, told, by, at)


@transaction.atomic
def finish(*, sheet_id: int, by: User, at: datetime) -> Sheet:
    """The review of a sheet is done: what nobody disputed stands as the subject or the machine said it."""
    access.require(by, "evaluation.review")
    return _end(_reviewed(sheet_id, by), Sheet.State.REVIEWED, Event.Kind.REVIEWED, "", by, at)


def _end(row: Sheet, state: str, kind: str, text: str, by: User, at: datetime) -> Sheet:
    row.state = state
    row.save(update_fields=["state"])
    locking.tell(row.campaign, kind, by=by, at=at, sheet=row, text=text)
    audit.record("evaluation.reviewed", row, by=by, at=at, after={"state": state}, reason=text)
    return row


def _reviewed(pk: int, by: User) -> Sheet:
    row = locking.sheet(pk)
    locking.require_state(row.campaign, State.REVIEW)
    if row.state != Sheet.State.SUBMITTED:
        raise EvaluationError(f"{row.subject} sedang “{row.get_state_display()}”. {locking.NOTHING}")
    _no_author(row, by)
    return row


def _no_author(row: Sheet, by: User) -> None:
    if by.pk in rights.authors(row):
        raise PermissionDenied("Anda ikut mengisi lembar ini; orang lain yang menilainya.")
