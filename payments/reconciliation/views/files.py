"""Files from banks: upload, follow, look inside (Berkas bank)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import Scope, actor, allowed, needs, scope
from opd.bodies import takes
from opd.models import User
from opd.office import evidence
from payments.money import format_rupiah
from payments.reconciliation import services, sources
from payments.reconciliation.forms import AnswerForm, FileFilter, LineFilter
from payments.reconciliation.models import FileState, ImportedFile
from payments.reconciliation.parsers.rows import ParseError
from payments.reconciliation.queries import files as queries
from payments.reconciliation.queries.continuity import gaps
from payments.reconciliation.services import examples
from payments.reconciliation.services.files import MAX_BYTES, answer, look, needs_answers
from payments.reconciliation.sources import SourceKind
from payments.reconciliation.views.examples import kinds_taught
from payments.reconciliation.views.superseding import offers_superseding

_MOST_FILES = 20


@needs("reconciliation.view")
@require_GET
@reads_replica
def file_list(request: HttpRequest) -> HttpResponse:
    form = FileFilter(request.GET)
    found = queries.files(scope(request.user, "reconciliation.view"), actor(request))
    if form.word("jenis"):
        found = found.filter(kind=form.word("jenis"))
    if form.word("keadaan"):
        found = found.filter(state=form.word("keadaan"))
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {"form": form, "page": page, "takes": _takes(actor(request))}
    context["takes_statements"] = allowed(actor(request), "statement.upload")
    return render(request, "reconciliation/file_list.html", context)


@needs("reconciliation.view")
@takes(MAX_BYTES // 2**20 + 1)
@require_POST
def file_upload(request: HttpRequest) -> HttpResponse:
    """One or several files at once, together no larger than one may be; each stands for itself."""
    user = actor(request)
    if not _takes(user):
        raise PermissionDenied("Mengunggah berkas bank adalah tugas bendahara penerimaan dan Kuasa BUD.")
    uploads = request.FILES.getlist("berkas")[:_MOST_FILES]
    if not uploads:
        messages.error(request, "Pilih berkas dahulu. Belum ada yang diunggah.")
    taken = [file for file in (_take(request, user, upload) for upload in uploads) if file]
    if len(taken) == 1:
        return redirect("reconciliation:file_detail", pk=taken[0].pk)
    return redirect("reconciliation:file_list")


def _take(request: HttpRequest, user: User, upload: UploadedFile) -> ImportedFile | None:
    name = upload.name or "tanpa nama"
    now = timezone.now()
    seen = look(upload.open())
    if seen.source and not seen.problem and not allowed(user, seen.source.permission):
        messages.error(request, f"{name}: {seen.source.label} bukan tugas Anda. Berkas ini tidak disimpan.")
        return None
    try:
        file = services.import_file(profile="", name=name, content=upload, by=user, at=now, seen=seen)
    except services.UploadError as error:
        messages.error(request, f"{name}: {error}")
        return None
    if file.uploaded_at != now:
        messages.info(
            request, f"{name}: isi yang sama sudah pernah diunggah; tidak ada yang dihitung dua kali."
        )
    return file


def _takes(user: User) -> list[str]:
    """The kinds of file this person uploads."""
    kinds = {source.kind: None for source in sources.sources() if allowed(user, source.permission)}
    return [sources.KIND_LABELS[kind] for kind in kinds]


@needs("reconciliation.view")
@require_GET
def file_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reach = scope(request.user, "reconciliation.view")
    file = _visible(request, reach, pk)
    form = LineFilter(request.GET)
    context: dict[str, Any] = {
        "file": file,
        "form": form,
        "totals": _totals(file),
        "events": _events(file),
        "may_download": queries.may_download(file, reach, actor(request)),
        "may_rerun": _may_rerun(file, actor(request)),
        "may_teach": examples.can_be_taught(file) and bool(kinds_taught(actor(request))),
        "may_supersede": offers_superseding(file, reach, actor(request)),
        "supersedes": file.supersedes.exclude(supersede_reason="").order_by("pk"),
        "gaps": gaps(file),
        "answers": _answers(file, actor(request)),
        "partial": reach.opd_ids is not None,
    }
    if file.loaded_at:
        page = _page(request, file, reach, form.word("baris"))
        context |= {"page": page, "lines": [_view(file, line) for line in page]}
    return render(request, "reconciliation/file_detail.html", context)


def _page(request: HttpRequest, file: ImportedFile, reach: Scope, only: str) -> Any:
    settlement = file.kind == SourceKind.SETTLEMENT
    found: Any = (
        queries.settlement_lines(file, reach, only) if settlement else queries.statement_lines(file, only)
    )
    return Paginator(found, 100).get_page(request.GET.get("halaman"))


def _view(file: ImportedFile, line: Any) -> Any:
    if file.kind == SourceKind.SETTLEMENT:
        return queries.settlement_view(line)
    return queries.statement_view(line)


def _totals(file: ImportedFile) -> list[tuple[str, str]]:
    words = {
        "gross": "Bruto",
        "mdr": "MDR",
        "net": "Neto",
        "opening": "Saldo awal",
        "debit": "Keluar",
        "credit": "Masuk",
        "closing": "Saldo akhir",
    }
    return [(words[name], format_rupiah(Decimal(file.totals[name]))) for name in words if name in file.totals]


def _events(file: ImportedFile) -> list[dict[str, Any]]:
    steps = [
        (file.uploaded_at, "Diunggah", file.by or "sistem"),
        (file.loaded_at, "Terbaca, angka kontrol cocok", ""),
        (file.finished_at, _ended(file), ""),
        (file.superseded_at, _superseded(file), file.superseded_by_user or "sistem"),
    ]
    return [{"at": at, "text": text, "by": by} for at, text, by in steps if at]


def _ended(file: ImportedFile) -> str:
    """How its work ended, before another file took its place."""
    if file.state == FileState.SUPERSEDED:
        return str((FileState.DONE if file.loaded_at else FileState.REFUSED).label)
    return file.get_state_display()


def _superseded(file: ImportedFile) -> str:
    reason = f": {file.supersede_reason}" if file.supersede_reason else ", bernama sama"
    return f"Diganti oleh {file.superseded_by.name}{reason}" if file.superseded_by else ""


def _answers(file: ImportedFile, user: User) -> AnswerForm | None:
    """The form for what the file's layout asks of a person, where this one may answer."""
    asked = needs_answers(file)
    if not asked or not allowed(user, sources.source(file.profile).permission):
        return None
    return AnswerForm(None, asked=asked)


