"""Collection points and their tariffs, for the administrator (Pengaturan → Titik)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, needs, scope
from opd.forms import ReasonForm, show_refusal
from opd.models import AuditEvent
from payments.incoming.services import RegisterError
from retribusi import hours, kinds, poster, readiness, rollout
from retribusi.forms_points import (
    AccountForm,
    CodesForm,
    CopyForm,
    HoursForm,
    NewPointForm,
    PointForm,
    RolloutSentence,
    SpecialDayForm,
    SuspendForm,
    TariffForm,
)
from retribusi.models import CollectionPoint, OpeningHours, SpecialDay, TariffCode, TariffItem
from retribusi.services import copying, points, static_qris
from retribusi.services.points import PointError

Refusal = PointError | RegisterError | ValidationError
_FACTS = (
    *("name", "name_en", "kind", "address", "contact", "legal_basis", "receiving_account"),
    *("planned_from", "story", "story_en", "grace_minutes", "sells_outside_hours"),
)


@needs("points.manage")
@require_GET
def point_list(request: HttpRequest) -> HttpResponse:
    form = RolloutSentence(request.GET, scope(request.user, "points.manage"))
    points_found = CollectionPoint.objects.select_related("opd", "receiving_account__partner")
    everything = rollout.rows(list(points_found), on=timezone.localdate())
    context = {
        "form": form,
        "rows": [row for row in everything if _wanted(row, form)],
        "counts": rollout.counts(everything),
        "any": bool(everything),
    }
    return render(request, "retribusi/titik_daftar.html", context)


def _wanted(row: rollout.Row, form: RolloutSentence) -> bool:
    """Whether the filter sentence speaks of this point."""
    point, text = row.point, form.word("q").casefold()
    return (
        form.word("jenis") in {"", point.kind}
        and form.opd_id in {None, point.opd_id}
        and form.word("tahap") in {"", row.stage}
        and text in f"{point.name} {point.address}".casefold()
    )


@needs("points.manage")
@require_GET
def point_detail(request: HttpRequest, pk: int) -> HttpResponse:
    point, today = load_point(pk), timezone.localdate()
    checks = readiness.checks(point, on=today)
    week = hours.week(list(point.hours.all()), today)
    context = {
        "point": point,
        "checks": checks,
        "is_ready": not any(check.blocks for check in checks),
        "kind": kinds.WORDS[point.kind],
        "tariffs": _with_codes(point.tariffs.order_by("position", "-valid_from"), today),
        "static": static_qris.standing(point.receiving_account),
        "reason": ReasonForm(),
        "short_address": poster.short_address(point),
        "week": [(_days(line), line.hours) for line in week],
        "specials": point.special_days.all()[:50],
        "today": today,
        "events": _trail(point),
    }
    return render(request, "retribusi/titik_rinci.html", context)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def point_create(request: HttpRequest) -> HttpResponse:
    form = NewPointForm(request.POST or None, on=timezone.localdate())

    def create(**fields: Any) -> CollectionPoint:
        return points.create_point(by=actor(request), at=timezone.now(), **fields)

    point = _do(form, create)
    if point:
        messages.success(request, f"{point} dibuat. Lengkapi yang masih kurang, lalu mulai menjual.")
        return redirect("retribusi:point_detail", point.pk)
    others = CollectionPoint.objects.only("name")
    context = {"form": form, "title": "Titik baru", "action": "Buat titik", "others": others}
    return render(request, "retribusi/titik_formulir.html", context)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def point_copy(request: HttpRequest, pk: int) -> HttpResponse:
    source = load_point(pk)
    initial = {"opd": source.opd_id, "contact": source.contact}
    form = CopyForm(request.POST or None, initial=initial, on=timezone.localdate())

    def copy(**fields: Any) -> CollectionPoint:
        return copying.copy_point(source=source, by=actor(request), at=timezone.now(), **fields)

    point = _do(form, copy)
    if point:
        messages.success(request, f"{point} disalin dari {source}. Periksa tarifnya, lalu rekeningnya.")
        return redirect("retribusi:point_detail", point.pk)
    context = {"form": form, "point": source, "title": "Salin menjadi titik baru", "action": "Buat titik"}
    return render(request, "retribusi/titik_formulir.html", context)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def point_amend(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    initial = {name: getattr(point, name) for name in _FACTS}
    form = PointForm(request.POST or None, initial=initial, on=timezone.localdate(), point=point)

    def amend(**fields: Any) -> CollectionPoint:
        return points.amend_point(point=point, by=actor(request), at=timezone.now(), **fields)

    return form_page(request, point, form, amend, "Ubah data titik", "Simpan")


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def point_hours(request: HttpRequest, pk: int) -> HttpResponse:
    point, today = load_point(pk), timezone.localdate()
    form = HoursForm(request.POST or None, initial=_hours_now(point))

    def save(**_: Any) -> bool:
        valid_from = form.cleaned_data["valid_from"]
        points.set_hours(
            point=point, week=form.week(), valid_from=valid_from, by=actor(request), at=timezone.now()
        )
        return True

    if _do(form, save):
        messages.success(request, "Jam buka sudah ditetapkan.")
        return redirect("retribusi:point_detail", pk)
    return render(request, "retribusi/titik_jam.html", {"point": point, "form": form, "today": today})


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def tariff_add(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    initial = {
        "valid_from": timezone.localdate(),
        "legal_basis": point.legal_basis,
        "position": point.tariffs.count() + 1,
    }
    form = TariffForm(request.POST or None, initial=initial)

    def add(**fields: Any) -> TariffItem:
        return points.add_tariff(point=point, by=actor(request), at=timezone.now(), **fields)

    return form_page(request, point, form, add, "Tambah tarif", "Tambah tarif")


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def tariff_amend(request: HttpRequest, pk: int) -> HttpResponse:
    tariff = get_object_or_404(TariffItem.objects.select_related("point"), pk=pk)
    initial = {name: getattr(tariff, name) for name in TariffForm.base_fields}
    form = TariffForm(request.POST or None, initial=initial)

    def amend(**fields: Any) -> TariffItem:
        return points.amend_tariff(tariff=tariff, by=actor(request), at=timezone.now(), **fields)

    return form_page(request, tariff.point, form, amend, f"Tarif {tariff.name}", "Simpan")


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def tariff_codes(request: HttpRequest, pk: int) -> HttpResponse:
    tariff = get_object_or_404(TariffItem.objects.select_related("point"), pk=pk)
    kode_lra, kode_lo = tariff.codes_on(timezone.localdate())
    form = CodesForm(request.POST or None, initial={"kode_lra": kode_lra, "kode_lo": kode_lo})

    def change(**fields: Any) -> list[TariffCode]:
        return points.change_codes(tariff=tariff, by=actor(request), at=timezone.now(), **fields)

    title = f"Ganti kode rekening tarif {tariff.name}"
    return form_page(request, tariff.point, form, change, title, "Ganti kode rekening")


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def special_day_add(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    form = SpecialDayForm(request.POST or None)

    def add(**fields: Any) -> SpecialDay:
        return points.add_special_day(point=point, by=actor(request), at=timezone.now(), **fields)

    return form_page(request, point, form, add, "Hari khusus", "Tetapkan")


@needs("points.manage")
@require_POST
def special_day_drop(request: HttpRequest, pk: int) -> HttpResponse:
    special = get_object_or_404(SpecialDay.objects.select_related("point"), pk=pk)
    point_id = special.point_id
    try:
        points.drop_special_day(
            special=special, reason="ditarik sebelum mulai", by=actor(request), at=timezone.now()
        )
    except PointError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Hari khusus sudah ditarik.")
    return redirect("retribusi:point_detail", point_id)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def account_add(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    initial = {"name": point.name, "valid_from": timezone.localdate()}
    form = AccountForm(request.POST or None, initial=initial)

    def register(**fields: Any) -> CollectionPoint:
        return points.register_account(point=point, by=actor(request), at=timezone.now(), **fields)

    return form_page(request, point, form, register, "Daftarkan rekening penerimaan", "Daftarkan")


@needs("points.manage")
@require_POST
def point_go_live(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        points.go_live(point=load_point(pk), by=actor(request), at=timezone.now())
    except PointError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Titik ini sekarang menjual.")
    return redirect("retribusi:point_detail", pk)


@needs("points.manage")
@require_http_methods(["GET", "POST"])
def point_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    point = load_point(pk)
    form = SuspendForm(request.POST or None)

    def stop(note: str) -> CollectionPoint:
        return points.suspend(point=point, note=note, by=actor(request), at=timezone.now())

    return form_page(request, point, form, stop, "Hentikan penjualan", "Hentikan sementara")


def load_point(pk: int) -> CollectionPoint:
    return get_object_or_404(
        CollectionPoint.objects.select_related("opd", "receiving_account__partner"), pk=pk
    )


def form_page(
    request: HttpRequest,
    point: CollectionPoint,
    form: Form,
    deed: Callable[..., Any],
    title: str,
    action: str,
) -> HttpResponse:
    """A form about a point: done, back to the point; refused, the form again with what is wrong."""
    if _do(form, deed):
        messages.success(request, "Sudah disimpan.")
        return redirect("retribusi:point_detail", point.pk)
    context = {"form": form, "point": point, "title": title, "action": action}
    context["multipart"] = form.is_multipart()
    return render(request, "retribusi/titik_formulir.html", context)


def _do(form: Form, deed: Callable[..., Any]) -> Any:
    """The service's result for a valid form; None where the form or the service refuses."""
    if not form.is_valid():
        return None
    try:
        return deed(**form.cleaned_data)
    except (ValidationError, PointError, RegisterError) as error:
        show_refusal(form, error)
    return None


