"""/unggah/<token>/: the phone's page, for whoever holds the code; works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opd.bodies import takes
from opd.office import attachments, uploads
from opd.office.attachments import AttachmentError
from opd.office.forms import UploadForm
from opd.office.models import Attachment, UploadTicket
from opd.office.throttle import address, too_often


@takes(UploadTicket.MOST_FILES * 10 + 4)
@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def upload(request: HttpRequest, token: str) -> HttpResponse:
    if too_often("unggah", address(request), most=120, seconds=300):
        return render(request, "office/too_often.html", status=429)
    ticket = UploadTicket.objects.select_related("made_by").filter(token=token).first()
    known = attachments.subject_type(ticket.subject_type) if ticket else None
    if ticket is None or known is None or not uploads.is_open(ticket, timezone.now()):
        return render(request, "office/upload_over.html", {"ticket": ticket}, status=410)
    form = UploadForm(known.kinds(ticket.subject_id), request.POST or None)
    taken: list[Attachment] = []
    problems: list[str] = []
    if request.method == "POST":
        taken, problems = _take(request, ticket, form)
    context: dict[str, Any] = {
        "ticket": ticket, "form": form, "taken": taken, "problems": problems,
        "title": known.title(ticket.subject_id),
    }  # fmt: skip
    return render(request, "office/upload.html", context)


def _take(request: HttpRequest, ticket: UploadTicket, form: UploadForm) -> tuple[list[Attachment], list[str]]:
    """Each file stands for itself: what arrived, and what was wrong with the rest."""
    if not form.is_valid():
        return [], [str(problem) for problem in form.errors.get("kind", [])]
    files = [*request.FILES.getlist("foto"), *request.FILES.getlist("berkas")]
    if not files:
        return [], ["Ambil foto atau pilih berkas dahulu. Belum ada yang terkirim."]
    taken, problems = [], []
    for file in files[: UploadTicket.MOST_FILES]:
        try:
            taken.append(_one(ticket, form, file))
        except (AttachmentError, PermissionDenied) as error:
            problems.append(f"{file.name}: {error}")
    return taken, problems


def _one(ticket: UploadTicket, form: UploadForm, file: UploadedFile) -> Attachment:
    return uploads.receive(ticket=ticket, kind=form.cleaned_data["kind"], upload=file, at=timezone.now())
