"""Cards of this room on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from opd.planning import plan_queries, queries, sipd_queries


def waiting_rows(request: HttpRequest) -> TaskCard | None:
    """SIPD rows that matched nothing by themselves."""
    reach = scope(request.user, "planning.import")
    waiting = sipd_queries.waiting(reach, year=timezone.localdate().year)
    if not waiting:
        return None
    text = "Realisasi SIPD yang belum cocok dengan pengajuan menunggu keputusan Anda."
    return TaskCard("Realisasi SIPD", text, reverse("planning:sipd_list"), waiting, "wait")


def nearly_used(request: HttpRequest) -> TaskCard | None:
    """Lines of which nine tenths are held or spent."""
    reach, year = scope(request.user, "planning.view"), timezone.localdate().year
    found = queries.found(reach, queries.LineFilter(year, only="hampir")).count()
    if not found:
        return None
    text = "Sembilan persepuluh pagunya atau lebih sudah ditahan atau dibelanjakan."
    return TaskCard(
        "Baris hampir habis", text, reverse("planning:line_list") + "?tampil=hampir", found, "quiet"
    )


def waiting_plans(request: HttpRequest) -> TaskCard:
    """Plan files that were looked at and not yet saved; where there is none, the way to the documents."""
    waiting, url = len(plan_queries.drafts()), reverse("planning:plan_list")
    if waiting:
        text = "Berkas dokumen perencanaan sudah diperiksa dan menunggu Anda simpan atau buang."
        return TaskCard("Dokumen perencanaan", text, url, waiting, "wait")
    return TaskCard("Dokumen perencanaan", "Impor RPJMD sampai APBD, lalu lihat rantainya.", url)
