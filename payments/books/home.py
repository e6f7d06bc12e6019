"""What waits for treasurers, PPK and PA on the home page."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.books.days import before, last_of, named
from payments.books.models import MonthClosing, Report, ReportKind, ReportState
from payments.books.queries import bank, ledger
from payments.books.services.reports import due_date, overdue_text
from payments.ledger.periods import Open

SOON = 4
"""So many days before its due day a report asks for attention."""
Tone = Literal["ok", "wait", "bad", "quiet"]


def report_to_make(request: HttpRequest) -> TaskCard | None:
    """Last month: to close, then to report; with the days that are left."""
    found = [one for one in _own(request, "books.close") if not _is_sent(one, ReportKind.SPENDING)]
    found = [opd_id for opd_id in found if _has_entries(opd_id)]
    if not found:
        return None
    year, month = _last_month()
    closed = MonthClosing.objects.standing().filter(opd__in=found, year=year, month=month).count() == len(
        found
    )
    url = reverse("books:report_list" if closed else "books:closing_list")
    deed = "Sampaikan LPJ" if closed else "Tutup bulan, lalu sampaikan LPJ"
    return _counted(f"{deed} {named(year, month)}", url, len(found))


def receipts_to_make(request: HttpRequest) -> TaskCard | None:
    found = [one for one in _own(request, "books.receipts") if not _is_sent(one, ReportKind.RECEIPTS)]
    year, month = _last_month()
    title = f"Sampaikan LPJ penerimaan {named(year, month)}"
    return _counted(title, reverse("books:receipts_list"), len(found)) if found else None


def _counted(title: str, url: str, count: int) -> TaskCard:
    today, due = timezone.localdate(), due_date(*_last_month())
    left = (due - today).days
    tone: Tone = "bad" if left < 0 else "wait" if left <= SOON else "quiet"
    return TaskCard(title, overdue_text(due, today), url, count, tone)


def months_open(first: date, last: date) -> Open:
    """Agencies whose treasurer has not closed a month that the province is to close."""
    closed = MonthClosing.objects.standing().filter(year=first.year, month=first.month)
    left = ledger.kept_by(last) - set(closed.values_list("opd_id", flat=True))
    return Open("OPD yang belum menutup bulannya", len(left), reverse("books:closing_list"))


def reports_to_verify(request: HttpRequest) -> TaskCard | None:
    return _waiting(request, "books.verify", ReportState.SUBMITTED, "LPJ menunggu verifikasi Anda")


def reports_to_approve(request: HttpRequest) -> TaskCard | None:
    return _waiting(request, "books.approve", ReportState.VERIFIED, "LPJ menunggu pengesahan Anda")


def _waiting(request: HttpRequest, permission: str, state: ReportState, title: str) -> TaskCard | None:
    count = scope(request.user, permission).filter(Report.objects.filter(state=state)).count()
    if not count:
        return None
    return TaskCard(title, f"{count} LPJ menunggu.", reverse("books:report_list"), count, "wait")


def bank_differences(request: HttpRequest) -> TaskCard | None:
    """Differences between book and bank that nobody explained yet."""
    url, count = reverse("books:statement_list"), 0
    for opd_id in _own(request, "books.close"):
        count += len(bank.position(opd_id, timezone.localdate()).unexplained) if bank.start(opd_id) else 0
    if not count:
        return None
    return TaskCard("Selisih bank menunggu penjelasan", f"{count} baris belum cocok.", url, count, "bad")


def _own(request: HttpRequest, permission: str) -> list[int]:
    """The agencies of a treasurer; none for a right over the whole province."""
    return sorted(scope(request.user, permission).opd_ids or ())


def _last_month() -> tuple[int, int]:
    today = timezone.localdate()
    return before(today.year, today.month)


def _is_sent(opd_id: int, kind: ReportKind) -> bool:
    year, month = _last_month()
    rows = Report.objects.filter(opd=opd_id, year=year, month=month, kind=kind)
    return rows.exclude(state=ReportState.DRAFT).exists()


def _has_entries(opd_id: int) -> bool:
    first: date | None = ledger.oldest(opd_id)
    return first is not None and first <= last_of(*_last_month())
