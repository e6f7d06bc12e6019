"""What of the public page waits for the Sekda on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from opd.navigation import TaskCard
from tp2dd.transparency.models import Disclosure


def undecided(request: HttpRequest) -> TaskCard | None:
    """As long as nobody ever decided."""
    if Disclosure.objects.exists():
        return None
    text = "Halaman transparansi masih kosong: belum ada keputusan apa yang dibuka untuk umum."
    return TaskCard("Keterbukaan menunggu keputusan", text, reverse("tp2dd:disclosure"), 1, "wait")
