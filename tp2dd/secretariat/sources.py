"""Deadlines that the desk, the ETPD and the consistency checks know of."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from opd import access
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.consistency.models import Finding
from tp2dd.etpd import rights
from tp2dd.etpd.models import CLOSED, Request, Semester
from tp2dd.secretariat import deadlines
from tp2dd.secretariat.deadlines import Deadline
from tp2dd.secretariat.models import Agreement, DataRequest, Meeting


def requests(user: User) -> Iterator[Deadline]:
    """Open data requests: all for the secretary, of their own agency for those who answer."""
    rows = DataRequest.objects.filter(state=DataRequest.State.OPEN).select_related("opd")
    if not access.allowed(user, "secretariat.manage"):
        rows = rows.filter(opd__in=access.scope(user, "datarequests.answer").opd_ids or ())
    for row in rows:
        path = reverse("secretariat:request_detail", args=[row.pk])
        yield Deadline("data", str(row.pk), row.due_on, f"Data: {row.subject}", path, row.asked_at, row.asked)


def answers(user: User) -> Iterator[Deadline]:
    """Open requests of the ETPD: all for the secretary, else what was asked of this person or agency."""
    fills = access.allowed(user, "etpd.fill")
    rows = (
        Request.objects.select_related("semester__form_version", "opd", "person")
        if fills
        else rights.of(user)
    )
    for row in rows.filter(state=Request.State.OPEN):
        column = row.semester.form_version.form.by_field[row.field]
        path = (
            reverse("etpd:question", args=[row.semester_id, column.letter])
            if fills
            else reverse("etpd:request_detail", args=[row.pk])
        )
        title = f"ETPD: {column.label}"
        yield Deadline("etpd", str(row.pk), row.due_on, title, path, row.asked_at, row.asked)


def semesters(user: User) -> Iterator[Deadline]:
    """Semester reports that are not filed yet (Pasal 21)."""
    if access.allowed(user, "etpd.view"):
        for row in Semester.objects.exclude(state__in=[str(CLOSED[-1])]):
            path = reverse("etpd:semester", args=[row.pk])
            title = f"Laporan {row.name} disampaikan"
            yield Deadline("semester", str(row.pk), row.due_on, title, path, row.opened_at)


def meetings(user: User) -> Iterator[Deadline]:
    if access.allowed(user, "secretariat.view"):
        for row in Meeting.objects.filter(
            state__in=["planned", "invited"], starts_at__gte=timezone.now()
        ):  # fmt: skip
            path = reverse("secretariat:meeting_detail", args=[row.pk])
            day = day_of(row.starts_at)
            yield Deadline(
                "rapat", str(row.pk), day, f"Rapat: {row.title}", path, row.at, row.place, row.starts_at
            )


def agreements(user: User) -> Iterator[Deadline]:
    """Agreements that stand, on the day of their end."""
    if access.allowed(user, "secretariat.view"):
        for row in Agreement.objects.filter(ended_on=None, valid_to__gte=timezone.localdate()):
            path = reverse("secretariat:agreement_detail", args=[row.pk])
            title = f"PKS berakhir: {row.party}"
            yield Deadline("pks", str(row.pk), row.valid_to, title, path, row.at, row.number)


def findings(user: User) -> Iterator[Deadline]:
    """Consistency findings that were given to this person."""
    mine = Q(owner=user, due_date__isnull=False, state__in=["open", "explained"])
    for row in Finding.objects.filter(mine).select_related("opd"):
        path = reverse("consistency:finding_detail", args=[row.pk])
        title = f"Temuan: {row.get_check_kind_display().lower()} {row.code}"
        assert row.due_date is not None
        yield Deadline("temuan", str(row.pk), row.due_date, title, path, row.changed_at, row.opd.name)


ALL = {
    "data": requests, "etpd": answers, "semester": semesters, "rapat": meetings, "pks": agreements,
    "temuan": findings,
}  # fmt: skip


def register_all() -> None:
    for code, source in ALL.items():
        deadlines.register(code, source)
