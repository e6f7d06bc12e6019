"""/bukti/…: evidence of any room's rows. The room's own checks, registered by type, say who may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor
from opd.bodies import takes
from opd.office import attachments, symbol, uploads
from opd.office.attachments import AttachmentError, SubjectType
from opd.office.models import Attachment, UploadTicket

_MOST_FILES = 20


def _subject(request: HttpRequest, type: str, id: str, *, to_add: bool = False) -> SubjectType:
    """The registered type, once its room lets this person in; 404 where it doesn't or nothing is there."""
    known = attachments.subject_type(type)
    if known is None or not known.may_view(actor(request), id):
        raise Http404
    if to_add and not known.may_add(actor(request), id):
        raise PermissionDenied("Bukti di sini tidak dapat Anda ubah.")
    return known


def _visible(request: HttpRequest, pk: object) -> Attachment:
    rows = Attachment.objects.select_related("evidence")
    attachment = get_object_or_404(rows, pk=pk)
    _subject(request, attachment.subject_type, attachment.subject_id)
    return attachment


def context_of(request: HttpRequest, type: str, id: str) -> dict[str, Any]:
    """What ``templates/office/attachments.html`` needs, for a room's own page too."""
    known = attachments.subject_type(type)
    if known is None:
        raise Http404
    kinds = known.kinds(id)
    rows = attachments.of((type, id), also_removed=True)
    return {
        "subject": {"type": type, "id": id, "title": known.title(id), "back": known.back(actor(request), id)},
        "kinds": kinds,
        "may_add": known.may_add(actor(request), id),
        "attached": [(row, kinds.get(row.kind, row.kind)) for row in rows if row.removed_at is None],
        "taken_away": [(row, kinds.get(row.kind, row.kind)) for row in rows if row.removed_at],
    }


@require_GET
def attachment_list(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """The list alone, asked every few seconds while a phone adds to it."""
    _subject(request, type, id)
    return render(request, "office/attachment_rows.html", context_of(request, type, id) | {"may_add": False})


@takes(_MOST_FILES * 10 + 4)
@require_POST
def attachment_upload(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """One or several files of one kind; each stands for itself."""
    known = _subject(request, type, id, to_add=True)
    files = request.FILES.getlist("berkas")[:_MOST_FILES]
    if not files:
        messages.error(request, "Pilih berkas dahulu. Belum ada yang dilampirkan.")
    for file in files:
        try:
            attachments.attach(
                subject=(type, id), kind=request.POST.get("kind", ""), upload=file, by=actor(request),
                at=timezone.now(), note=request.POST.get("note", ""),
            )  # fmt: skip
        except AttachmentError as error:
            messages.error(request, f"{file.name}: {error}")
        else:
            messages.success(request, f"{file.name} sudah dilampirkan.")
    return redirect(known.back(actor(request), id))


@require_POST
def attachment_remove(request: HttpRequest, pk: object) -> HttpResponse:
    attachment = _visible(request, pk)
    known = _subject(request, attachment.subject_type, attachment.subject_id, to_add=True)
    try:
        attachments.remove(
            attachment=attachment, reason=request.POST.get("reason", ""), by=actor(request), at=timezone.now()
        )
    except AttachmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{attachment.name} sudah dicabut.")
    return redirect(known.back(actor(request), attachment.subject_id))


@require_GET
def attachment_thumbnail(request: HttpRequest, pk: object) -> HttpResponseBase:
    return attachments.thumbnail(_visible(request, pk))


@require_GET
def attachment_download(request: HttpRequest, pk: object) -> HttpResponseBase:
    return attachments.download(_visible(request, pk))


@require_POST
def ticket_open(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """ "Unggah dari ponsel": make a ticket and show its code."""
    _subject(request, type, id, to_add=True)
    ticket = uploads.open_ticket(subject=(type, id), by=actor(request), at=timezone.now())
    return redirect("office:ticket_page", ticket.pk)


@require_http_methods(["GET", "POST"])
def ticket_page(request: HttpRequest, pk: object) -> HttpResponse:
    """The code on the PC's screen, with what has arrived; POST ends the ticket."""
    ticket = get_object_or_404(UploadTicket, pk=pk, made_by=actor(request))
    known = _subject(request, ticket.subject_type, ticket.subject_id)
    if request.method == "POST":
        uploads.close_ticket(ticket=ticket, at=timezone.now())
        return redirect(known.back(actor(request), ticket.subject_id))
    address = uploads.address(ticket)
    context = context_of(request, ticket.subject_type, ticket.subject_id) | {
        "ticket": ticket,
        "open": uploads.is_open(ticket, timezone.now()),
        "address": address,
        "symbol": symbol.svg(address, "Kode QR untuk mengunggah dari ponsel"),
        "may_add": False,  # the list is drawn anew every few seconds
    }
    return render(request, "office/ticket_page.html", context)