@needs("reconciliation.view")
@require_POST
def file_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the file's layout asks, and let it be read."""
    file = _visible(request, scope(request.user, "reconciliation.view"), pk)
    asked = needs_answers(file)
    form = AnswerForm(request.POST, asked=asked)
    if asked and form.is_valid():
        try:
            answer(file_id=pk, given=form.given(), by=actor(request), at=timezone.now())
        except (services.RerunError, ParseError) as error:
            messages.error(request, str(error))
    else:
        messages.error(request, "Isian belum lengkap atau tidak terbaca. Berkas belum dikerjakan.")
    return redirect("reconciliation:file_detail", pk=pk)


def _may_rerun(file: ImportedFile, user: User) -> bool:
    if not file.profile or file.is_waiting or file.state == FileState.SUPERSEDED:
        return False
    return allowed(user, sources.source(file.profile).permission)


@needs("reconciliation.view")
@require_GET
def file_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The small fragment that the detail page asks for each second while a worker runs."""
    file = _visible(request, scope(request.user, "reconciliation.view"), pk)
    response = render(request, "reconciliation/file_progress.html", {"file": file})
    if not file.is_waiting:
        response["HX-Refresh"] = "true"
    return response


@needs("reconciliation.view")
@require_GET
def file_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    file = _visible(request, reach, pk)
    if not queries.may_download(file, reach, actor(request)):
        raise PermissionDenied("Berkas asli memuat baris OPD lain.")
    return evidence.attachment(file.evidence)


@needs("reconciliation.view")
@require_POST
def file_rerun(request: HttpRequest, pk: int) -> HttpResponse:
    file = _visible(request, scope(request.user, "reconciliation.view"), pk)
    if not _may_rerun(file, actor(request)):
        raise PermissionDenied("Berkas ini tidak dapat Anda jalankan lagi.")
    try:
        services.rerun(file_id=file.pk, by=actor(request), at=timezone.now())
    except services.RerunError as error:
        messages.error(request, str(error))
    return redirect("reconciliation:file_detail", pk=pk)


def _visible(request: HttpRequest, reach: Scope, pk: int) -> ImportedFile:
    return get_object_or_404(queries.files(reach, actor(request)), pk=pk)
