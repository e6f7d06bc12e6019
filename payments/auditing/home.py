"""What waits for whom on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.auditing import queries
from payments.auditing.models import late_now


def to_answer(request: HttpRequest) -> TaskCard | None:
    """Findings of one's own agency."""
    rows = queries.waiting(scope(request.user, "auditing.answer"))
    count, late = rows.count(), rows.filter(late_now(timezone.localdate())).count()
    if not count:
        return None
    url = f"{reverse('auditing:finding_list')}?keadaan=open"
    text = f"{late} sudah lewat tenggat." if late else "Semua masih dalam tenggat."
    return TaskCard("Temuan belum selesai", text, url, count, "bad" if late else "wait")


def to_judge(request: HttpRequest) -> TaskCard | None:
    """Answers that wait for the auditor."""
    count = queries.to_judge(scope(request.user, "auditing.work"))
    if not count:
        return None
    url = f"{reverse('auditing:finding_list')}?waktu=answered"
    return TaskCard("Jawaban temuan menunggu penilaian", "Nilai tindak lanjut OPD.", url, count, "wait")
