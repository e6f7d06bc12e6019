"""The matrix of agencies and channels, one agency, and what TP2DD decides about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import carry_out
from opd.models import Opd
from opd.office.exports import csv_response
from tp2dd.rollout import queries, services
from tp2dd.rollout.forms import (
    MandatoryForm,
    MatrixSentence,
    PilotForm,
    ReasonForm,
    TickForm,
    VerdictForm,
)
from tp2dd.rollout.models import Channel
from tp2dd.rollout.queries import Cell, OpdRow, Step
from tp2dd.rollout.services import RolloutError

_COLUMNS = (
    *("kode", "opd", "kanal", "tahap", "syarat_lengkap", "syarat", "uji_coba_sejak", "dasar_uji_coba"),
    *("wajib_sejak", "dasar_kewajiban", "putusan", "penilaian", "alasan_pengecualian"),
)


@needs("rollout.view")
@require_GET
@reads_replica
def rollout_matrix(request: HttpRequest) -> HttpResponseBase:
    form = MatrixSentence(request.GET)
    rows = queries.matrix(scope(request.user, "rollout.view"), form.where, on=timezone.localdate())
    if request.GET.get("unduh") == "csv":
        cells = (line for row in rows for line in _lines(row))
        return csv_response("peluncuran-opd.csv", _COLUMNS, cells)
    context = {
        "form": form,
        "channels": Channel.choices,
        "tally": queries.tally(rows),
        "today": timezone.localdate(),
        "is_filtered": bool(request.GET),
    }
    if request.GET.get("cetak"):
        return render(request, "tp2dd/rollout_print.html", context | {"rows": rows})
    context |= {"page": Paginator(rows, 60).get_page(request.GET.get("halaman")), "wide": True}
    return render(request, "tp2dd/rollout_matrix.html", context)


def _lines(row: OpdRow) -> list[tuple[object, ...]]:
    return [
        (
            *(row.opd.code, row.opd.name, cell.channel_label, cell.label, cell.done, len(cell.steps)),
            *_dates(cell.row),
        )
        for cell in row.cells
    ]


def _dates(row: Any) -> tuple[object, ...]:
    if row is None:
        return ("",) * 7
    return (
        *(row.pilot_since, row.pilot_basis, row.mandatory_since, row.mandatory_basis),
        *(row.get_outcome_display(), row.verdict, row.exception_reason),
    )


@needs("rollout.view")
@require_GET
def rollout_opd(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    agencies = scope(request.user, "rollout.view").filter(Opd.objects.valid(on=today), "pk")
    opd = get_object_or_404(agencies, pk=pk)
    context = {
        "opd": opd,
        "cells": [(cell, _forms(cell, today)) for cell in queries.one(opd, on=today).cells],
        "events": queries.timeline(opd),
        "may_manage": allowed(actor(request), "rollout.manage"),
    }
    return render(request, "tp2dd/rollout_opd.html", context)


def _forms(cell: Cell, today: date) -> dict[str, Any]:
    """The forms of one channel; each has ids of its own, since a page holds many of them."""
    start = {"since": today}
    return {
        "steps": [
            (step, TickForm(auto_id=_ids(cell, step)), ReasonForm(auto_id=_ids(cell, step)))
            for step in cell.steps
        ],
        "pilot": PilotForm(initial=start, auto_id=f"mulai-{cell.channel}-%s"),
        "stop": ReasonForm(auto_id=f"henti-{cell.channel}-%s"),
        "verdict": VerdictForm(auto_id=f"nilai-{cell.channel}-%s"),
        "mandatory": MandatoryForm(initial=start, auto_id=f"wajib-{cell.channel}-%s"),
    }


def _ids(cell: Cell, step: Step) -> str:
    return f"{cell.channel}-{step.item.code}-%s"


@needs("rollout.manage")
@require_POST
def rollout_tick(request: HttpRequest, pk: int, channel: str, item: str) -> HttpResponse:
    return _do(request, pk, channel, TickForm, services.tick, "Syarat dicentang.", item=item)


@needs("rollout.manage")
@require_POST
def rollout_untick(request: HttpRequest, pk: int, channel: str, item: str) -> HttpResponse:
    return _do(request, pk, channel, ReasonForm, services.untick, "Centang dicabut.", item=item)


@needs("rollout.manage")
@require_POST
def rollout_start(request: HttpRequest, pk: int, channel: str) -> HttpResponse:
    return _do(request, pk, channel, PilotForm, services.start_pilot, "Uji coba dimulai.")


@needs("rollout.manage")
@require_POST
def rollout_stop(request: HttpRequest, pk: int, channel: str) -> HttpResponse:
    return _do(request, pk, channel, ReasonForm, services.stop_pilot, "Uji coba dihentikan.")


@needs("rollout.manage")
@require_POST
def rollout_judge(request: HttpRequest, pk: int, channel: str) -> HttpResponse:
    return _do(request, pk, channel, VerdictForm, services.judge, "Putusan disimpan.")


@needs("rollout.manage")
@require_POST
def rollout_require(request: HttpRequest, pk: int, channel: str) -> HttpResponse:
    return _do(request, pk, channel, MandatoryForm, services.make_mandatory, "Kanal diwajibkan.")


def _do(
    request: HttpRequest,
    pk: int,
    channel: str,
    kind: type[forms.Form],
    deed: Callable[..., object],
    done: str,
    **more: str,
) -> HttpResponse:
    carry_out(
        request, kind(request.POST), deed, done, refused=RolloutError, opd_id=pk, channel=channel, **more
    )
    return redirect("tp2dd:rollout_opd", pk=pk)
