"""The back office speaks Indonesian; visitors' pages also English, for whoever asks for it.

The browser's own wish is not consulted: many phones here are set to English by their makers.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

STAFF_PREFIXES = ("account_", "mfa_", "upload")


class VisitorLanguageMiddleware:
    """Indonesian, unless the cookie that ``choose`` sets comes along; pages of the office stay Indonesian.

    An address that leads nowhere has no view, so it is told in the visitor's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        with translation.override("en" if chosen == "en" else settings.LANGUAGE_CODE):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        match = request.resolver_match
        staff = getattr(view, "login_required", True) or (
            match and (match.url_name or "").startswith(STAFF_PREFIXES)
        )
        if staff:
            translation.activate(settings.LANGUAGE_CODE)


@require_safe
@login_not_required
def choose(request: HttpRequest, language: str) -> HttpResponse:
    """Keep a visitor's choice of language for a year and go back to the page they came from."""
    back = request.GET.get("ke", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
