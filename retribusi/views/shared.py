"""What the visitor's pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from retribusi.throttle import TooOften

View = Callable[..., HttpResponseBase]


def visitor(view: View) -> View:
    """A page for everyone that no one keeps or lists; asked too often, it says so in words.

    Pages are compressed by the middleware. BREACH finds nothing here: these pages repeat nothing that a
    stranger can put into them, Django masks the CSRF token anew for each answer, and each is padded at
    random.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except TooOften as error:
            response = too_often(request, error)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return login_not_required(guarded)


def too_often(request: HttpRequest, error: TooOften) -> HttpResponse:
    minutes = -(-error.wait_seconds // 60)
    wait = _("Tunggu sekitar %(minutes)d menit, lalu coba lagi.") % {"minutes": minutes}
    response = render(request, "retribusi/terlalu_sering.html", {"wait": wait}, status=429)
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response
