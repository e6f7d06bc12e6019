"""The OpenAPI document, made from the endpoints that answer, and the page people read of it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from tp2dd.api import problems
from tp2dd.api.asked import BIGGEST, DEFAULT_LIMIT, LARGEST_LIMIT
from tp2dd.api.resources.base import Resource
from tp2dd.api.scopes import EVENT_LABELS, SCOPE_LABELS

_TITLE = "API Nontunai Provinsi Bengkulu"
_ABOUT = (
    "Bacaan untuk sistem pemerintah lain. Kirim `Authorization: Bearer <token>`. Jumlah uang adalah teks "
    "dengan dua angka desimal, dalam rupiah; waktu adalah UTC (RFC 3339); hari adalah WIB. Halaman "
    "berikutnya diminta dengan `cursor` berisi `next` dari halaman sebelumnya; `next` null berarti habis "
    "untuk saat ini, dan `resume` melanjutkan dari sana nanti."
)
_REFUSALS = {400: "Parameter salah", 401: "Token", 403: "Hak", 404: "Tidak ada", 405: "Metode", 429: "Laju"}


class ProblemForm(serializers.Serializer[Any]):
    """RFC 9457; beberapa jenis membawa anggota tambahan yang menyebut tempat salahnya."""

    type = serializers.CharField(help_text="URN jenis masalah, tetap")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="Apa yang terjadi dan apa yang harus dilakukan")
    instance = serializers.CharField()


_DAY = {"type": "string", "format": "date", "pattern": r"^(19|2[0-9])\d{2}-\d{2}-\d{2}$"}
_PARAMETERS: dict[str, tuple[Any, str]] = {
    "since": (_DAY, "Sejak hari ini (WIB), termasuk"),
    "until": (_DAY, "Sampai hari ini (WIB), termasuk"),
    "on": (_DAY, "Sampai hari ini (WIB); tanpa ini: hari ini"),
    "known_on": ({"type": "integer", "minimum": 1, "maximum": BIGGEST}, "Nomor blok; tanpa ini: terakhir"),
    "agency": ({"type": "string", "minLength": 1, "maxLength": 400}, "Kode OPD"),
    "cursor": ({"type": "string", "minLength": 1, "maxLength": 400}, "Nilai next dari halaman sebelumnya"),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
        "Baris per halaman",
    ),
}


class Documented(AutoSchema):
    """Reads an endpoint's resource."""

    @property
    def _resource(self) -> Resource:
        found: Resource = self.view.resource  # type: ignore[attr-defined]
        return found

    def get_operation_id(self) -> str:
        return self._resource.name.replace("-", "_")

    def get_tags(self) -> list[str]:
        return [str(self._resource.scope)]

    def get_summary(self) -> str:
        return self._resource.summary

    def get_description(self) -> str:  # type: ignore[override]
        return f"Lingkup token: `{self._resource.scope}`."

    def get_override_parameters(self) -> list[Any]:
        found = [
            OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=text)
            for name, (schema, text) in _PARAMETERS.items()
            if name in self._resource.parameters
        ]
        if "{payment_id}" in self._resource.path:
            place = {"type": "string", "format": "uuid"}
            found.append(
                OpenApiParameter(
                    "payment_id", place, OpenApiParameter.PATH, required=True, description="Nomor pembayaran"
                )
            )
        return found

    def get_response_serializers(self) -> Any:
        form = self._resource.form
        shown: Any = form
        if self._resource.is_list:
            name = f"{form.__name__.removesuffix('Form')}Page"
            page = {
                "data": form(many=True),
                "next": serializers.CharField(allow_null=True, help_text="Kursor halaman berikutnya"),
                "resume": serializers.CharField(
                    allow_null=True, help_text="Kursor untuk melanjutkan nanti dari baris terakhir"
                ),
            }
            shown = inline_serializer(name, page)
        refused = {
            (status, problems.MEDIA_TYPE): OpenApiResponse(ProblemForm, text)
            for status, text in _REFUSALS.items()
            if status != 405
        }
        return {200: shown, **refused}

    def get_extensions(self) -> dict[str, Any]:
        return {"x-consistency": self._resource.consistency.as_dict()}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document, made once a process."""
    from tp2dd.api.urls import ENDPOINTS

    generator: Any = SchemaGenerator
    found: dict[str, Any] = generator(patterns=ENDPOINTS).get_schema(request=None, public=True)
    found["info"] = {"title": _TITLE, "version": "1", "description": _ABOUT}
    found["servers"] = [{"url": "/api/v1"}]
    scheme = {"type": "http", "scheme": "bearer", "description": "Token dari administrator provinsi"}
    found["components"]["securitySchemes"] = {"token": scheme}
    found["security"] = [{"token": []}]
    found["x-webhooks"] = {str(kind): text for kind, text in EVENT_LABELS.items()}
    for operations in found["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return found


@lru_cache(maxsize=1)
def _text() -> bytes:
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_text()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_text(), content_type="application/json")


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The same for people: nothing from elsewhere, no script."""
    parts = document()
    context = {
        "about": _ABOUT,
        "operations": [
            _shown(path, operation["get"], parts["components"]["schemas"])
            for path, operation in parts["paths"].items()
        ],
        "scopes": [(str(scope), text) for scope, text in SCOPE_LABELS.items()],
        "events": [(str(kind), text) for kind, text in EVENT_LABELS.items()],
        "problems": [(name, status, text) for name, (status, text) in problems.KNOWN.items()],
    }
    return render(request, "api/reference.html", context)


def _shown(path: str, operation: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    form = _named(answer, forms)
    if "next" in form["properties"]:
        form = _named(form["properties"]["data"]["items"], forms)
    return {
        "id": operation["operationId"],
        "path": f"/api/v1{path}",
        "summary": operation["summary"],
        "scope": operation["tags"][0],
        "parameters": operation.get("parameters", []),
        "consistency": operation["x-consistency"],
        "fields": list(_fields(form, forms)),
    }


def _named(found: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    reference = found.get("$ref") or next((one.get("$ref") for one in found.get("allOf", [])), None)
    named: dict[str, Any] = forms[reference.rpartition("/")[2]] if reference else found
    return named


def _fields(form: dict[str, Any], forms: dict[str, Any], before: str = "") -> Any:
    """(name, meaning) of every value, nested ones by a dotted name."""
    for name, found in form["properties"].items():
        inner = _named(found.get("items", found), forms)
        if "properties" in inner:
            yield from _fields(inner, forms, f"{before}{name}.")
        else:
            yield f"{before}{name}", found.get("description", "")
