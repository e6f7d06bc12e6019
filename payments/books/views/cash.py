"""Cash and panjar: what is in the safe, who holds advances, and the forms that move them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.office.exports import csv_response
from opd.stepup import second_factor
from payments.books import services
from payments.books.forms import CashForm, InspectionForm
from payments.books.models import CashInspection, CashKind, CashMovement
from payments.books.queries import ledger, unfinished
from payments.books.services.cash import warning
from payments.books.shelf import CASH
from payments.books.views.choosing import chosen, own_opd
from payments.money import format_rupiah

WORDS = {
    "ambil": (CashKind.WITHDRAWN, "Ambil tunai dari bank"),
    "setor": (CashKind.DEPOSITED, "Setor tunai ke bank"),
    "panjar": (CashKind.ADVANCE, "Beri panjar"),
    "belanja-panjar": (CashKind.SPENT, "Pertanggungjawabkan panjar"),
    "sisa-panjar": (CashKind.RETURNED, "Terima sisa panjar"),
}
HELP = {
    CashKind.SPENT: "Catat belanjanya sebagai belanja tunai di halaman Belanja; di sini panjarnya berkurang.",
    CashKind.RETURNED: "Sisa panjar kembali ke brankas, atau ke rekening bila Anda mencentangnya.",
    CashKind.ADVANCE: "Panjar keluar dari brankas, atau dari rekening bila Anda mencentangnya.",
}
HEADER = ("tanggal", "tanggal_buku", "jenis", "jumlah", "pemegang", "rujukan", "keperluan", "jurnal", "oleh")


@needs("books.view")
@require_GET
@reads_replica
def cash_list(request: HttpRequest) -> HttpResponseBase:
    choice = chosen(request, "books.view")
    context: dict[str, Any] = {"choice": choice, "form": choice.form, "words": WORDS}
    if choice.opd:
        today = timezone.localdate()
        rows = CashMovement.objects.filter(opd=choice.opd, moved_date__range=(choice.first, choice.last))
        rows = rows.select_related("holder", "made_by")
        if request.GET.get("unduh") == "csv":
            return csv_response(
                f"tunai-{choice.bulan}.csv", HEADER, map(_cells, rows.iterator(chunk_size=500))
            )
        context |= {
            "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
            "panjar": unfinished.advances(choice.opd.pk, today),
            "held": format_rupiah(ledger.balances(choice.opd.pk, today)[CASH]),
            "warning": warning(choice.opd.pk, today),
            "inspections": CashInspection.objects.filter(opd=choice.opd)[:5],
            "may_move": allowed(actor(request), "books.close", opd=choice.opd),
        }
    return render(request, "books/cash_list.html", context)


def _cells(row: CashMovement) -> tuple[object, ...]:
    return (
        row.moved_date, row.effective_date, row.get_kind_display(), row.amount, row.holder, row.reference,
        row.reason, row.journal, row.made_by,
    )  # fmt: skip


@needs("books.close")
@second_factor("memindahkan uang tunai atau panjar")
@require_http_methods(["GET", "POST"])
def cash_move(request: HttpRequest, opd_id: int, word: str) -> HttpResponse:
    """One form for each kind of movement; a repeated press records it once."""
    opd = own_opd(request, "books.close", opd_id)
    if word not in WORDS:
        raise Http404
    kind, title = WORDS[word]
    today = timezone.localdate()
    panjar = unfinished.advances(opd.pk, today)
    form = CashForm(request.POST or None, kind=kind, opd=opd, today=today, panjar=panjar)
    if request.method == "POST" and form.is_valid() and _moved(request, form, kind, opd):
        return redirect("books:cash_list")
    context = {
        "form": form, "opd": opd, "title": title, "help": HELP.get(kind, ""),
        "nothing": kind in (CashKind.SPENT, CashKind.RETURNED) and not panjar,
        "held": format_rupiah(ledger.balances(opd.pk, today)[CASH]),
    }  # fmt: skip
    return render(request, "books/cash_form.html", context)


def _moved(request: HttpRequest, form: CashForm, kind: CashKind, opd: Opd) -> bool:
    data = form.cleaned_data
    draft = services.CashDraft(
        request_key=data["request_key"], opd_id=opd.pk, kind=kind, amount=data["amount"],
        moved_date=data["moved_date"], reference=data["reference"], reason=data["reason"],
        in_bank=bool(data.get("in_bank")), holder_id=data["holder"].pk if data.get("holder") else None,
        advance_id=data.get("advance") or None,
    )  # fmt: skip
    try:
        row = services.move_cash(draft=draft, by=actor(request), at=timezone.now())
    except services.BookError as error:
        show_refusal(form, error)
        return False
    messages.success(
        request, f"{row.get_kind_display()}: {format_rupiah(row.amount)} tercatat dan dibukukan."
    )
    return True


@needs("books.close")
@require_http_methods(["GET", "POST"])
def inspect(request: HttpRequest, opd_id: int) -> HttpResponse:
    """Count notes and coins; the berita acara prints from what was counted."""
    opd = own_opd(request, "books.close", opd_id)
    today = timezone.localdate()
    form = InspectionForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.inspect_cash(
                opd_id=opd.pk, day=form.cleaned_data["day"], counted=form.counted,
                explanation=form.cleaned_data["explanation"], by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except services.BookError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Pemeriksaan kas dicatat; berita acaranya siap dicetak.")
            return redirect("books:inspection_list")
    held = format_rupiah(ledger.balances(opd.pk, today)[CASH])
    return render(request, "books/inspection_form.html", {"form": form, "opd": opd, "held": held})


@needs("books.view")
@require_GET
def inspection_list(request: HttpRequest) -> HttpResponse:
    choice = chosen(request, "books.view")
    reach = scope(request.user, "books.view")
    rows = reach.filter(CashInspection.objects.select_related("opd", "by"))
    rows = rows.filter(opd=choice.opd) if choice.opd else rows.none()
    context = {
        "choice": choice, "form": choice.form,
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "may_inspect": choice.opd is not None and allowed(actor(request), "books.close", opd=choice.opd),
    }  # fmt: skip
    return render(request, "books/inspection_list.html", context)
