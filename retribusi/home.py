"""Cards of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.incoming import queries as incoming
from payments.money import format_rupiah
from retribusi import rollout, takings
from retribusi.models import CollectionPoint


def takings_today(request: HttpRequest) -> TaskCard:
    today = timezone.localdate()
    reach = scope(request.user, "takings.view")
    where = takings.filtered(reach, first=today, last=today, account=None, kind="", text="")
    sums = incoming.sums(where)
    text = (
        f"{format_rupiah(sums.amount)} diterima hari ini."
        if sums.payments
        else "Belum ada pembayaran hari ini."
    )
    return TaskCard("Penerimaan hari ini", text, reverse("retribusi:takings_list"), sums.payments, "quiet")


def open_troubles(request: HttpRequest) -> TaskCard | None:
    waiting = incoming.open_exceptions(scope(request.user, "reconciliation.resolve"))
    if not waiting:
        return None
    text = "Uang yang terlambat, ganda, kurang, atau tidak dikenal menunggu penjelasan."
    return TaskCard("Kejanggalan uang masuk", text, reverse("retribusi:trouble_list"), waiting, "wait")


def unready_points(request: HttpRequest) -> TaskCard | None:
    """Points that don't sell yet, and whether nothing is missing any more."""
    planned = list(
        CollectionPoint.objects.filter(status=CollectionPoint.Status.PLANNED).select_related(
            "receiving_account__partner"
        )[:20]
    )
    url = reverse("retribusi:point_list")
    if not CollectionPoint.objects.exists():
        return TaskCard("Titik pemungutan", "Belum ada titik. Buat yang pertama.", url, None, "wait")
    if not planned:
        return None
    ready = sum(row.ready for row in rollout.rows(planned, on=timezone.localdate()))
    text = f"{ready} siap menjual, {len(planned) - ready} belum lengkap."
    return TaskCard("Titik yang disiapkan", text, url, len(planned), "wait")
