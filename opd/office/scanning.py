"""One frame of a page's camera, read by the server for a browser that knows no QR codes. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from opd.office.throttle import too_often

LARGEST_PICTURE = 10 * 1024 * 1024
SEVERAL = "Ada lebih dari satu kode di depan kamera. Arahkan ke satu kode saja."


def answer(
    request: HttpRequest,
    *,
    subject: str,
    read: Callable[[bytes], list[str]],
    most: int,
    several: str = SEVERAL,
) -> HttpResponse:
    """{"content": …} of the one code on the picture, 204 for none, 422 for several or no picture, 429 past
    ``most`` frames of ``subject`` a minute. ``read`` finds the codes and raises ValueError in words."""
    if too_often("frames", subject, most=most, seconds=60):
        return _said("Terlalu sering; pemindaian berlanjut sebentar lagi.", status=429)
    frame = request.FILES.get("picture")
    if frame is None:
        return _said("Gambar kamera tidak sampai.", status=400)
    if (frame.size or 0) > LARGEST_PICTURE:
        return _said("Gambar lebih besar dari 10 MB.", status=422)
    try:
        found = set(read(frame.read()))
    except ValueError as error:
        return _said(str(error), status=422)
    if not found:
        return HttpResponse(status=204)
    return _said(several, status=422) if len(found) > 1 else JsonResponse({"content": found.pop()})


def _said(message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
