"""Which agency and month a page is about: from its address, within reach, else the nearest sensible one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from opd.access import Scope, scope
from opd.models import Opd
from opd.planning.queries import offices
from payments.books.days import first_of, last_of, named
from payments.books.forms import MonthFilter


@dataclass(frozen=True)
class Choice:
    """``opd`` is None where nobody keeps books within reach yet."""

    opd: Opd | None
    year: int
    month: int
    form: MonthFilter

    @property
    def first(self) -> date:
        return first_of(self.year, self.month)

    @property
    def last(self) -> date:
        return last_of(self.year, self.month)

    @property
    def name(self) -> str:
        return named(self.year, self.month)

    @property
    def bulan(self) -> str:
        return f"{self.year}-{self.month:02}"


def chosen(request: HttpRequest, permission: str, form_class: type[MonthFilter] = MonthFilter) -> Choice:
    """Wrong words in the address are as if they were not there; another's agency is 404."""
    reach = scope(request.user, permission)
    today = timezone.localdate()
    known = choices(reach, today.year)
    form = form_class(request.GET, known)
    asked = request.GET.get("opd", "")
    opd = form.given("opd") or (known[0] if known else None)
    if asked.isdigit() and int(asked) not in reach:
        raise Http404
    year, month = _month(form.word("bulan") or f"{today:%Y-%m}")
    data: dict[str, Any] = {**request.GET.dict(), "opd": opd.pk if opd else "", "bulan": f"{year}-{month:02}"}
    shown = form_class(data, known)
    return Choice(opd, year, month, shown)


def choices(reach: Scope, year: int) -> list[Opd]:
    if reach.opd_ids is None:
        return offices(reach, year=year)
    return list(Opd.objects.filter(pk__in=reach.opd_ids).order_by("name"))


def _month(text: str) -> tuple[int, int]:
    year, month = text.split("-")
    return int(year), int(month)


def own_opd(request: HttpRequest, permission: str, opd_id: int) -> Opd:
    """An agency within reach of a permission, else 404."""
    return get_object_or_404(scope(request.user, permission).filter(Opd.objects.all(), "pk"), pk=opd_id)
