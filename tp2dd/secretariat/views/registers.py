"""Registers: activities for the tasks of the law, and agreements."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import ReasonForm, carry_out
from opd.office.exports import csv_response
from opd.office.views.evidence import context_of
from tp2dd.secretariat import papers, queries, subjects
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.forms import (
    ActivityForm,
    ActivitySentence,
    AgreementForm,
    AgreementSentence,
    EndForm,
)
from tp2dd.secretariat.models import Activity, Agreement
from tp2dd.secretariat.services import registers
from tp2dd.secretariat.views.common import form_page


@needs("secretariat.view")
@require_GET
@reads_replica
def activity_list(request: HttpRequest) -> HttpResponseBase:
    form = ActivitySentence(request.GET)
    rows = queries.activities(
        task=form.word("tugas"), opd_id=form.opd_id, since=form.day("sejak"), until=form.day("sampai"),
        text=form.word("cari"),
    )  # fmt: skip
    if request.GET.get("unduh") == "csv":
        header = (
            "tugas",
            "kegiatan",
            "mulai",
            "selesai",
            "tempat",
            "peserta",
            "ringkasan",
            "opd",
            "dibatalkan",
        )
        return csv_response("kegiatan-tp2dd.csv", header, map(_activity_cells, rows))
    context = {"form": form, "is_filtered": bool(request.GET)}
    if request.GET.get("cetak"):
        context |= {
            "rows": rows.filter(voided_at=None),
            "office": papers.OFFICE,
            "today": timezone.localdate(),
        }
        return render(request, "secretariat/print/activities.html", context)
    context |= {
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")), "wide": True,
        "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/activity_list.html", context)


def _activity_cells(row: Activity) -> tuple[object, ...]:
    return (
        *(f"{row.task}. {row.get_task_display()}", row.title, row.first_day, row.last_day, row.place),
        *(row.participants, row.summary, ", ".join(one.name for one in row.opds.all()), row.void_reason),
    )


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, ActivityForm(request.POST or None), registers.record_activity, title="Catat kegiatan",
        verb="Catat kegiatan", back=reverse("secretariat:activity_list"),
        done="Kegiatan dicatat. Lampirkan foto, daftar hadir, atau bahannya.",
        then=lambda made: reverse("secretariat:activity_detail", args=[made.pk]),
    )  # fmt: skip


@needs("secretariat.view")
@require_GET
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Activity.objects.select_related("by").prefetch_related("opds"), pk=pk)
    may_void = allowed(actor(request), "secretariat.manage") and row.voided_at is None
    context = {"activity": row, "may_void": may_void, "void_form": ReasonForm(auto_id="batal-%s")}
    context |= context_of(request, subjects.ACTIVITY, str(pk))
    return render(request, "secretariat/activity_detail.html", context)


@needs("secretariat.manage")
@require_POST
def activity_void(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    done = "Catatan kegiatan dibatalkan."
    carry_out(request, form, registers.void_activity, done, refused=DeskError, activity_id=pk)
    return redirect("secretariat:activity_detail", pk=pk)


@needs("secretariat.view")
@require_GET
@reads_replica
def agreement_list(request: HttpRequest) -> HttpResponseBase:
    form, today = AgreementSentence(request.GET), timezone.localdate()
    warn = queries.warning_days(today)
    rows = queries.agreements(kind=form.word("pihak"), text=form.word("cari"))
    if request.GET.get("unduh") == "csv":
        header = (
            "nomor",
            "jenis_pihak",
            "pihak",
            "tentang",
            "ditandatangani",
            "sejak",
            "berakhir",
            "keadaan",
        )
        lines = (
            (
                *(one.number, one.get_party_kind_display(), one.party, one.title, one.signed_on),
                *(one.valid_from, one.valid_to, one.standing(today, warn)[1]),
            )
            for one in rows
        )
        return csv_response("perjanjian-tp2dd.csv", header, lines)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    context = {
        "form": form, "is_filtered": bool(request.GET), "page": page, "wide": True,
        "rows": [(one, *one.standing(today, warn)) for one in page],
        "may_manage": allowed(actor(request), "secretariat.manage"),
    }  # fmt: skip
    return render(request, "secretariat/agreement_list.html", context)


@needs("secretariat.manage")
@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request, AgreementForm(request.POST or None), registers.record_agreement,
        title="Catat perjanjian kerja sama", verb="Catat perjanjian",
        back=reverse("secretariat:agreement_list"), done="Perjanjian dicatat. Lampirkan naskahnya.",
        then=lambda made: reverse("secretariat:agreement_detail", args=[made.pk]),
    )  # fmt: skip


@needs("secretariat.view")
@require_GET
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row, today = get_object_or_404(Agreement.objects.select_related("by"), pk=pk), timezone.localdate()
    tone, words = row.standing(today, queries.warning_days(today))
    may_end = allowed(actor(request), "secretariat.manage") and row.ended_on is None
    context = {
        "agreement": row, "tone": tone, "words": words, "may_end": may_end,
        "end_form": EndForm(initial={"ended_on": today}), **context_of(request, subjects.AGREEMENT, str(pk)),
    }  # fmt: skip
    return render(request, "secretariat/agreement_detail.html", context)


@needs("secretariat.manage")
@require_POST
def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    form = EndForm(request.POST)
    done = "Perjanjian diakhiri."
    carry_out(request, form, registers.end_agreement, done, refused=DeskError, agreement_id=pk)
    return redirect("secretariat:agreement_detail", pk=pk)
