"""Deadlines of the action plan and of evaluation findings, for the page of deadlines and its calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from opd import access
from opd.access import scope
from opd.models import User
from tp2dd.roadmap import queries
from tp2dd.roadmap.models import Evaluation
from tp2dd.secretariat.deadlines import Deadline


def actions(user: User) -> Iterator[Deadline]:
    """Actions that are not done: all for the secretary, of their own agency for owners."""
    manages = access.allowed(user, "roadmap.manage")
    reach = scope(user, "roadmap.view" if manages else "roadmap.report")
    for row in queries.actions(reach, queries.Where(state="belum"), on=timezone.localdate()):
        path = reverse("roadmap:action_detail", args=[row.pk])
        yield Deadline("aksi", str(row.pk), row.due_on, f"Aksi: {row.title}", path, row.at, row.opd.name)


def evaluations(user: User) -> Iterator[Deadline]:
    if access.allowed(user, "roadmap.manage"):
        for row in Evaluation.objects.filter(state=Evaluation.State.OPEN):
            path = reverse("roadmap:evaluation_detail", args=[row.pk])
            title = f"Temuan evaluasi: {row.finding[:80]}"
            yield Deadline("evaluasi", str(row.pk), row.due_on, title, path, row.at, row.letter)