def _hours_now(point: CollectionPoint) -> dict[str, Any]:
    today = timezone.localdate()
    initial: dict[str, Any] = {"valid_from": today}
    rows = list(point.hours.all())
    for line in hours.week(rows, today):
        for number in range(line.first, line.last + 1):
            opens, closes = line.hours or (None, None)
            initial |= {f"buka_{number}": opens, f"tutup_{number}": closes}
    return initial


def _with_codes(
    tariffs: QuerySet[TariffItem], today: date
) -> list[tuple[TariffItem, tuple[str, str], list[TariffCode]]]:
    """Each tariff with its account codes of today, and the changes that are still to come."""
    return [
        (item, item.codes_on(today), [change for change in item.codes.all() if change.valid_from > today])
        for item in tariffs.prefetch_related("codes")
    ]


def _days(line: hours.HoursLine) -> str:
    names = dict(OpeningHours.DAYS)
    return names[line.first] if line.first == line.last else f"{names[line.first]}–{names[line.last]}"


def _trail(point: CollectionPoint) -> list[AuditEvent]:
    tariffs = [str(pk) for pk in point.tariffs.values_list("pk", flat=True)]
    about = Q(subject_type="retribusi.collectionpoint", subject_id=str(point.pk))
    about |= Q(subject_type="retribusi.tariffitem", subject_id__in=tariffs)
    return list(AuditEvent.objects.filter(about).select_related("by").order_by("-at", "-pk")[:30])
