"""What the pages of the books need: {% load pembukuan %}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Model

from opd.office import documents
from opd.office.models import Document
from opd.office.templatetags.dokumen import berkolom
from opd.templatetags import tampilan
from payments.books.days import named

register = template.Library()


@dataclass(frozen=True)
class Labelled:
    label: str
    text: str
    right: bool


@register.filter
def berlabel(row: Sequence[Any], columns: Sequence[Mapping[str, str]]) -> list[Labelled]:
    """A row of facts with its columns' words; amounts without Rp, for narrow columns."""
    shown = berkolom(row, columns)
    return [
        Labelled(column["label"], cell.text.replace("Rp\u00a0", ""), cell.right)
        for cell, column in zip(shown, columns, strict=True)
    ]


@register.filter
def nama_bulan(row: Any) -> str:
    """The month of a row with ``year`` and ``month``: "November 2026"."""
    return named(row.year, row.month)


@register.filter
def uang(text: str) -> str:
    """An amount that JSON keeps as text."""
    return tampilan.rupiah(Decimal(text), "Rp\u00a00")


@register.filter
def polos(amount: Decimal) -> str:
    """An amount for a narrow column of a sheet that says "dalam rupiah": 1.250.000."""
    return tampilan.rupiah(amount).removeprefix("Rp\u00a0")


@register.simple_tag
def dokumen_dari(row: Model) -> list[Document]:
    """The standing documents of a row."""
    return list(documents.of(row).standing())
