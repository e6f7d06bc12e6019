"""Reminders of the action plan on the home page: of the owners, and of the secretary."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import Scope, scope
from opd.navigation import TaskCard
from tp2dd.roadmap import queries


def to_work_on(request: HttpRequest) -> TaskCard | None:
    """Actions of the person's own agencies that are not done."""
    today = timezone.localdate()
    where = queries.Where(state="belum")
    rows = queries.actions(scope(request.user, "roadmap.report"), where, on=today)
    due = list(rows.values_list("due_on", flat=True))
    if not due:
        return None
    late = sum(day < today for day in due)
    text = f"{late} sudah lewat tenggat." if late else f"Tenggat terdekat {min(due):%d/%m/%Y}."
    url = reverse("roadmap:action_list") + "?keadaan=belum"
    return TaskCard("Rencana aksi TP2DD", text, url, len(due), "bad" if late else "wait")


def to_measure(request: HttpRequest) -> TaskCard:
    """Finished actions whose effect nobody measured, and late ones."""
    found = queries.tally(Scope(None), None, timezone.localdate())
    url = reverse("roadmap:action_list")
    if found.to_measure:
        text = "Aksi selesai menunggu Anda ukur dampaknya."
        return TaskCard("Rencana aksi", text, f"{url}?keadaan=done", found.to_measure, "wait")
    if found.late:
        text = f"{found.late} aksi lewat tenggat."
        return TaskCard("Rencana aksi", text, f"{url}?keadaan=terlambat", found.late, "bad")
    return TaskCard("Rencana aksi", "Tidak ada aksi yang terlambat.", url, 0, "ok")
