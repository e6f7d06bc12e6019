"""Cards of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from retribusi.walkins import queries


def to_claim(request: HttpRequest) -> TaskCard | None:
    """Today's money of printed QRIS that nobody claimed."""
    today = timezone.localdate()
    rows = queries.credits(scope(request.user, "walkins.claim"), first=today, last=today)
    waiting = rows.count()
    if not waiting:
        return None
    text = f"{format_rupiah(queries.amount_of(rows))} hari ini belum menjadi tiket."
    return TaskCard("Uang QRIS statis belum diklaim", text, reverse("walkins:credit_list"), waiting, "wait")
