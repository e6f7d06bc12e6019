"""The register of documents, their printed page, and the public page that proves one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from config.replica import reads_replica
from opd.access import needs, scope
from opd.office import documents, evidence, register
from opd.office.exports import csv_response
from opd.office.forms import DocumentFilter
from opd.office.models import Document
from opd.office.throttle import address, too_often

HEADER = (
    *("jenis", "nomor", "nomor_resmi", "tanggal", "opd", "judul", "jumlah", "diterbitkan", "oleh", "keadaan"),
    *("dibatalkan", "alasan", "sha256"),
)
STATES = {"valid": ("ok", _("Berlaku")), "draft": ("wait", _("Konsep")), "voided": ("bad", _("Dibatalkan"))}


@needs("documents.view")
@require_GET
@reads_replica
def document_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "documents.view")
    form = DocumentFilter(request.GET, reach)
    chosen = {name: form.value(name) for name in ("kind", "opd", "year")}
    found = register.rows(reach, **chosen, state=form.value("state"))
    if request.GET.get("unduh") == "csv":
        return csv_response("dokumen.csv", HEADER, _lines(found))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    runs = register.runs(reach, **chosen)
    context = {
        "form": form, "page": page, "runs": runs, "gaps": sum(run.gaps for run in runs),
        "rows": [(document, register.label_of(document.kind), *STATES[document.state]) for document in page],
    }  # fmt: skip
    return render(request, "office/document_list.html", context)


def _lines(found: QuerySet[Document]) -> Iterator[list[Any]]:
    for one in found.iterator(chunk_size=500):
        yield [
            register.label_of(one.kind), one.number_text, one.official_number, one.day, one.opd.name,
            one.title, one.amount, one.issued_at, one.issued_by, STATES[one.state][1],
            one.voided_at, one.void_reason, one.sha256,
        ]  # fmt: skip


@needs("documents.view")
@require_GET
def document_print(request: HttpRequest, token: str) -> HttpResponse:
    reach = scope(request.user, "documents.view")
    document = get_object_or_404(reach.filter(Document.objects.select_related("opd")), token=token)
    try:
        kind = documents.kind(document.kind)
    except KeyError as error:
        raise Http404 from error
    return render(request, kind.template, page_context(document, kind))


@needs("documents.view")
@require_GET
def document_official(request: HttpRequest, token: str) -> HttpResponseBase:
    """The signed file that came with an official number."""
    found = scope(request.user, "documents.view").filter(Document.objects.select_related("official_file"))
    document = get_object_or_404(found, token=token, official_file__isnull=False)
    assert document.official_file is not None
    return evidence.attachment(document.official_file)


def page_context(document: Document, kind: documents.Kind) -> dict[str, Any]:
    """What a printed page stands on: the facts as they were issued, and nothing live."""
    facts = document.facts
    return {"document": document, "kind": kind, "facts": facts, "signers": facts.get("signers", [])}


@require_safe
@login_not_required
@never_cache
def verification(request: HttpRequest, token: str) -> HttpResponse:
    """What a stranger may know of a document: that it is ours, and whether it stands. No personal data."""
    if too_often("verifikasi", address(request), most=60, seconds=300):
        return render(request, "office/too_often.html", status=429)
    document = Document.objects.select_related("opd").filter(token=token).first()
    if document is None:
        return render(request, "office/verification_unknown.html", status=404)
    tone, label = STATES[document.state]
    context = {
        "document": document, "label": register.label_of(document.kind), "tone": tone, "state": label,
        "short": document.sha256[:16],
    }  # fmt: skip
    return render(request, "office/verification.html", context)
