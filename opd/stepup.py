"""A second factor when money moves or rights change: asked at the deed, remembered for a short while.

``@second_factor`` stands under ``@needs`` on views that take a POST. A code given at login or at a deed
counts for ``stepup.minutes`` (dated rule). Where it is too long ago, the person types a code on a page that
carries the same form on, and the deed is done at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, overload
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from opd import audit
from opd.access import actor
from opd.account_forms import CodeAgainForm
from opd.models import User
from opd.office import rules

FIELD = "kode_kedua"
"""The code's name among the fields of the form that is carried on."""
View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


@overload
def second_factor(deed: V) -> View: ...
@overload
def second_factor(deed: str = "") -> Callable[[View], View]: ...
def second_factor(deed: Any = "") -> Any:
    """A view whose POST needs a fresh second factor; GET passes. ``deed`` says on the code's page what is
    about to be done ("menetapkan peran")."""
    if callable(deed):
        return _guard(deed, "")
    return lambda view: _guard(view, deed)


def _guard(view: View, deed: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_fresh(request):
            asked = _ask(request, deed)
            if asked is not None:
                return asked
        return view(request, *args, **kwargs)

    guarded.second_factor = True  # type: ignore[attr-defined]
    return guarded


def has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session gave a code in the last ``stepup.minutes``, and the app is still registered."""
    given = [record["at"] for record in get_authentication_records(request, request.user) if _is_code(record)]
    limit = 60 * int(rules.value("stepup.minutes", timezone.localdate()))
    return bool(given) and 0 <= time.time() - max(given) < limit and has_factor(actor(request))


def _is_code(record: dict[str, Any]) -> bool:
    return record.get("method") == "mfa" and record.get("type") in {"totp", "recovery_codes"}


def _ask(request: HttpRequest, deed: str) -> HttpResponseBase | None:
    """The page that asks for a code, or None where the right one came with the form."""
    if not has_factor(actor(request)):
        return missing_page(request)
    if getattr(request, "htmx", False):
        answer = HttpResponse()
        answer["HX-Redirect"] = page_for(request)
        return answer
    if request.FILES:
        return _page(request, "office/second_factor_files.html", {"deed": deed, "url": page_for(request)})
    form = CodeAgainForm(user=request.user, data={"code": request.POST.get(FIELD, "")})
    if FIELD in request.POST and confirm(request, form):
        return None
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {FIELD, "csrfmiddlewaretoken"}
        for value in values
    ]
    problem = next(iter(form.errors.get("code", [])), "") if FIELD in request.POST else ""
    context = {
        "deed": deed,
        "carried": carried,
        "problem": problem,
        "back": came_from(request),
        "field": FIELD,
    }
    return _page(request, "office/second_factor.html", context)


def missing_page(request: HttpRequest) -> HttpResponse:
    """Says that an authenticator app must be registered first; nothing was done."""
    return _page(request, "office/second_factor_missing.html", {})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


def confirm(request: HttpRequest, form: Any) -> bool:
    """Whether the code in ``form`` is right; then this session is fresh. Both outcomes are in the trail; the
    login library counts tries (five in five minutes) and takes a code once."""
    user = actor(request)
    if form.is_valid():
        audit.record("account.step_up", user, by=user, at=timezone.now())
        form.save()
        return True
    if any(error.code == "incorrect_code" for error in form.errors.as_data().get("code", [])):
        audit.record("account.step_up_failed", user, by=user, at=timezone.now())
    return False


def page_for(request: HttpRequest) -> str:
    """The page that only asks for a code, and leads back to where the form stands."""
    return f"{reverse('office:second_factor')}?{urlencode({'lanjut': came_from(request)})}"


def came_from(request: HttpRequest) -> str:
    """The path of the page whose form this is, as the browser tells it; the home page where it doesn't."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = urlsplit(told)
    if told and parts.netloc == request.get_host():
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return reverse("opd:home")


def safe_path(request: HttpRequest, path: str) -> str:
    """``path`` where it lies on this site, else the home page."""
    inside = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if inside else reverse("opd:home")


def give_demo_factor(user: User) -> None:
    """An authenticator secret for a demo account, sealed like all; ``manage.py demo_code`` reads it."""
    if not user.is_demo:
        raise ValueError("hanya akun demo yang diberi kode kedua oleh sistem")
    if not has_factor(user):
        totp.TOTP.activate(user, totp.generate_totp_secret())


def demo_code(user: User) -> tuple[str, int]:
    """The code of a demo account now, and how many seconds it lasts. Raises ValueError for other accounts."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if not user.is_demo or factor is None:
        raise ValueError("akun ini bukan akun demo dengan kode kedua")
    now = int(time.time())
    value = totp.hotp_value(decrypt(factor.data["secret"]), now // 30)
    return totp.format_hotp_value(value), 30 - now % 30
