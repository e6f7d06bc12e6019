"""Claim letters to banks, and berita acara that take their number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs
from opd.stepup import second_factor
from payments.reconciliation.forms import ClaimSentence, IssueClaimForm, IssueMinutesForm, ReplaceForm
from payments.reconciliation.queries import claims
from payments.reconciliation.services import letters
from payments.reconciliation.services.letters import LetterError
from payments.snap.models import Partner

_PERIOD = timedelta(days=90)
_SHOWN = 200


@needs("ledger.view")
@require_GET
@reads_replica
def claim_list(request: HttpRequest) -> HttpResponse:
    """What may be claimed of a bank now, and every letter that was issued."""
    today = timezone.localdate()
    banks = list(Partner.objects.order_by("name").values_list("pk", "name"))
    form = ClaimSentence(request.GET, banks=banks)
    bank = form.number("bank") or next((pk for pk, _ in banks), None)
    last = form.day("sampai") or today
    first = min(form.day("sejak") or last - _PERIOD, last)
    rows = claims.claimable(bank, first, last, today=today) if bank else []
    may_issue = allowed(request.user, letters.PERMISSION)
    chosen = {"bank": bank, "sejak": first, "sampai": last}
    context: dict[str, Any] = {
        "form": ClaimSentence(chosen, banks=banks), "rows": rows[:_SHOWN], "count": len(rows),
        "total": claims.total(rows), "more": len(rows) > _SHOWN,
        "issue": IssueClaimForm(initial={"bank": bank, "first": first, "last": last}) if may_issue else None,
        "letters": claims.letters()[:_SHOWN], "may_issue": may_issue,
        "replace": ReplaceForm(),
    }  # fmt: skip
    return render(request, "reconciliation/claim_list.html", context)


@needs("reconciliation.issue")
@require_POST
@second_factor("menerbitkan surat klaim")
def claim_issue(request: HttpRequest) -> HttpResponse:
    form = IssueClaimForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Surat belum terbit: periksa bank, tanggal, dan OPD penerbitnya.")
        return redirect("reconciliation:claim_list")
    asked = form.cleaned_data
    try:
        letter = letters.issue_claim(
            partner_id=asked["bank"], first=asked["first"], last=asked["last"], opd=asked["opd"],
            by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except (LetterError, Partner.DoesNotExist) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Surat klaim {letter} terbit.")
    return redirect("reconciliation:claim_list")


@needs("reconciliation.issue")
@require_POST
@second_factor("mengganti surat klaim")
def claim_replace(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        letter = letters.replace_claim(letter_id=pk, reason=reason, by=actor(request), at=timezone.now())
    except LetterError as error:
        messages.error(request, str(error))
    else:
        told = f"diganti dengan {letter}" if letter else "dibatalkan; tidak ada lagi yang perlu diklaim"
        messages.success(request, f"Surat klaim {told}.")
    return redirect("reconciliation:claim_list")


@needs("reconciliation.issue")
@require_POST
@second_factor("menerbitkan berita acara rekonsiliasi")
def minutes_issue(request: HttpRequest) -> HttpResponse:
    form = IssueMinutesForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Berita acara belum terbit: pilih OPD penerbitnya.")
        return redirect("reconciliation:minutes")
    asked = form.cleaned_data
    try:
        document = letters.issue_minutes(
            account=asked["account"], first=asked["first"], opd=asked["opd"], reason=asked["reason"],
            by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except LetterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Berita acara {document.number} terbit.")
    query = f"?rekening={asked['account']}&bulan={asked['first']:%Y-%m}"
    return redirect(f"{reverse('reconciliation:minutes')}{query}")
