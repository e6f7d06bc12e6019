"""What waits for whom on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from retribusi.complaints import queries
from retribusi.complaints.models import late_now


def to_answer(request: HttpRequest) -> TaskCard:
    """Complaints of one's own agency."""
    rows = queries.waiting(scope(request.user, "complaints.handle"))
    waiting = rows.count()
    late = rows.filter(late_now(timezone.localdate())).count()
    url = f"{reverse('complaints:complaint_list')}?keadaan=waiting"
    if late:
        text = f"{late} sudah lewat tenggat. Jawab yang paling lama dahulu."
        return TaskCard("Pengaduan menunggu jawaban", text, url, waiting, "bad")
    if waiting:
        return TaskCard("Pengaduan menunggu jawaban", "Semua masih dalam tenggat.", url, waiting, "wait")
    return TaskCard("Pengaduan menunggu jawaban", "Semua pengaduan sudah dijawab.", url, 0, "ok")


def to_assign(request: HttpRequest) -> TaskCard | None:
    """Complaints that name no place, so that no agency sees them yet."""
    rows = queries.waiting(scope(request.user, "complaints.assign")).filter(opd=None)
    waiting = rows.count()
    if not waiting:
        return None
    url = f"{reverse('complaints:complaint_list')}?keadaan=new"
    return TaskCard("Pengaduan tanpa OPD", "Teruskan ke OPD yang harus menjawab.", url, waiting, "wait")
