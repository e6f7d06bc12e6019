"""Which requests read from the replica, and that people see there what they have just written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse

from config.replica.standing import (
    MOST_BEHIND,
    TOLD_FROM,
    Standing,
    configured,
    reading,
    usable,
    written_until,
)

log = structlog.get_logger(__name__)

COOKIE = "nontunai_tulis"
_SALT = "config.replica"
_REMEMBERED = 2 * int(MOST_BEHIND.total_seconds())
"""Seconds; longer than any replica that is read may be behind."""
_SAFE = frozenset({"GET", "HEAD"})

View = Callable[..., HttpResponseBase]


class PositionMiddleware:
    """After each act of a person, keep in their browser how far the primary's log was: their next pages are
    read from a replica only when it has come as far."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.data_as_of = None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if configured() and request.method not in _SAFE and request.user.is_authenticated:
            _remember(response)
        return response


def _remember(response: HttpResponseBase) -> None:
    try:
        position = str(written_until())
    except DatabaseError as error:
        log.warning("position_unknown", error=type(error).__name__)
        position = ""
    response.set_signed_cookie(
        COOKIE,
        position,
        salt=_SALT,
        max_age=_REMEMBERED,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _position(request: HttpRequest) -> int | None:
    """What the replica must have replayed for this person; None where nobody can tell."""
    if COOKIE not in request.COOKIES:
        return 0
    try:
        return int(request.get_signed_cookie(COOKIE, salt=_SALT, max_age=_REMEMBERED) or "")
    except signing.SignatureExpired:
        return 0
    except (signing.BadSignature, ValueError):
        return None


def reads_replica(view: View) -> View:
    """A page that may be read from the replica. Stands below ``access.needs``, so that rights are always
    those of the primary; other methods than GET and HEAD stay on the primary.

    What the replica can't answer (it died, it refused a write, it does not have a row yet) is asked again of
    the primary: the page appears all the same.
    """

    @wraps(view)
    def routed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        where = _where(request)
        if where is None:
            return view(request, *args, **kwargs)
        _tell(request, where)
        try:
            with reading():
                response = view(request, *args, **kwargs)
            if not _too_old(response, where):
                return _kept_reading(response)
        except (DatabaseError, psycopg.Error, Http404, ObjectDoesNotExist) as error:
            log.warning("read_from_primary", path=request.path, error=type(error).__name__)
        request.data_as_of = None  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    routed.reads_replica = True  # type: ignore[attr-defined]
    return routed


def _where(request: HttpRequest) -> Standing | None:
    if request.method not in _SAFE or not configured():
        return None
    position = _position(request)
    return None if position is None else usable(position=position)


def _tell(request: HttpRequest, where: Standing) -> None:
    """Pages that show it read it in templates/components/data_age.html."""
    old = where.behind() > TOLD_FROM
    request.data_as_of = where if old else None  # type: ignore[attr-defined]


def _too_old(response: HttpResponseBase, where: Standing) -> bool:
    """A download has no place to tell its age."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return not is_page and where.behind() > TOLD_FROM


def _kept_reading(response: HttpResponseBase) -> HttpResponseBase:
    """A body that is made while it is sent is read where its beginning was."""
    if not isinstance(response, StreamingHttpResponse) or isinstance(response, FileResponse):
        return response
    body: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
    streamed = StreamingHttpResponse(_pieces(body), status=response.status_code, headers=response.headers)
    streamed.cookies = response.cookies
    return streamed


def _pieces(body: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(body)
    try:
        while True:
            with reading():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close:
            with reading():
                close()
