"""/audit/akses/: who may do what on a day, and accounts that want a look."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import needs, scope
from opd.office.exports import csv_response
from payments.auditing import holders
from payments.auditing.forms import AccessFilter

SHOWN = 200
"""Rows of a side list at most; the matrix itself goes page by page."""


@needs("auditing.work")
@require_GET
@reads_replica
def access_matrix(request: HttpRequest) -> HttpResponseBase:
    form = AccessFilter(request.GET, scope(request.user, "auditing.work"), timezone.localdate())
    where = form.where
    found = holders.matrix(where)
    if request.GET.get("unduh") == "csv":
        return csv_response(f"akses-{where.on}.csv", holders.COLUMNS, holders.lines(found, where.on))
    sees_all = where.reach.opd_ids is None
    context = {
        "form": form,
        "sees_all": sees_all,
        "page": Paginator(found, 25).get_page(request.GET.get("halaman")),
        "on": where.on,
        "conflicting": sum(bool(one.conflicts) for one in found),
        "without_role": holders.without_role(where.on)[:SHOWN] if sees_all else [],
        "ending": holders.ending(where.on, where.reach)[:SHOWN],
        "never_used": holders.never_used()[:SHOWN] if sees_all else [],
        "wide": True,
    }
    return render(request, "auditing/access_matrix.html", context)
