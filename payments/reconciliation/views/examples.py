"""Teach a bank's layout on one of its files: choose the columns, look at the proof, keep it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, needs, scope
from payments.money import format_rupiah
from payments.reconciliation.forms import LayoutForm
from payments.reconciliation.parsers.rows import ParseError, StatementTotals
from payments.reconciliation.queries import files as queries
from payments.reconciliation.services import examples
from payments.reconciliation.services.examples import TeachError


@needs("statement.upload")
@require_http_methods(["GET", "POST"])
def teach(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    file = get_object_or_404(queries.files(reach, actor(request)), pk=pk)
    if not examples.can_be_taught(file):
        raise Http404("Berkas ini tidak menunggu dikenalkan.")
    try:
        guess = examples.guess(file)
    except ParseError as error:
        messages.error(request, f"Berkas ini bukan tabel CSV atau XLSX. {error}")
        return redirect("reconciliation:file_detail", pk=pk)
    form = LayoutForm(request.POST or None, guess=guess)
    layout = form.layout() if form.is_bound else guess.layout
    context: dict[str, Any] = {"file": file, "form": form, "header": guess.header}
    context["rows"] = [list(zip(guess.header, row, strict=True)) for row in guess.rows]
    if layout is None:
        return render(request, "reconciliation/file_teach.html", context, status=400)
    if request.POST.get("simpan") and form.is_valid():
        name = form.cleaned_data["nama"]
        try:
            examples.teach(file_id=pk, name=name, layout=layout, by=actor(request), at=timezone.now())
        except TeachError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Bentuk berkas dikenal. Berkas berikutnya dengan judul kolom ini dibaca sendiri."
            )
            return redirect("reconciliation:file_detail", pk=pk)
    trial = examples.trial(file, layout)
    context |= {"trial": trial, "totals": _totals(trial.totals)}
    return render(request, "reconciliation/file_teach.html", context)


def _totals(totals: StatementTotals | None) -> list[tuple[str, str]]:
    if totals is None:
        return []
    names = {"opening": "Saldo awal", "credit": "Masuk", "debit": "Keluar", "closing": "Saldo akhir"}
    return [(label, format_rupiah(getattr(totals, name))) for name, label in names.items()]
