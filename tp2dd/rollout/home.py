"""What waits for TP2DD on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.navigation import TaskCard
from tp2dd.rollout import queries


def rollout(request: HttpRequest) -> TaskCard:
    ready, unjudged = queries.waiting(on=timezone.localdate())
    url = reverse("tp2dd:rollout_matrix")
    if ready:
        text = f"{ready} kanal OPD sudah siap; mulai uji cobanya."
        return TaskCard("Peluncuran OPD", text, f"{url}?tahap=ready", ready, "wait")
    if unjudged:
        text = f"{unjudged} uji coba menunggu penilaian TP2DD."
        return TaskCard("Peluncuran OPD", text, f"{url}?tahap=pilot", unjudged, "wait")
    return TaskCard("Peluncuran OPD", "Tidak ada yang menunggu keputusan TP2DD.", url, 0, "ok")
