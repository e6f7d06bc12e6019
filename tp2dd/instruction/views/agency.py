"""One agency under an instruction: it acknowledges and reports, the secretary judges and reminds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, allowed, needs
from opd.forms import carry_out, show_refusal
from opd.office.views.documents import page_context
from opd.office.views.evidence import context_of
from tp2dd import papers as sheets
from tp2dd.instruction import papers, queries, services, subjects
from tp2dd.instruction.board import Row, board
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.forms import LetterForm, NoteForm, ReasonForm, ReportForm
from tp2dd.instruction.models import Addressee, Duty, DutyState, Reminder


@needs("instruction.view")
@require_GET
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    found = _addressee(request, pk)
    row, user = _standing(found), actor(request)
    is_open = found.instruction.is_open
    context = {
        "instruction": found.instruction, "addressee": found, "row": row, "events": queries.story(found),
        "letters": context_of(request, subjects.INSTRUCTION, str(found.instruction_id))["attached"],
        "may_acknowledge": is_open and not row.acknowledged
        and allowed(user, "instruction.answer", opd=found.opd_id),
        "may_answer": is_open and allowed(user, "instruction.answer", opd=found.opd_id),
        "may_remind": is_open and not row.is_complete and allowed(user, "instruction.remind"),
        "reminders": list(found.reminders.select_related("document")), "note_form": NoteForm(),
    }  # fmt: skip
    return render(request, "instruction/agency.html", context)


def _addressee(request: HttpRequest, pk: int) -> Addressee:
    return get_object_or_404(queries.addressed(actor(request)), pk=pk)


def _standing(found: Addressee) -> Row:
    return board(found.instruction, Scope(frozenset({found.opd_id}))).rows[0]


@needs("instruction.answer")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    found = _addressee(request, pk)
    carry_out(
        request, NoteForm(request.POST), services.acknowledge, "Tercatat: instruksi sudah diterima.",
        refused=InstructionError, addressee_id=found.pk,
    )  # fmt: skip
    return redirect("instruction:agency", pk=pk)


@needs("instruction.view")
@require_GET
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.duties(actor(request)), pk=pk)
    row, user = _standing(found.addressee), actor(request)
    mark = next(one for one in row.marks if one.point.pk == found.point_id)
    opd, is_open = found.addressee.opd_id, found.addressee.instruction.is_open
    context = {
        "duty": found, "mark": mark, "row": row, "instruction": found.addressee.instruction,
        "events": queries.events(found),
        "may_report": is_open and found.may_be_reported and allowed(user, "instruction.answer", opd=opd),
        "may_verify": is_open and found.state == DutyState.REPORTED
        and allowed(user, "instruction.verify", opd=opd),
        "report_form": ReportForm(measure=found.point.measure),
        "note_form": NoteForm(auto_id="terima-%s"), "back_form": ReasonForm(auto_id="kembali-%s"),
        **context_of(request, subjects.DUTY, str(found.pk)),
    }  # fmt: skip
    return render(request, "instruction/duty.html", context)


@needs("instruction.answer")
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.duties(actor(request)), pk=pk)
    form = ReportForm(request.POST, measure=found.point.measure)
    return _do(request, found, form, services.report, "Laporan dikirim; sekretaris TP2DD memeriksanya.")


@needs("instruction.verify")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.duties(actor(request)), pk=pk)
    return _do(request, found, NoteForm(request.POST), services.accept, "Laporan diterima.")


@needs("instruction.verify")
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.duties(actor(request)), pk=pk)
    return _do(request, found, ReasonForm(request.POST), services.send_back, "Laporan dikembalikan ke OPD.")


def _do(request: HttpRequest, found: Duty, form: forms.Form, deed: Any, done: str) -> HttpResponse:
    carry_out(request, form, deed, done, refused=InstructionError, duty_id=found.pk)
    return redirect("instruction:duty", pk=found.pk)


@needs("instruction.remind")
@require_http_methods(["GET", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it is offered; a POST issues it with what the secretary made of it."""
    found = _addressee(request, pk)
    row = _standing(found)
    form = LetterForm(request.POST or None, initial={"text": papers.prefilled(found.instruction, row)})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.remind(
                addressee_id=found.pk, text=form.cleaned_data["text"], by=actor(request), at=timezone.now()
            )
        except InstructionError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Surat {made.document.number} terbit.")
            return redirect("instruction:reminder", pk=made.pk)
    context = {"addressee": found, "instruction": found.instruction, "row": row, "form": form}
    return render(request, "instruction/remind.html", context)


def _reminder(request: HttpRequest, pk: int) -> Reminder:
    return get_object_or_404(queries.reminders(actor(request)), pk=pk)


@needs("instruction.view")
@require_GET
def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    found = _reminder(request, pk)
    context = {**page_context(found.document, papers.REMINDER), "reminder": found}
    return render(request, papers.REMINDER.template, context)


@needs("instruction.view")
@require_GET
@reads_replica
def reminder_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = _reminder(request, pk)
    paper, facts = found.document, found.document.facts
    content = sheets.as_pdf(
        papers.REMINDER.label, facts["sections"], number=paper.number, at=found.at, signed=facts["signers"],
        on=paper.day, office=facts["office"],
    )  # fmt: skip
    return sheets.pdf_answer(content, f"pengingat-{found.pk}.pdf")
