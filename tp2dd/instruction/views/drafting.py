"""Writing an instruction down, issuing it, and closing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opd.access import actor, needs
from opd.forms import carry_out, show_refusal
from opd.stepup import second_factor
from tp2dd.instruction import services
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.forms import ClosingForm, DraftForm, PointForm, ReasonForm
from tp2dd.instruction.models import Instruction, State


@needs("instruction.draft")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A draft; all agencies of today are ticked to begin with."""
    today = timezone.localdate()
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm(initial={"day": today})
    if request.method == "GET":
        offices: Any = form.fields["opds"]
        form.initial["opds"] = [opd.pk for opd in offices.queryset]
    return _write(
        request, form, services.draft, {}, "Konsep disimpan. Tambah butirnya dan lampirkan suratnya."
    )


@needs("instruction.draft")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Instruction.objects.filter(state=State.DRAFT), pk=pk)
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm.of(row)
    return _write(request, form, services.edit, {"instruction_id": pk}, "Konsep diubah.")


def _write(request: HttpRequest, form: DraftForm, deed: Any, more: dict[str, int], done: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            row = deed(by=actor(request), at=timezone.now(), **more, **form.asked)
        except InstructionError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("instruction:page", pk=row.pk)
    return render(
        request,
        "instruction/write.html",
        {"form": form, "is_new": not more, "pk": more.get("instruction_id")},
    )


@needs("instruction.draft")
@require_POST
def add_point(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, PointForm(request.POST), services.add_point, "Butir ditambah.")


@needs("instruction.draft")
@require_POST
def remove_point(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    form = forms.Form(request.POST)
    return _do(request, pk, form, services.remove_point, "Butir dihapus.", serial=serial)


@needs("instruction.draft")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ReasonForm(request.POST), services.drop, "Konsep dibatalkan.")


@needs("instruction.issue")
@second_factor("menerbitkan instruksi")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Instruksi berlaku; setiap OPD yang dituju melihatnya di berandanya."
    return _do(request, pk, forms.Form(request.POST), services.issue, done)


@needs("instruction.close")
@second_factor("menutup instruksi")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request, pk, ClosingForm(request.POST), services.close, "Instruksi ditutup; ringkasannya dibekukan."
    )


def _do(request: HttpRequest, pk: int, form: forms.Form, deed: Any, done: str, **more: Any) -> HttpResponse:
    carry_out(request, form, deed, done, refused=InstructionError, instruction_id=pk, **more)
    return redirect("instruction:page", pk=pk)
