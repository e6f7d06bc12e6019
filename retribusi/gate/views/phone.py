"""What an enrolled phone asks: the page itself, the list to take along, and what it let in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from opd.office import scanning
from opd.office.throttle import address, too_often
from opd.templatetags.tampilan import tanggal
from payments.qris import picture
from retribusi.gate import queries, words
from retribusi.gate.errors import GateError, NotEnrolled
from retribusi.gate.models import Device, Entry
from retribusi.gate.rules import Outcome
from retribusi.gate.services import devices, entries
from retribusi.gate.services.entries import Answered, Showing

MODULES = ("office/kamera.js", "gate/aturan.js", "gate/simpanan.js", "gate/hubungan.js", "gate/gerbang.js")
SHEETS = ("tokens.css", "public.css", "gate/gerbang.css")
_PER_MINUTE = 300
_UNKNOWN_PER_MINUTE = 60
_FRAMES_PER_MINUTE = 120
_WORKER = Path(settings.STATICFILES_DIRS[0]) / "gate" / "pekerja.js"
PhoneView = Callable[..., HttpResponseBase]


def phone(view: PhoneView) -> PhoneView:
    """A view for an enrolled phone alone: no cookie, no session; its secret stands in Authorization."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        at = timezone.now()
        try:
            device = devices.of_secret(request.headers.get("Authorization", ""), at=at)
        except NotEnrolled as error:
            if too_often("gate-unknown", address(request), most=_UNKNOWN_PER_MINUTE, seconds=60):
                return _said("too_often", "Terlalu sering. Tunggu satu menit.", HTTPStatus.TOO_MANY_REQUESTS)
            return _said(error.code, str(error), HTTPStatus.UNAUTHORIZED)
        if too_often("gate-phone", str(device.pk), most=_PER_MINUTE, seconds=60):
            return _said("too_often", "Terlalu sering. Tunggu satu menit.", HTTPStatus.TOO_MANY_REQUESTS)
        response = view(request, device, at, *args, **kwargs)
        response.headers["X-Jam"] = str(round(at.timestamp() * 1000))
        return response

    return login_not_required(csrf_exempt(never_cache(guarded)))


def _said(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"kode": code, "pesan": message}, status=status)


@csp_update({"manifest-src": [SELF], "worker-src": [SELF]})
@login_not_required
@require_safe
def scanner(request: HttpRequest) -> HttpResponse:
    """The gate's screen: the same for everybody, so a phone keeps it; what it shows is the phone's own."""
    response = HttpResponse(_page(request))
    patch_cache_control(response, no_cache=True)
    return response


def _page(request: HttpRequest) -> bytes:
    """In Indonesian, whatever the visitor's pages speak here: it is the officer's."""
    with translation.override(settings.LANGUAGE_CODE):
        return render(request, "retribusi/gate/gerbang.html", {"modules": MODULES}).content


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Makes the page installable (W3C Web App Manifest)."""
    start = reverse("gate:scanner")
    icon = {"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    facts = {
        "id": start, "start_url": start, "scope": start, "name": "Gerbang Nontunai", "short_name": "Gerbang",
        "lang": "id", "display": "standalone", "orientation": "portrait", "background_color": "#fbf8f3",
        "theme_color": "#8e1b2e", "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
    }  # fmt: skip
    return _kept(json.dumps(facts), "application/manifest+json")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files make up the page. Its text changes with any of them, which is how
    a phone learns that there is a newer page."""
    files = [static(name) for name in (*SHEETS, *MODULES, "mark.svg")]
    manifest_url = reverse("gate:manifest")
    script = _WORKER.read_text(encoding="utf-8")
    parts = [_page(request), script.encode(), *(_content(name) for name in (*SHEETS, *MODULES))]
    version = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    shell = {"versi": version, "halaman": reverse("gate:scanner"), "berkas": [*files, manifest_url]}
    return _kept(f"const KULIT = {json.dumps(shell)};\n{script}", "text/javascript")


