"""Teach the layout of a bank's file on one of them: choose the columns, look at the proof, keep it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import actor, allowed, needs, scope
from opd.models import User
from payments.money import format_rupiah
from payments.reconciliation.layout_forms import SettlementLayoutForm, StatementLayoutForm
from payments.reconciliation.models import ImportedFile
from payments.reconciliation.parsers.rows import ParseError
from payments.reconciliation.queries import files as queries
from payments.reconciliation.services import examples
from payments.reconciliation.services.examples import TeachError
from payments.reconciliation.sources import SourceKind

_FORMS: dict[SourceKind, Any] = {
    SourceKind.SETTLEMENT: SettlementLayoutForm,
    SourceKind.STATEMENT: StatementLayoutForm,
}
_TOTALS = {
    SourceKind.SETTLEMENT: {"gross": "Bruto", "mdr": "MDR", "net": "Neto"},
    SourceKind.STATEMENT: {
        "opening": "Saldo awal", "credit": "Masuk", "debit": "Keluar", "closing": "Saldo akhir",
    },
}  # fmt: skip


def kinds_taught(user: User) -> list[SourceKind]:
    """The kinds of file whose layouts this person may teach."""
    return [kind for kind, permission in examples.PERMISSIONS.items() if allowed(user, permission)]


@needs("reconciliation.view")
@require_http_methods(["GET", "POST"])
def teach(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    file = get_object_or_404(queries.files(reach, actor(request)), pk=pk)
    if not kinds_taught(actor(request)):
        raise PermissionDenied("Mengenalkan bentuk berkas adalah tugas yang mengunggahnya.")
    if not examples.can_be_taught(file):
        raise Http404("Berkas ini tidak menunggu dikenalkan.")
    try:
        kind = _kind(request, file)
        guess = examples.guess(file, kind)
    except ParseError as error:
        messages.error(request, f"Berkas ini bukan tabel CSV atau XLSX. {error}")
        return redirect("reconciliation:file_detail", pk=pk)
    form = _FORMS[kind](request.POST or None, guess=guess)
    context = _context(request, file, kind, form, guess)
    layout = form.layout() if form.is_bound else guess.layout
    if layout is None:
        return render(request, "reconciliation/file_teach.html", context, status=400)
    given = form.given() if form.is_bound else {}
    if request.POST.get("simpan") and form.is_valid() and _keep(request, file, form, layout, given):
        return redirect("reconciliation:file_detail", pk=pk)
    trial = examples.trial(file, layout, given)
    context |= {"trial": trial, "totals": _totals(kind, trial.totals)}
    return render(request, "reconciliation/file_teach.html", context)


def _kind(request: HttpRequest, file: ImportedFile) -> SourceKind:
    """The kind that was chosen, else the one that the file looks like, where the person may teach it."""
    may = kinds_taught(actor(request))
    chosen = request.POST.get("jenis") or request.GET.get("jenis")
    wanted = SourceKind(chosen) if chosen in set(SourceKind) else examples.likely_kind(file)
    return wanted if wanted in may else may[0]


def _context(
    request: HttpRequest, file: ImportedFile, kind: SourceKind, form: Any, guess: examples.Guess
) -> dict[str, Any]:
    others = [(other, examples.LABELS[other]) for other in kinds_taught(actor(request)) if other != kind]
    return {
        "file": file,
        "kind": kind,
        "label": examples.LABELS[kind],
        "others": others,
        "form": form,
        "header": guess.header,
        "rows": [list(zip(guess.header, row, strict=True)) for row in guess.rows],
    }


def _keep(request: HttpRequest, file: ImportedFile, form: Any, layout: Any, given: dict[str, str]) -> bool:
    """Keep the layout and import the file by it; False where it cannot, with the reason in the form."""
    name = form.cleaned_data["nama"]
    try:
        examples.teach(
            file_id=file.pk, name=name, layout=layout, given=given, by=actor(request), at=timezone.now()
        )
    except TeachError as error:
        form.add_error(None, str(error))
        return False
    messages.success(
        request, "Bentuk berkas dikenal. Berkas berikutnya dengan judul kolom ini dibaca sendiri."
    )
    return True


def _totals(kind: SourceKind, totals: Any) -> list[tuple[str, str]]:
    if totals is None:
        return []
    return [(label, format_rupiah(getattr(totals, name))) for name, label in _TOTALS[kind].items()]
