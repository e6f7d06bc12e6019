"""What printed documents need: {% load dokumen %}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from opd.office import symbol
from opd.office.models import Document
from opd.templatetags import tampilan
from payments.money import rupiah

register = template.Library()


@register.filter
def hari(text: str | date | None) -> date | None:
    """A day of the facts (ISO text) as a date: ``{{ facts.day|hari|tanggal }}``."""
    if isinstance(text, str):
        return date.fromisoformat(text[:10]) if text else None
    return text


@register.simple_tag
def alamat_verifikasi(document: Document) -> str:
    """The public address that proves a document."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('office:verification', args=[document.token])}"


@register.simple_tag
def qr_verifikasi(document: Document) -> SafeString:
    """The QR of that address, as inline SVG."""
    return mark_safe(symbol.svg(alamat_verifikasi(document), "Kode QR untuk memeriksa keaslian dokumen"))  # noqa: S308


@dataclass(frozen=True)
class Shown:
    text: str
    right: bool


@register.filter
def berkolom(row: Sequence[Any], columns: Sequence[Mapping[str, str]]) -> list[Shown]:
    """A row of facts as its columns show it: money, number, day or text."""
    return [_shown(value, column.get("kind", "text")) for value, column in zip(row, columns, strict=True)]


def _shown(value: Any, kind: str) -> Shown:
    if value is None or value == "":
        return Shown("", kind in {"money", "number"})
    if kind == "money":
        return Shown(tampilan.rupiah(rupiah(value)), True)
    if kind == "day":
        return Shown(tampilan.tanggal(hari(value)), False)
    return Shown(tampilan.angka(int(value)) if kind == "number" else str(value), kind == "number")
