"""Rekening koran otomatis: which accounts are fetched from their bank, and how each day went."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, needs
from opd.forms import ReasonForm
from payments.incoming.models import ReceivingAccount
from payments.reconciliation.forms import FeedForm
from payments.reconciliation.models import StatementFeed, StatementFetch
from payments.reconciliation.services import feeds
from payments.reconciliation.services.feeds import FeedError


@needs("statement.upload")
@require_GET
def feed_list(request: HttpRequest) -> HttpResponse:
    return _page(request, FeedForm(accounts=_accounts(), today=timezone.localdate()))


def _page(request: HttpRequest, form: FeedForm, status: int = 200) -> HttpResponse:
    days = StatementFetch.objects.select_related("feed__partner", "file")
    context = {
        "feeds": StatementFeed.objects.filter(stopped_at=None).select_related("partner", "started_by"),
        "page": Paginator(days, 50).get_page(request.GET.get("halaman")),
        "form": form,
        "reason": ReasonForm(auto_id=False),
    }
    return render(request, "reconciliation/feed_list.html", context, status=status)


def _accounts() -> list[tuple[str, str]]:
    """Each account of ours at a bank once: "partner:account" and what a person reads."""
    rows = ReceivingAccount.objects.select_related("partner").order_by("partner__name", "bank_account")
    found = {
        f"{row.partner_id}:{row.bank_account}": f"{row.partner.name}, {row.bank_account}" for row in rows
    }
    return list(found.items())


@needs("statement.upload")
@require_POST
def feed_start(request: HttpRequest) -> HttpResponse:
    form = FeedForm(request.POST, accounts=_accounts(), today=timezone.localdate())
    if not form.is_valid():
        return _page(request, form, status=400)
    partner_id, _, account = form.cleaned_data["rekening"].partition(":")
    try:
        feeds.start(
            partner_id=int(partner_id), account=account, since=form.cleaned_data["sejak"],
            by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except FeedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Rekening koran diambil dari bank setiap pagi, mulai sekarang.")
    return redirect("reconciliation:feed_list")


@needs("statement.upload")
@require_POST
def feed_ask(request: HttpRequest) -> HttpResponse:
    """Ask now for what is due, without waiting for the clock."""
    count = feeds.plan(at=timezone.now())
    text = (
        f"Bank ditanya tentang {count} hari." if count else "Tidak ada hari yang perlu ditanyakan sekarang."
    )
    messages.info(request, text)
    return redirect("reconciliation:feed_list")


@needs("statement.upload")
@require_POST
def feed_stop(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        feed = feeds.stop(feed_id=pk, reason=reason, by=actor(request), at=timezone.now())
    except FeedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Rekening {feed.account} tidak diambil lagi; unggah berkasnya sendiri.")
    return redirect("reconciliation:feed_list")
