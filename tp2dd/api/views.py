"""The endpoints: one shape for all. Who calls is asked of the primary; rows may come from the replica."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from config.replica import reads_replica
from opd.access import Scope as Reach
from opd.office.negotiation import AlwaysFirst
from tp2dd.api import asked, entry
from tp2dd.api.paging import Page
from tp2dd.api.problems import Problem, not_found
from tp2dd.api.resources import payments
from tp2dd.api.resources.base import Resource
from tp2dd.api.schema import Documented


class Endpoint(APIView):
    """GET for one resource; every refusal is a problem document."""

    resource: ClassVar[Resource]
    http_method_names = ["get", "head"]
    content_negotiation_class = AlwaysFirst
    metadata_class = None
    schema = Documented()

    def get(self, request: Request, **place: str) -> HttpResponseBase:
        caller = entry.admit(request._request, self.resource.scope, at=timezone.now())
        wanted = asked.read(request.GET, self.resource.parameters)

        def answer(plain: HttpRequest) -> HttpResponseBase:
            return _answer(plain, self.found(caller.reach, wanted, **place))

        return reads_replica(answer)(request._request)

    def found(self, reach: Reach, wanted: asked.Asked) -> Any:
        found = self.resource.read(reach, wanted)
        if isinstance(found, Page):
            return {"data": found.rows, "next": found.next, "resume": found.resume}
        return found

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Problem):
            return exc.response(self.request._request)
        if isinstance(exc, MethodNotAllowed):
            return _NOT_ALLOWED.response(self.request._request)
        return super().handle_exception(exc)


class PaymentEndpoint(Endpoint):
    """One payment, by its number."""

    resource = payments.ONE

    def found(self, reach: Reach, wanted: asked.Asked, payment_id: str = "") -> Any:
        return payments.one(reach, payment_id)


def endpoint(resource: Resource) -> type[Endpoint]:
    """The endpoint of a resource, a class of its own so that the schema knows it."""
    words = resource.name.replace("-", " ").title().replace(" ", "")
    return type(f"{words}Endpoint", (Endpoint,), {"resource": resource, "__doc__": resource.summary})


def missing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address below /api/ that nothing stands at."""
    return not_found("Tidak ada apa pun di alamat ini; daftar alamat ada di /api/.").response(request)


_NOT_ALLOWED = Problem(
    405,
    "method-not-allowed",
    "Metode tidak diterima",
    "API ini hanya membaca: pakai GET atau HEAD.",
    headers={"Allow": "GET, HEAD"},
)


def _answer(request: HttpRequest, found: Any) -> HttpResponseBase:
    """JSON with an ETag over its bytes; 304 where the caller has them."""
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(content, content_type="application/json")
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    return get_conditional_response(request, etag=etag, response=response) or response
