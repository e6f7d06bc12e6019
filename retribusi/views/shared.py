"""What the visitor's pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from opd.templatetags.tampilan import jam
from payments.incoming.models import PaymentRequest
from payments.incoming.rules import State
from payments.reconciliation.queries import Lights
from retribusi import picture, proofs
from retribusi.proofs import Receipted
from retribusi.services.paying import Answer, PayError
from retribusi.throttle import TooOften
from retribusi.views.answers import SENTENCES

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
    response = render(request, "retribusi/terlalu_sering.html", {"wait": wait_text(error)}, status=429)
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def wait_text(error: TooOften) -> str:
    """How long to wait, in a sentence."""
    minutes = -(-error.wait_seconds // 60)
    return _("Tunggu sekitar %(minutes)d menit, lalu coba lagi.") % {"minutes": minutes}


def not_sent(error: TooOften) -> str:
    """What a form says that was sent too often."""
    lost = _("Terlalu banyak kiriman dari jaringan ini; yang terakhir belum terkirim.")
    return f"{lost} {wait_text(error)}"


def standing(request: HttpRequest, phase: str, tag: str) -> HttpResponse:
    """What a payment page asks every second: 304 while nothing changed."""
    etag = f'"{tag}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    body = {"keadaan": phase, "tanda": tag}
    return JsonResponse(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def payable_picture(asked: PaymentRequest | None, name: str, *, at: datetime) -> HttpResponse | None:
    """The QRIS of a request as a picture to keep, while it can be paid; else None."""
    if asked is None or asked.state != State.OPEN or at >= asked.expires_at:
        return None
    account = asked.receiving_account
    png = picture.labelled(
        asked.qr_content,
        merchant_name=account.merchant_name,
        nmid=account.nmid,
        amount=asked.amount,
        until=_("Berlaku sampai %(time)s") % {"time": jam(asked.expires_at)},
    )
    return to_keep(png, name)


def to_keep(png: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(png, content_type="image/png", headers={"Content-Disposition": disposition})


def tell(request: HttpRequest, deed: Callable[[], Answer]) -> None:
    """One question to the bank, and its answer in a sentence on the next page."""
    try:
        answer = deed()
    except PayError as error:
        messages.error(request, str(error))
        return
    if answer.outcome in SENTENCES:
        level, sentence = SENTENCES[answer.outcome]
        messages.add_message(request, level, sentence)


def proof(request: HttpRequest, ours: Receipted, lit: Lights | None, at: datetime) -> str:
    """The whole address that a receipt's QR holds: whoever opens it sees whether the receipt is genuine."""
    signed = reverse("retribusi:receipt_proof", args=[proofs.statement(ours, lit, at=at)])
    return request.build_absolute_uri(signed)
