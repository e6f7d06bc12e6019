"""Say that a newer file takes the place of an older one, after a look at what then stops counting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opd.access import Scope, actor, needs, scope
from opd.models import User
from opd.stepup import second_factor
from payments.reconciliation.forms import SuccessorForm, SupersedeForm
from payments.reconciliation.models import ImportedFile
from payments.reconciliation.queries import files as queries
from payments.reconciliation.services import superseding
from payments.reconciliation.services.superseding import SupersedeError


def offers_superseding(file: ImportedFile, reach: Scope, user: User) -> bool:
    """Whether a person may say it of this file: they upload such files, and see all its lines."""
    return superseding.may_supersede(file, user) and queries.may_download(file, reach, user)


@needs("reconciliation.view")
@require_http_methods(["GET", "POST"])
@second_factor("menyatakan berkas bank diganti")
def file_supersede(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    file = get_object_or_404(queries.files(reach, actor(request)), pk=pk)
    if not offers_superseding(file, reach, actor(request)):
        raise PermissionDenied("Berkas ini tidak dapat Anda nyatakan diganti.")
    found = superseding.successors(file)
    chooser = SuccessorForm(
        request.POST if request.method == "POST" else request.GET,
        files=[(one.pk, _named(one)) for one in found],
    )
    successor = next((one for one in found if one.pk == chooser.number("dengan")), None)
    form = SupersedeForm(request.POST or None)
    if successor and form.is_valid() and _done(request, file, successor, form):
        return redirect("reconciliation:file_detail", pk=pk)
    effect = superseding.effect(file)
    context: dict[str, Any] = {
        "file": file, "chooser": chooser, "successor": successor, "form": form, "effect": effect,
        "any": bool(found), "kept": file.lines - effect.withdrawn,
    }  # fmt: skip
    return render(request, "reconciliation/file_supersede.html", context)


def _done(request: HttpRequest, file: ImportedFile, successor: ImportedFile, form: SupersedeForm) -> bool:
    try:
        superseding.supersede(
            file_id=file.pk,
            successor_id=successor.pk,
            reason=form.cleaned_data["reason"],
            by=actor(request),
            at=timezone.now(),
        )
    except SupersedeError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"Berkas ini diganti oleh {successor.name}.")
    return True


def _named(file: ImportedFile) -> str:
    at = timezone.localtime(file.uploaded_at)
    return f"{file.name}, {at:%d/%m/%Y %H.%M} ({file.get_state_display().lower()})"
