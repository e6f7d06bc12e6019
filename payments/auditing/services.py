"""A finding's way: recorded, answered by the agency, judged by the auditor, or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import documents
from opd.office.calendar import day_of
from payments.auditing import papers, references, rules
from payments.auditing.models import VERDICTS, Entry, Finding, Reference, Severity, State

LEAST = 10
"""Characters of an answer or a reason: one word says nothing."""
SUBJECT = "auditing.finding"


class FindingError(Exception):
    """The deed is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class FindingDraft:
    """What an auditor writes; ``amount`` in rupiah, ``about`` addresses of pages."""

    opd: Opd
    title: str
    severity: Severity
    amount: Decimal | None
    condition: str
    criteria: str
    cause: str
    effect: str
    recommendation: str
    received_on: date
    about: Sequence[str] = ()


@transaction.atomic
def record(*, draft: FindingDraft, form_key: str, by: User, at: datetime) -> Finding:
    """Number and keep a finding; the same ``form_key`` again gives the same one. Raises FindingError."""
    access.require(by, "auditing.work", opd=draft.opd)
    if draft.received_on > day_of(at):
        raise FindingError("Tanggal ini belum terjadi. Temuan belum dicatat.", "received_on")
    try:
        about = references.understood(draft.about)
    except references.UnknownPage as error:
        raise FindingError(str(error), "about") from error
    words = {name: value for name, value in vars(draft).items() if name != "about"}
    due_on = rules.due(draft.received_on)
    facts = {**words, "due_on": due_on, "recorded_at": at, "recorded_by": by}
    row, is_new = Finding.objects.get_or_create(form_key=form_key, defaults=facts)
    if is_new:
        Reference.objects.bulk_create(Reference(finding=row, **vars(found)) for found in about)
        _enter(row, Entry.Kind.RECORDED, by=by, at=at)
        row.document = papers.issue(row, by=by, at=at)
        row.save(update_fields=["document"])
    return row


@transaction.atomic
def answer(*, finding_id: int, text: str, by: User, at: datetime) -> Finding:
    """What the agency did about it. Raises FindingError, PermissionDenied for another agency's."""
    row, words = _locked(finding_id), _words(text, "Jawaban")
    access.require(by, "auditing.answer", opd=row.opd_id)
    if not row.is_open:
        raise FindingError(
            f"Temuan ini sudah dinilai “{row.get_state_display().lower()}”. Jawaban belum terkirim."
        )
    if not _said_already(row, Entry.Kind.ANSWERED, words, by):
        _enter(row, Entry.Kind.ANSWERED, text=words, by=by, at=at)
    return row


@transaction.atomic
def judge(*, finding_id: int, verdict: str, text: str, by: User, at: datetime) -> Finding:
    """How far the recommendation was followed; may be judged anew. Raises FindingError."""
    row, words = _locked(finding_id), _words(text, "Alasan penilaian")
    access.require(by, "auditing.work", opd=row.opd_id)
    if verdict not in VERDICTS:
        raise FindingError("Pilih satu penilaian. Belum ada yang berubah.")
    if row.state == State.WITHDRAWN:
        raise FindingError("Temuan ini sudah dicabut. Belum ada yang berubah.")
    if not (row.state == verdict and _said_already(row, Entry.Kind.JUDGED, words, by)):
        _enter(row, Entry.Kind.JUDGED, text=words, state=State(verdict), by=by, at=at)
    return row


@transaction.atomic
def withdraw(*, finding_id: int, reason: str, by: User, at: datetime) -> Finding:
    """Take back a finding that was wrong; its number stays taken. Raises FindingError."""
    row, words = _locked(finding_id), _words(reason, "Alasan")
    access.require(by, "auditing.work", opd=row.opd_id)
    if row.state == State.WITHDRAWN or row.document is None:
        raise FindingError("Temuan ini sudah dicabut. Belum ada yang berubah.")
    _enter(row, Entry.Kind.WITHDRAWN, text=words, state=State.WITHDRAWN, by=by, at=at)
    documents.void(document=row.document, reason=words, by=by, at=at)
    return row


def _locked(pk: int) -> Finding:
    """The row, held until commit. Raises Finding.DoesNotExist."""
    rows = Finding.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("opd", "document").get(pk=pk)


def _words(text: str, what: str) -> str:
    words = text.strip()
    if len(words) < LEAST:
        raise FindingError(f"{what} paling sedikit {LEAST} huruf. Belum ada yang berubah.")
    return words[:4000]


def _said_already(row: Finding, kind: Entry.Kind, text: str, by: User) -> bool:
    """Whether the last entry is this very one: a second click says nothing new."""
    last = row.entries.order_by("-pk").first()
    return last is not None and (last.kind, last.text, last.by_id) == (kind, text, by.pk)


def _enter(
    row: Finding, kind: Entry.Kind, *, text: str = "", state: State | None = None, by: User, at: datetime
) -> None:
    before: dict[str, Any] = {"state": row.state}
    if state and state != row.state:
        row.state = state
        row.save(update_fields=["state"])
    entry = Entry.objects.create(finding=row, kind=kind, text=text, state=row.state, at=at, by=by)
    audit.record(
        f"finding.{kind}", row, by=by, at=at, before=before, after={"state": row.state, "entry": entry.pk}
    )