def _content(name: str) -> bytes:
    return (Path(settings.STATICFILES_DIRS[0]) / name).read_bytes()


def _kept(text: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
@phone
def snapshot(request: HttpRequest, device: Device, at: datetime) -> HttpResponse:
    """The list to take along; 304 while nothing in it changed."""
    body = json.dumps(queries.snapshot(device, at=at), separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": etag})


@require_POST
@phone
def sync(request: HttpRequest, device: Device, at: datetime) -> HttpResponse:
    """Tickets that were shown: one while the officer waits, or the queue of a time without network. Each is
    answered singly; sent again, it is answered alike."""
    try:
        sent_at, showings = _parse(request.body)
        answers = entries.take(device=device, showings=showings, sent_at=sent_at, at=at)
    except (GateError, ValueError, TypeError, KeyError) as error:
        message = str(error) if isinstance(error, GateError) else "Kiriman perangkat tidak dapat dibaca."
        return _said("unreadable", message, HTTPStatus.BAD_REQUEST)
    devices.mark_seen(device, at=at)
    return JsonResponse({"jawaban": [_answer(one) for one in answers]})


def _parse(body: bytes) -> tuple[datetime, list[Showing]]:
    """Raises ValueError, TypeError or KeyError for anything else than what our page sends."""
    given: Any = json.loads(body)
    return _instant(given["dikirim"]), [_showing(row) for row in given["masuk"]]


def _showing(row: Mapping[str, Any]) -> Showing:
    let_in = row["izin"]
    if let_in not in (True, False, None) or not isinstance(row["isi"], str):
        raise ValueError("izin")
    return Showing(
        id=UUID(row["id"]),
        shown=row["isi"][:1000].replace("\0", ""),
        point_id=int(row["titik"]),
        device_at=_instant(row["pada"]),
        offline=bool(row["luring"]),
        let_in=let_in,
        told=str(row.get("kata", "")),
        sibling=_sibling(row.get("rombongan", "")),
    )


def _sibling(given: Any) -> str:
    if not isinstance(given, str) or len(given) not in {0, queries.HASH_LETTERS}:
        raise ValueError("rombongan")
    return given


def _instant(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError("waktu")
    return found


def _answer(one: Answered) -> dict[str, Any]:
    """One answer in words, with what the phone keeps of it."""
    entry = one.entry
    if entry is None:
        return {"id": str(one.id), "hasil": one.problem, "kata": words.filled(one.problem)}
    told: dict[str, Any] = {"id": str(one.id), "hasil": entry.outcome, "izin": entry.let_in}
    if entry.ticket:
        told["seri"] = queries.serial_hash(entry.ticket.serial)
        if _opens_for_others(entry):
            told["sisa"] = queries.rest_of(entry.ticket)
    return told | {"kata": words.filled(entry.outcome, **_facts(entry, one.first))}


def _opens_for_others(entry: Entry) -> bool:
    """Whether the officer, who waits for this answer, may let in the rest of its order by one tap."""
    shown_now = not entry.offline and entry.way != Entry.Way.REST
    return shown_now and entry.outcome == Outcome.ACCEPTED


def _facts(entry: Entry, first: Entry | None) -> dict[str, str]:
    ticket = entry.ticket
    return {
        "tarif": ticket.line.tariff.name if ticket else "",
        "tanggal": tanggal(ticket.valid_date) if ticket else "",
        "titik": ticket.point.name if ticket else "",
        "pada": f"pukul {queries.clock(first.entered_at)}" if first else "sebelumnya",
        "perangkat": first.device.name if first else "perangkat lain",
    }


@require_POST
@phone
def scan(request: HttpRequest, device: Device, at: datetime) -> HttpResponse:
    """The text of the QR in one frame of the camera; 204 where none is seen yet. Nothing is kept."""
    return scanning.answer(request, subject=f"gate-{device.pk}", read=picture.read, most=_FRAMES_PER_MINUTE)
