"""Berita acara rekonsiliasi of one account and month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import allowed, needs
from opd.office import documents
from opd.office.calendar import add_months
from opd.office.exports import csv_response
from payments.reconciliation import papers
from payments.reconciliation.forms import IssueMinutesForm, MinutesSentence
from payments.reconciliation.queries import minutes as queries
from payments.reconciliation.services import letters

_SHOWN = 100


@needs("ledger.view")
@require_GET
@reads_replica
def minutes(request: HttpRequest) -> HttpResponseBase:
    accounts = queries.accounts()
    asked = MinutesSentence(request.GET, accounts=accounts)
    account = asked.word("rekening") or next(iter(accounts), "")
    first = _month(asked.word("bulan"))
    found = queries.minutes(account, first, add_months(first, 1) - timedelta(days=1))
    name = f"berita-acara-rekonsiliasi-{first:%Y-%m}"
    if found and request.GET.get("unduh") == "csv":
        return csv_response(f"{name}.csv", papers.COLUMNS, papers.rows(found))
    if found and request.GET.get("unduh") == "pdf":
        response = HttpResponse(papers.made(found, at=timezone.now()), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return response
    shown = {"rekening": account, "bulan": f"{first:%Y-%m}"}
    subject, may_issue = letters.minutes_subject(account, first), allowed(request.user, letters.PERMISSION)
    context: dict[str, Any] = {
        "issued": documents.of(subject),
        "may_issue": may_issue,
        "issue": IssueMinutesForm(initial={"account": account, "first": first}) if may_issue else None,
        "form": MinutesSentence(shown, accounts=accounts),
        "minutes": found,
        "first": first,
    }
    if found:
        context |= {
            "pairs": papers.pairs(found),
            "unmatched": queries.unmatched(found)[:_SHOWN],
            "uncredited": queries.uncredited(found, most=_SHOWN),
            "explained": queries.explained(found)[:_SHOWN],
        }
    return render(request, "reconciliation/minutes.html", context)


def _month(text: str) -> date:
    """The first day of "2026-11"; of this month for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
