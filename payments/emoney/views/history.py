"""The issuer's files: upload, look, save or drop."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, needs, require
from opd.office import evidence
from payments.emoney import queries, services
from payments.emoney.errors import BadFile, EmoneyError
from payments.emoney.forms import HistoryForm
from payments.emoney.models import HistoryFile, HistoryState


@needs("emoney.manage")
@require_http_methods(["GET", "POST"])
@reads_replica
def history_list(request: HttpRequest) -> HttpResponse:
    """The files so far, and the way in for the next one."""
    user = actor(request)
    form = HistoryForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = services.upload_history(upload=upload, name=upload.name, by=user, at=timezone.now())
            return redirect("emoney:history_detail", pk=file.pk)
        except BadFile as error:
            problems = error.sentences
        except EmoneyError as error:
            problems = [str(error)]
    found = queries.files(require(user, "emoney.manage"))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    return render(request, "emoney/history_list.html", {"form": form, "page": page, "problems": problems})


@needs("emoney.manage")
@require_GET
def history_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: what saving would add. A saved file: what it added."""
    file = _visible(request, pk)
    context: dict[str, object] = {"file": file, "problems": []}
    if file.state == HistoryState.DRAFT:
        try:
            fit = services.fits(file)
            context |= {"fit": fit, "lines": fit.new[:200], "more": max(0, len(fit.new) - 200)}
        except BadFile as error:
            context["problems"] = error.sentences
    else:
        context["lines"] = list(file.movements.order_by("position")[:200])
    return render(request, "emoney/history_detail.html", context)


@needs("emoney.manage")
@require_GET
def history_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    return evidence.attachment(_visible(request, pk).evidence)


@needs("emoney.manage")
@require_POST
def history_save(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    try:
        file = services.save_history(file_id=pk, by=actor(request), at=timezone.now())
    except EmoneyError as error:
        messages.error(request, str(error))
        return redirect("emoney:history_detail", pk=pk)
    messages.success(request, f"Riwayat tersimpan: {file.new_rows} transaksi baru dari {file.rows} baris.")
    return redirect("emoney:card_detail", pk=file.card_id)


@needs("emoney.manage")
@require_POST
def history_drop(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    file = services.drop_history(file_id=pk, by=actor(request), at=timezone.now())
    if file.state == HistoryState.DROPPED:
        messages.success(request, "Berkas dibuang. Tidak ada transaksi yang tersimpan darinya.")
    else:
        messages.info(request, "Berkas ini sudah tersimpan sebelumnya dan tidak dapat dibuang.")
    return redirect("emoney:history_list")


def _visible(request: HttpRequest, pk: int) -> HistoryFile:
    rows = HistoryFile.objects.select_related("card__holder", "opd", "evidence", "uploaded_by", "closed_by")
    return get_object_or_404(require(actor(request), "emoney.manage").filter(rows), pk=pk)
