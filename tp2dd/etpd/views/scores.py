"""The simulated index, its rubrics, what would raise it, and how the law's types map to the form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.forms import show_refusal
from opd.office import rules
from tp2dd.etpd import queries, services
from tp2dd.etpd.forms import RubricForm
from tp2dd.etpd.models import FormVersion, RubricVersion
from tp2dd.etpd.services import EtpdError, locking
from tp2dd.etpd.views.common import of


@needs("etpd.view")
@require_GET
@reads_replica
def index(request: HttpRequest, pk: int) -> HttpResponse:
    row = of(pk)
    standing = queries.standing(row, locking.values(row))
    aspects: dict[str, list[object]] = {}
    for score in standing.result.scores:
        aspects.setdefault(score.measure.aspect, []).append(score)
    context = {"semester": row, "standing": standing, "result": standing.result, "aspects": aspects.items()}
    return render(request, "etpd/index.html", context)


@needs("etpd.view")
@require_GET
@reads_replica
def rubric_list(request: HttpRequest) -> HttpResponse:
    form = FormVersion.objects.order_by("-valid_from")[0].form
    found = RubricVersion.objects.order_by("-valid_from").select_related("made_by")
    rows = [(row, row.rubric_for(form)) for row in found]
    context = {"rows": rows, "may_fill": allowed(request.user, "etpd.fill")}
    return render(request, "etpd/rubric_list.html", context)


@needs("etpd.fill")
@require_http_methods(["GET", "POST"])
def rubric_new(request: HttpRequest) -> HttpResponse:
    official = FormVersion.objects.order_by("-valid_from")[0].form
    newest = RubricVersion.objects.order_by("-valid_from")[0].rubric_for(official)
    form = RubricForm(request.POST or None, newest)
    if form.is_valid():
        try:
            row = services.add_rubric(by=actor(request), at=timezone.now(), **form.told())
        except EtpdError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row} disimpan.")
            return redirect("etpd:rubric_list")
    return render(request, "etpd/rubric_new.html", {"form": form})


@needs("etpd.view")
@require_GET
@reads_replica
def type_map(request: HttpRequest) -> HttpResponse:
    """Which column of the form each type of the law answers; types without one are shown, not hidden."""
    today = timezone.localdate()
    columns = FormVersion.objects.order_by("-valid_from")[0].form.by_field
    maps = [("Pajak provinsi", rules.in_force("etpd.tax_map", today)),
            ("Retribusi", rules.in_force("etpd.levy_map", today))]  # fmt: skip
    tables = [
        (title, rule, [(entry, columns.get(entry["field"])) for entry in rule.value]) for title, rule in maps
    ]
    mapped = {entry["field"] for _, rule in maps for entry in rule.value}
    left = [one for one in columns.values() if one.group in ("C1", "C3") and one.field not in mapped]
    return render(request, "etpd/type_map.html", {"tables": tables, "left": left})
