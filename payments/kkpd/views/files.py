"""A bill in its bank's own writing: say what its columns are, look at the proof, import it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opd.access import actor, needs, scope
from opd.office.byexample import ParseError
from payments.kkpd import services
from payments.kkpd.errors import KkpdError
from payments.kkpd.example import Guess, Layout
from payments.kkpd.layout_forms import BillLayoutForm
from payments.kkpd.models import BillFile
from payments.kkpd.reading import BillRefused
from payments.kkpd.services import taught
from payments.kkpd.views.shared import try_deed

_SHOWN = 5


@needs("kkpd.bill")
@require_http_methods(["GET", "POST"])
def file_teach(request: HttpRequest, pk: UUID) -> HttpResponse:
    file = _visible(request, pk)
    if file.bill_id:
        return redirect("kkpd:bill_detail", file.bill_id)
    if file.dropped_at:
        messages.error(request, f"Berkas ini sudah dibatalkan: {file.reason}.")
        return redirect("kkpd:bill_list")
    try:
        guess, name = _guess(file)
    except ParseError as error:
        messages.error(request, str(error))
        return redirect("kkpd:bill_list")
    form = BillLayoutForm(request.POST or None, guess=guess, name=name)
    layout = form.layout() if form.is_bound else guess.layout
    if layout is None:
        return _page(request, file, guess, form, status=400)
    given = form.given() if form.is_bound else guess.told
    if request.POST.get("simpan") and form.is_valid():
        bill = _keep(request, file, form, layout, given)
        if bill:
            return redirect("kkpd:bill_detail", bill.pk)
    return _page(request, file, guess, form, trial=taught.trial(file, layout, given))


def _guess(file: BillFile) -> tuple[Guess, str]:
    """What the file seems to be, by the layout that knows its header where one does, and that one's name."""
    guess, profile = taught.guess(file)
    if profile is None:
        return guess, ""
    return replace(guess, layout=Layout.from_json(profile.layout)), profile.name


def _page(
    request: HttpRequest,
    file: BillFile,
    guess: Guess,
    form: BillLayoutForm,
    *,
    trial: taught.Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "file": file,
        "form": form,
        "trial": trial,
        "read": trial.sheet.rows[:_SHOWN] if trial and trial.sheet else [],
        "header": guess.header,
        "rows": [list(zip(guess.header, row, strict=False)) for row in guess.rows],
    }
    return render(request, "kkpd/file_teach.html", context, status=status)


def _keep(
    request: HttpRequest, file: BillFile, form: BillLayoutForm, layout: Layout, given: dict[str, str]
) -> Any:
    """Import the file by the layout; None where it cannot be, with the reason in the form."""
    name = form.cleaned_data["nama"]
    try:
        bill = services.teach(
            file_id=file.pk, name=name, layout=layout, given=given, by=actor(request), at=timezone.now()
        )
    except KkpdError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except BillRefused as error:
        for sentence in error.sentences:
            form.add_error(None, sentence)
    else:
        messages.success(request, f"Tagihan {bill.number} diimpor: {bill.count} transaksi.")
        return bill
    return None


@needs("kkpd.bill")
@require_POST
def file_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    file = _visible(request, pk)
    done = "Berkas dibatalkan; aslinya tetap disimpan."
    dropped = try_deed(
        request, services.drop, done=done, file_id=file.pk, reason=request.POST.get("alasan", "")
    )
    return redirect("kkpd:bill_list") if dropped else redirect("kkpd:file_teach", pk)


def _visible(request: HttpRequest, pk: UUID) -> BillFile:
    rows = BillFile.objects.select_related("evidence", "opd")
    found: BillFile = get_object_or_404(scope(request.user, "kkpd.bill").filter(rows), pk=pk)
    return found
