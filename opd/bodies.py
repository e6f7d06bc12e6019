"""How much a request may carry: judged by what it announces, before a byte of it is read or kept.

Uploads go to the disk as they arrive, ahead of any view. A body that is larger than its address takes is
refused at once; one that does not say how large it is (chunked) is not read at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

MOST_MB = 24
"""What an address takes that says nothing: a table of 20 MB, or two photos."""
V = TypeVar("V", bound=Callable[..., Any])


def takes(megabytes: int) -> Callable[[V], V]:
    """A view whose requests may carry more (or less) than others."""

    def mark(view: V) -> V:
        view.most_megabytes = megabytes  # type: ignore[attr-defined]
        return view

    return mark


class BodyLimitMiddleware:
    """Answers 413 in the place of a view whose request carries too much."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        most = most_megabytes(request.path_info)
        if _announced(request) <= most << 20:
            return self.get_response(request)
        answer = HttpResponse(render_to_string("413.html", {"most": most}), status=413)
        answer["Content-Length"] = str(len(answer.content))  # so that nobody waits for the end of the body
        return answer


def most_megabytes(path: str) -> int:
    """What the view at an address takes."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return MOST_MB
    while view is not None:
        if hasattr(view, "most_megabytes"):
            return int(view.most_megabytes)
        view = getattr(view, "__wrapped__", None)
    return MOST_MB


def _announced(request: HttpRequest) -> int:
    """The length that a body has by its own word; 0 where it has none, and then nothing of it is read."""
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said) if said.isdecimal() else 0
