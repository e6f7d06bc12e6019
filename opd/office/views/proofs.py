"""Pembuktian: what the last proof found of every law, and the proofs before it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opd.access import actor, allowed, needs
from opd.office import proving
from opd.office.models import ProofRun


@needs("proof.view")
@require_GET
def proof(request: HttpRequest) -> HttpResponse:
    """The last proof; where it is older than a night it says nothing of now, and nothing is green."""
    now, runs = timezone.now(), ProofRun.objects.select_related("by", "job")
    run = proving.latest()
    page = Paginator(runs, 30).get_page(request.GET.get("halaman"))
    context = {
        **_shown(run), "stale": proving.is_stale(run, at=now), "page": page,
        "waiting": runs.filter(finished_at=None).first(), "may_ask": allowed(actor(request), "proof.ask"),
    }  # fmt: skip
    return render(request, "office/proof.html", context)


@needs("proof.view")
@require_GET
def proof_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An earlier proof as it was."""
    run = get_object_or_404(ProofRun.objects.exclude(finished_at=None), pk=pk)
    return render(request, "office/proof_run.html", {**_shown(run), "stale": False})


@needs("proof.ask")
@require_POST
def proof_ask(request: HttpRequest) -> HttpResponse:
    proving.ask(by=actor(request), at=timezone.now())
    messages.success(request, "Pembuktian dimulai. Muat ulang halaman ini sebentar lagi.")
    return redirect("office:proof")


def _shown(run: ProofRun | None) -> dict[str, Any]:
    return {"run": run, "results": list(run.results.all()) if run else []}
