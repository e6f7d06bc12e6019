"""What is hung at the gate (Pengaturan → Titik): the acquirer's static QRIS, the poster, the tariff board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from opd.access import actor, needs
from opd.forms import ReasonForm
from opd.office import symbol
from retribusi import poster
from retribusi.forms_points import StaticQrisForm
from retribusi.models import CollectionPoint, StaticQris
from retribusi.services import static_qris
from retribusi.services.points import PointError
from retribusi.views.points import form_page, load_point
from retribusi.views.shared import visitor


def _poster(size: Literal["A4", "A5"]) -> Callable[[poster.Poster], bytes]:
    def draw(sheet: poster.Poster) -> bytes:
        from retribusi import poster_pdf

        return poster_pdf.poster_pdf(sheet, size)

    return draw


def _board(sheet: poster.Poster) -> bytes:
    from retribusi import poster_pdf

    return poster_pdf.board_pdf(sheet)


PRINTS: dict[str, tuple[str, Callable[[poster.Poster], bytes]]] = {
    "poster-a4": ("Poster A4", _poster("A4")),
    "poster-a5": ("Poster A5", _poster("A5")),
    "papan-tarif": ("Papan tarif A4", _board),
}


@require_safe
@visitor
def point_short(request: HttpRequest, number: int) -> HttpResponseBase:
    """The address that a visitor types from the poster."""
    place = get_object_or_404(CollectionPoint.objects.shown(), pk=number)
    return redirect("retribusi:point", place.slug)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def static_register(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    sent = request.method == "POST"
    form = StaticQrisForm(request.POST, request.FILES) if sent else StaticQrisForm()

    def register(content: str) -> StaticQris:
        return static_qris.register(point=point, content=content, by=actor(request), at=timezone.now())

    return form_page(request, point, form, register, "QRIS statis dari bank", "Daftarkan QRIS statis")


@needs("points.manage")
@require_POST
def static_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    point, form = load_point(pk), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tulis alasan QRIS statis ini ditarik.")
        return redirect("retribusi:point_detail", pk)
    reason = form.cleaned_data["reason"]
    try:
        static_qris.withdraw(point=point, reason=reason, by=actor(request), at=timezone.now())
    except PointError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "QRIS statis ditarik. Lepaskan poster lama dari tempatnya.")
    return redirect("retribusi:point_detail", pk)


@needs("points.manage")
@require_GET
def poster_preview(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = poster.of(load_point(pk), at=timezone.now())
    context: dict[str, Any] = {
        "point": sheet.point,
        "sheet": sheet,
        "board": [(line, poster.amount_text(line), poster.since_text(line)) for line in sheet.board],
        "hours": [poster.hours_text(line) for line in sheet.week],
        "words": poster,
        "order_code": mark_safe(symbol.svg(sheet.page, f"Kode untuk {sheet.page}")),  # noqa: S308
        "prints": [(key, label) for key, (label, _draw) in PRINTS.items()],
    }
    if sheet.pay:
        context["pay_code"] = mark_safe(symbol.svg(sheet.pay.content, "QRIS statis"))  # noqa: S308
    return render(request, "retribusi/titik_poster.html", context)


@needs("points.manage")
@require_GET
def poster_file(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    if what not in PRINTS:
        raise Http404
    point = load_point(pk)
    _label, draw = PRINTS[what]
    response = HttpResponse(draw(poster.of(point, at=timezone.now())), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{what}-{point.slug}.pdf"'
    return response
