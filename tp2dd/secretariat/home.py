"""What of the desk waits for whom on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from tp2dd.secretariat import queries
from tp2dd.secretariat.models import DataRequest


def to_judge(request: HttpRequest) -> TaskCard:
    """The secretary's: answers to judge, and who is late."""
    answered = DataRequest.objects.filter(state=DataRequest.State.ANSWERED).count()
    if answered:
        url = reverse("secretariat:request_list") + "?keadaan=answered"
        return TaskCard("Permintaan data", "Jawaban menunggu Anda periksa.", url, answered, "wait")
    debtors = queries.owing(timezone.localdate())
    late = sum(one.late for one in debtors)
    url = reverse("secretariat:owing")
    if late:
        text = f"{late} jawaban lewat tenggat; ingatkan dengan surat."
        return TaskCard("Yang ditunggu", text, url, late, "bad")
    text = f"{len(debtors)} pihak belum menjawab." if debtors else "Tidak ada jawaban yang ditunggu."
    return TaskCard("Yang ditunggu", text, url, len(debtors), "quiet" if debtors else "ok")


def to_answer(request: HttpRequest) -> TaskCard | None:
    """Open data requests of the person's own agencies."""
    rows = scope(request.user, "datarequests.answer").filter(
        DataRequest.objects.filter(state=DataRequest.State.OPEN)
    )
    due = list(rows.values_list("due_on", flat=True))
    if not due:
        return None
    late = sum(day < timezone.localdate() for day in due)
    text = f"{late} sudah lewat tenggat." if late else f"Tenggat terdekat {min(due):%d/%m/%Y}."
    url = reverse("secretariat:request_list")
    return TaskCard("Permintaan data TP2DD", text, url, len(due), "bad" if late else "wait")
