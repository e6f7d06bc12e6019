"""Errors as RFC 9457 problem details: a stable URN, Indonesian words, and the place that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.renderers import JSONRenderer

MEDIA_TYPE = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


@dataclass
class Problem(Exception):
    """What is wrong with a call. ``more`` are extension members, ``headers`` go with the answer."""

    status: int
    name: str
    title: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str) -> dict[str, Any]:
        return {
            "type": f"urn:nontunai:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            **self.more,
        }

    def response(self, request: HttpRequest) -> JsonResponse:
        answer = JsonResponse(
            self.body(request.path), status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers)
        )
        answer["Cache-Control"] = "no-store"
        return answer


def unauthorized(name: str, title: str, detail: str) -> Problem:
    return Problem(401, name, title, detail, headers={"WWW-Authenticate": 'Bearer realm="nontunai"'})


def bad_parameter(name: str, detail: str) -> Problem:
    """``name`` is the query parameter that is wrong."""
    return Problem(
        400, "parameter-invalid", "Parameter tidak sah", f"Parameter {name}: {detail}", {"parameter": name}
    )


def not_found(detail: str) -> Problem:
    return Problem(404, "not-found", "Tidak ditemukan", detail)


KNOWN: dict[str, tuple[int, str]] = {
    "parameter-invalid": (
        400,
        "Parameter tidak dikenal atau bentuknya salah; `parameter` menyebut yang mana.",
    ),
    "token-missing": (401, "Header Authorization tidak berisi token."),
    "token-unknown": (401, "Token tidak dikenal."),
    "token-expired": (401, "Token sudah berakhir; `expired_at` menyebut kapan."),
    "token-revoked": (401, "Token sudah dicabut."),
    "consumer-closed": (403, "Akses sistem ini belum mulai, sudah berakhir, atau ditutup."),
    "address-not-allowed": (403, "Panggilan datang dari alamat di luar daftar sistem ini."),
    "scope-missing": (403, "Token tidak mencakup data ini; `scope` menyebut lingkup yang kurang."),
    "not-found": (404, "Tidak ada, atau di luar OPD yang boleh dibaca."),
    "method-not-allowed": (405, "API ini hanya menerima GET dan HEAD."),
    "too-many-requests": (429, "Batas panggilan per menit terlampaui; tunggu sesuai Retry-After."),
}
"""Every kind of problem there is, for the documentation."""
