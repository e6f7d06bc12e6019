"""Cards of the gate on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from opd.access import actor, scope
from opd.navigation import TaskCard
from retribusi.gate import queries
from retribusi.gate.models import Device


def my_phone(request: HttpRequest) -> TaskCard:
    mine = Device.objects.filter(officer=actor(request), revoked_at=None).select_related("point").first()
    if mine is None:
        return TaskCard(
            "Gerbang",
            "Daftarkan ponsel Anda untuk memindai tiket.",
            reverse("gate:device_enrol"),
            None,
            "wait",
        )
    return TaskCard("Gerbang", f"{mine.name} di {mine.point.name}.", reverse("gate:scanner"), None, "ok")


def open_conflicts(request: HttpRequest) -> TaskCard | None:
    rows = queries.entries(scope(request.user, "gate.manage")).conflicts().filter(explanation=None)
    waiting = rows.count()
    if not waiting:
        return None
    text = "Diizinkan masuk dengan tiket yang tidak berlaku. Jelaskan sebabnya."
    url = f"{reverse('gate:conflict_list')}?keadaan=open"
    return TaskCard("Benturan di gerbang", text, url, waiting, "bad")
