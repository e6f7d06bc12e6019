"""What waits for treasurers and the treasury on the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import EVERYWHERE, actor, scope
from opd.navigation import TaskCard
from opd.templatetags.tampilan import tanggal
from payments.ledger.periods import Open
from payments.reconciliation.models import ReconciliationException
from payments.reconciliation.queries import awaited, differences, suggestions
from payments.reconciliation.queries.cutoff import cut_off


def waiting_differences(request: HttpRequest) -> TaskCard:
    count = differences.waiting(scope(request.user, "reconciliation.resolve"))
    url = reverse("reconciliation:exception_list")
    if not count:
        return TaskCard("Selisih", "Semua selisih sudah jelas.", url, 0, "ok")
    return TaskCard(
        "Selisih menunggu penjelasan", f"{count} selisih menunggu penjelasan Anda.", url, count, "bad"
    )


def waiting_suggestions(request: HttpRequest) -> TaskCard | None:
    count = suggestions.waiting(scope(request.user, "reconciliation.resolve"))
    if not count:
        return None
    url = reverse("reconciliation:suggestion_list")
    return TaskCard("Usulan pencocokan", f"{count} usulan menunggu keputusan Anda.", url, count, "wait")


def assigned_to_me(request: HttpRequest) -> TaskCard | None:
    """Differences that this person looks into, and how many are past their deadline."""
    mine = ReconciliationException.objects.waiting().filter(assignee=actor(request))
    counts = mine.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=timezone.localdate())))
    if not counts["all"]:
        return None
    url = f"{reverse('reconciliation:exception_list')}?petugas=saya"
    late = counts["late"]
    text = f"{late} sudah lewat tenggat." if late else "Semua masih dalam tenggat."
    return TaskCard("Selisih untuk Anda", text, url, counts["all"], "bad" if late else "wait")


def differences_between(first: date, last: date) -> Open:
    """What nobody has explained of a month that is to close."""
    span = differences.DifferenceFilter(first=first, last=last)
    url = f"{reverse('reconciliation:exception_list')}?sejak={first}&sampai={last}"
    return Open("Selisih yang belum dijelaskan", differences.differences(EVERYWHERE, span).count(), url)


def under_way_after(first: date, last: date) -> Open:
    """Payments that were not in RKUD at the end of a month that is to close."""
    url = f"{reverse('reconciliation:cut_off')}?pada={last}"
    return Open("Pembayaran yang belum masuk RKUD pada hari terakhir", cut_off(EVERYWHERE, last).count, url)


def missing_settlement(request: HttpRequest) -> TaskCard | None:
    reach = scope(request.user, "settlement.upload")
    days = awaited.settlement_days(reach, today=timezone.localdate())
    return _card("Berkas settlement belum diunggah", "Minta ke bank berkas untuk", days)


def missing_statement(request: HttpRequest) -> TaskCard | None:
    days = awaited.statement_days(today=timezone.localdate())
    return _card("Rekening koran belum diunggah", "Unggah rekening koran RKUD untuk", days)


def _card(title: str, text: str, days: Sequence[date]) -> TaskCard | None:
    if not days:
        return None
    named = ", ".join(tanggal(day) for day in days[:3])
    more = f" dan {len(days) - 3} hari lain" if len(days) > 3 else ""
    return TaskCard(title, f"{text} {named}{more}.", reverse("reconciliation:file_list"), len(days), "wait")
