"""The desk at a glance, the decree and its roster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import carry_out
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from tp2dd.secretariat import papers, queries, subjects
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.forms import AppointForm, DecreeForm, SeatForm
from tp2dd.secretariat.models import Decree, Seat
from tp2dd.secretariat.services import team
from tp2dd.secretariat.views.common import form_page, semester_start


@needs("secretariat.view")
@require_GET
@reads_replica
def desk(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "desk": queries.desk(today, semester_start(today)), "today": today, "since": semester_start(today),
        "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/desk.html", context)


@needs("secretariat.view")
@require_GET
@reads_replica
def decree_list(request: HttpRequest) -> HttpResponse:
    context = {
        "rows": Decree.objects.select_related("by"), "today": timezone.localdate(),
        "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/decree_list.html", context)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def decree_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, DecreeForm(request.POST or None), team.record_decree, title="Keputusan TP2DD baru",
        verb="Catat keputusan", back=reverse("secretariat:decree_list"),
        done="Keputusan dicatat dengan kedudukan menurut peraturan.",
        then=lambda made: reverse("secretariat:decree_detail", args=[made.pk]),
        lead="Kedudukan menurut Pasal 2 ayat (3) ikut dibuat. Keputusan sekarang berakhir sehari sebelumnya.",
    )  # fmt: skip


@needs("secretariat.view")
@require_GET
def decree_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The roster today, or on the decree's last day; printed with ?cetak, downloaded with ?unduh."""
    decree = get_object_or_404(Decree, pk=pk)
    today = timezone.localdate()
    day = min(today, decree.valid_to or today)
    rows = queries.roster(decree, day)
    if request.GET.get("unduh") == "csv":
        header = ("urutan", "kedudukan", "jabatan", "nama", "nip", "sejak")
        lines = (
            (row.seat.place, row.seat.get_position_display(), row.seat.office)
            + ((row.holder.name, row.holder.nip, row.holder.valid_from) if row.holder else ("", "", ""))
            for row in rows
        )
        return csv_response(f"susunan-tp2dd-{decree.pk}.csv", header, lines)
    context = {"decree": decree, "rows": rows, "day": day, "office": papers.OFFICE}
    if request.GET.get("cetak"):
        return render(request, "secretariat/print/roster.html", context)
    manages = allowed(actor(request), "secretariat.manage") and decree.valid_to is None
    context |= {"may_manage": manages, "seat_form": SeatForm(), "events": _events(decree)}
    return render(
        request, "secretariat/decree_detail.html", context | context_of(request, subjects.DECREE, str(pk))
    )


def _events(decree: Decree) -> list[dict[str, object]]:
    return [{"at": decree.at, "text": "Keputusan dicatat", "by": decree.by}]


@needs("secretariat.manage")
@require_POST
def seat_add(request: HttpRequest, pk: int) -> HttpResponse:
    form = SeatForm(request.POST)
    carry_out(request, form, team.add_seat, "Kedudukan ditambahkan.", refused=DeskError, decree_id=pk)
    return redirect("secretariat:decree_detail", pk=pk)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def seat_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(Seat.objects.select_related("decree"), pk=pk)
    back = reverse("secretariat:decree_detail", args=[seat.decree_id])
    form = AppointForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    return form_page(
        request, form, team.appoint, title=f"Pemegang {seat.office}", verb="Catat pemegang", back=back,
        done="Pemegang kedudukan dicatat.", then=lambda made: back, seat_id=pk,
        lead="Pemegang sebelumnya, bila ada, berakhir sehari sebelum hari ini mulai berlaku.",
    )  # fmt: skip
