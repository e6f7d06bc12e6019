"""Who has findings to work on."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from opd.access import scope
from opd.navigation import TaskCard
from tp2dd.consistency import queries


def to_explain(request: HttpRequest) -> TaskCard | None:
    """Open findings of the person's own agencies."""
    waiting = queries.waiting(scope(request.user, "consistency.explain"), "open")
    if not waiting:
        return None
    text = "Rencana, anggaran, atau realisasi OPD Anda tidak sejalan; jelaskan atau perbaiki dokumennya."
    url = reverse("consistency:finding_list") + "?keadaan=open"
    return TaskCard("Temuan konsistensi", text, url, waiting, "wait")


def to_decide(request: HttpRequest) -> TaskCard:
    """Explanations that wait for an answer."""
    waiting = queries.waiting(scope(request.user, "consistency.decide"), "explained")
    if waiting:
        text = "Penjelasan OPD menunggu Anda terima atau kembalikan."
        url = reverse("consistency:finding_list") + "?keadaan=explained"
        return TaskCard("Konsistensi rencana", text, url, waiting, "wait")
    return TaskCard(
        "Konsistensi rencana", "Lihat di mana rantai RPJMD sampai realisasi putus.",
        reverse("consistency:matrix"),
    )  # fmt: skip
