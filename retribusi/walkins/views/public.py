"""/cek-qris/: anybody asks whether a QRIS is official; one that is not opens a case."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opd.models import User
from opd.office.throttle import address
from payments import qris
from retribusi import throttle
from retribusi.throttle import Limit
from retribusi.views.shared import visitor
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.forms import CheckForm
from retribusi.walkins.services import phantom
from retribusi.words import in_language

CHECKED_BY_ADDRESS = Limit("qris-check-address", 20, 600)


@require_http_methods(["GET", "HEAD", "POST"])
@visitor
def check(request: HttpRequest) -> HttpResponseBase:
    """The form; POST answers: of which place it is, or not registered, with the number of the case."""
    if request.method == "POST":
        throttle.take(CHECKED_BY_ADDRESS, address(request), at=timezone.now())
        return _answer(request, CheckForm(request.POST, request.FILES))
    response = _page(request, CheckForm())
    response.headers["X-Robots-Tag"] = "all"
    return response


def _answer(request: HttpRequest, form: CheckForm) -> HttpResponse:
    at = timezone.now()
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.BAD_REQUEST)
    data = form.cleaned_data
    try:
        verdict = phantom.check(data["content"], at=at)
    except qris.QrisError:
        form.add_error(None, _("Ini bukan QRIS atau kodenya tidak utuh. Jangan membayar lewat kode ini."))
        return _page(request, form, status=HTTPStatus.BAD_REQUEST)
    if verdict.account:
        return _page(request, CheckForm(), verdict=verdict)
    try:
        case = phantom.report(
            verdict=verdict, content=data["content"], picture=data["picture"], point=data["point"],
            note=data["note"], form_key=data["kunci"], at=at,
            by=request.user if isinstance(request.user, User) else None,
        )  # fmt: skip
    except WalkInError as error:
        english = "This picture is not a photo (JPEG, PNG) of at most 5 MB, or it is damaged. Choose another."
        form.add_error("picture", in_language(str(error), english))
        return _page(request, form, status=HTTPStatus.BAD_REQUEST)
    return _page(request, CheckForm(), verdict=verdict, case=case)


def _page(request: HttpRequest, form: CheckForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    return render(request, "retribusi/walkins/cek.html", {"form": form, **more}, status=status)
