"""What of the ETPD waits for whom on the home page."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import actor
from opd.navigation import TaskCard
from tp2dd.etpd import rights
from tp2dd.etpd.models import Request, Semester, State


def to_fill(request: HttpRequest) -> TaskCard:
    """The secretary's next step with the newest open semester."""
    today, url = timezone.localdate(), reverse("etpd:semester_list")
    row = Semester.objects.exclude(state=State.FILED).first()
    if row is None:
        return TaskCard("Kuesioner ETPD", "Tidak ada semester yang terbuka.", url, 0, "ok")
    words = {
        State.FILLING: "menunggu diisi", State.REVIEW: "sedang diperiksa Bank Indonesia",
        State.ACCEPTED: "siap dibekukan", State.FROZEN: "siap disampaikan",
    }[State(row.state)]  # fmt: skip
    text = f"{row} {words}; tenggat {row.due_on:%d/%m/%Y}."
    tone: Literal["bad", "wait", "quiet"]
    waits = None if row.state == State.REVIEW else 1
    tone = "bad" if row.is_late(today) else "wait" if waits else "quiet"
    return TaskCard("Kuesioner ETPD", text, reverse("etpd:semester", args=[row.pk]), waits, tone)


def to_review(request: HttpRequest) -> TaskCard:
    rows = list(Semester.objects.filter(state=State.REVIEW))
    if not rows:
        return TaskCard("Periksa ETPD", "Tidak ada yang menunggu.", reverse("etpd:semester_list"), 0, "ok")
    text = f"{rows[0]} menunggu pemeriksaan Anda."
    return TaskCard("Periksa ETPD", text, reverse("etpd:semester", args=[rows[0].pk]), len(rows), "wait")


def to_answer(request: HttpRequest) -> TaskCard | None:
    rows = rights.of(actor(request)).filter(state=Request.State.OPEN)
    due = list(rows.values_list("due_on", flat=True))
    if not due:
        return None
    late = sum(day < timezone.localdate() for day in due)
    text = f"{late} sudah lewat tenggat." if late else f"Tenggat terdekat {min(due):%d/%m/%Y}."
    return TaskCard("Permintaan ETPD", text, reverse("etpd:my_requests"), len(due), "bad" if late else "wait")
