"""Cards of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from retribusi.assessments import queries
from retribusi.assessments.models import Skrd
from retribusi.assessments.services import collecting


def receivables_card(request: HttpRequest) -> TaskCard | None:
    """What is owed, and how much of it is late."""
    reach, today = scope(request.user, "assessments.view"), timezone.localdate()
    found = queries.receivables(reach, on=today)
    if not found.count:
        return None
    late = queries.overdue(reach, on=today)
    text = f"{format_rupiah(found.amount)} belum dibayar dari SKRD."
    if late.count:
        text += f" {format_rupiah(late.amount)} lewat jatuh tempo."
    url = reverse("assessments:receivables")
    return TaskCard("Piutang retribusi", text, url, late.count, "bad" if late.count else "quiet")


def letters_card(request: HttpRequest) -> TaskCard | None:
    reach, today = scope(request.user, "assessments.issue"), timezone.localdate()
    if not reach.filter(Skrd.objects.all()).exists():
        return None
    found = [due for due in collecting.waiting(reach, on=today) if due.count]
    if not found:
        return None
    text = (
        ", ".join(f"{due.count} {due.label if due.label.isupper() else due.label.lower()}" for due in found)
        + "."
    )
    count = sum(due.count for due in found)
    return TaskCard("Surat penagihan menunggu terbit", text, reverse("assessments:collection"), count, "wait")
