"""Who may see and add evidence: of a request (whoever was asked) and of a filing (the secretary)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model
from django.urls import reverse

from opd.access import allowed
from opd.models import User
from opd.office.attachments import SubjectType
from tp2dd.etpd import rights
from tp2dd.etpd.models import Request, Semester, State
from tp2dd.etpd.services.freezing import FILING

REQUEST, SEMESTER = "etpd.request", "etpd.semester"
M = TypeVar("M", bound=Model)


def _find(model: type[M], id: str) -> M | None:
    """The row an address names; None for anything else."""
    return model._default_manager.filter(pk=id).first() if id.isdecimal() and len(id) < 19 else None


def _sees_request(user: User, id: str) -> bool:
    row = _find(Request, id)
    return row is not None and (allowed(user, "etpd.view") or rights.may_reply(user, row))


def _adds_to_request(user: User, id: str) -> bool:
    row = _find(Request, id)
    return row is not None and row.state == Request.State.OPEN and rights.may_reply(user, row)


def _request_kinds(id: str) -> Mapping[str, str]:
    """Only what was asked for: evidence of another kind is not taken."""
    row = _find(Request, id)
    return {row.evidence_kind: row.get_evidence_kind_display()} if row else {}


def _request_back(user: User, id: str) -> str:
    row = _find(Request, id)
    if row is None or rights.may_reply(user, row):
        return reverse("etpd:request_detail", args=[id])
    letter = row.semester.form_version.form.by_field[row.field].letter
    return reverse("etpd:question", args=[row.semester_id, letter])


def _request_title(id: str) -> str:
    row = _find(Request, id)
    return f"Permintaan ETPD, {row.asked}" if row else ""


def _sees_semester(user: User, id: str) -> bool:
    return _find(Semester, id) is not None and allowed(user, "etpd.view")


def _adds_to_semester(user: User, id: str) -> bool:
    """Only while the filing is recorded: the proof of a filed semester stays as it is."""
    row = _find(Semester, id)
    return row is not None and row.state == State.FROZEN and allowed(user, "etpd.fill")


def _semester_kinds(id: str) -> Mapping[str, str]:
    return {FILING: "Bukti penyampaian"}


def _semester_back(user: User, id: str) -> str:
    return reverse("etpd:semester", args=[id])


def _semester_title(id: str) -> str:
    row = _find(Semester, id)
    return str(row) if row else ""


ALL = (
    SubjectType(REQUEST, _sees_request, _adds_to_request, _request_kinds, _request_back, _request_title),
    SubjectType(
        SEMESTER, _sees_semester, _adds_to_semester, _semester_kinds, _semester_back, _semester_title
    ),
)
