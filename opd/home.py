"""The first page after signing in, and the front door for visitors."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opd import navigation
from opd.access import roles


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Greets by name and role and shows what waits for this person."""
    context = {"assignments": roles(request.user), "tasks": navigation.tasks(request)}
    return render(request, "opd/home.html", context)


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """Where a visitor can pay, and the way in for staff."""
    return render(request, "landing/index.html", {"places": navigation.places()})
