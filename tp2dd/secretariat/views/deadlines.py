"""What is due for this person, as a page, a download, and a secret address for a calendar program."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, needs
from opd.forms import carry_out
from tp2dd.secretariat import deadlines
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import CalendarFeed
from tp2dd.secretariat.services import feeds

ICS = "text/calendar; charset=utf-8"


@needs("calendar.view")
@require_GET
@reads_replica
def deadline_list(request: HttpRequest) -> HttpResponse:
    person, today = actor(request), timezone.localdate()
    rows = deadlines.of(person)
    context = {
        "late": [row for row in rows if row.day < today], "coming": [row for row in rows if row.day >= today],
        "today": today, "feed": CalendarFeed.objects.filter(user=person, revoked_at=None).first(),
    }  # fmt: skip
    return render(request, "secretariat/deadlines.html", context)


@needs("calendar.view")
@require_GET
@reads_replica
def deadline_file(request: HttpRequest) -> HttpResponse:
    return _answer(deadlines.as_calendar(actor(request)), "attachment")


@needs("calendar.view")
@require_POST
@never_cache
def feed_make(request: HttpRequest) -> HttpResponse:
    """A secret address, shown this once; the one before opens nothing any more."""
    _, token = feeds.make_feed(by=actor(request), at=timezone.now())
    address = f"{settings.BASE_URL.rstrip('/')}{reverse('secretariat:feed', args=[token])}"
    return render(request, "secretariat/feed.html", {"address": address})


@needs("calendar.view")
@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    done = "Alamat kalender dicabut; program kalender tidak dapat membacanya lagi."
    carry_out(request, forms.Form(request.POST), feeds.revoke_feed, done, refused=DeskError)
    return redirect("secretariat:deadline_list")


@login_not_required
@require_GET
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever holds the secret; 404 for any other, revoked ones too. Writes nothing.
    From the primary: the secret is the right to read, and a revoked one must open nothing."""
    person = feeds.owner(token)
    if person is None:
        raise Http404
    return _answer(deadlines.as_calendar(person), "inline")


def _answer(content: bytes, disposition: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=ICS)
    answer["Content-Disposition"] = f'{disposition}; filename="tenggat-tp2dd.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
