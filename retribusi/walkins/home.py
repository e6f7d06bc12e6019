"""Cards of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from retribusi.walkins import queries
from retribusi.walkins.gaps import SPAN
from retribusi.walkins.models import PhantomCase


def to_claim(request: HttpRequest) -> TaskCard | None:
    """Money of printed QRIS that nobody claimed in the last thirty days."""
    today = timezone.localdate()
    rows = queries.credits(scope(request.user, "walkins.claim"), first=today - SPAN, last=today)
    waiting = rows.count()
    if not waiting:
        return None
    text = f"{format_rupiah(queries.amount_of(rows))} belum menjadi tiket."
    return TaskCard("Uang QRIS statis belum diklaim", text, reverse("walkins:credit_list"), waiting, "wait")


def open_cases(request: HttpRequest) -> TaskCard | None:
    """Merchants outside the register that nobody has closed; red while one was not even looked at."""
    rows = scope(request.user, "phantom.handle").filter(PhantomCase.objects.exclude(state="closed"))
    waiting = rows.count()
    if not waiting:
        return None
    fresh = rows.filter(state="open").count()
    text = f"{fresh} belum diperiksa sama sekali." if fresh else "Semua sedang diperiksa."
    url = reverse("walkins:case_list")
    return TaskCard("QRIS tak terdaftar", text, url, waiting, "bad" if fresh else "wait")
