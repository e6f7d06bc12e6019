"""The card of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.navigation import TaskCard
from payments.money import format_rupiah
from tp2dd import queries
from tp2dd.periods import chosen


def dashboard(request: HttpRequest) -> TaskCard:
    period = chosen(None, None, today=timezone.localdate())
    sums = queries.totals(period)
    text = f"{format_rupiah(sums.paid)} dalam 14 hari terakhir, {format_rupiah(sums.credited)} sudah di RKUD."
    return TaskCard("Papan TP2DD", text, reverse("tp2dd:dashboard"), None, "quiet")
