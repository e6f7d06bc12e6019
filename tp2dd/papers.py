"""Papers of the TP2DD as one PDF: the parts that a page prints (``payments.spending.sheets.section``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse

from opd.office import pdf

OFFICE = "Tim Percepatan dan Perluasan Digitalisasi Daerah"


def as_pdf(
    title: str,
    parts: Iterable[Mapping[str, Any]],
    *,
    number: str,
    at: datetime,
    signed: Sequence[Mapping[str, str]],
    on: date,
    office: str = OFFICE,
) -> bytes:
    """Headings, facts, sentences and tables in their order, signed at the end; ``at`` is when it was made."""
    book = pdf.Book(title, office=office, at=at, number=number)
    for part in parts:
        if part["heading"]:
            book.heading(part["heading"])
        if part["pairs"]:
            book.facts(part["pairs"])
        for sentence in part["sentences"]:
            book.text(sentence)
        if part["table"] and part["table"]["rows"]:
            columns = [
                pdf.Column(one["label"], 2.4 if place == 0 else 1.0, one["kind"])
                for place, one in enumerate(part["table"]["columns"])
            ]
            book.table(columns, part["table"]["rows"])
    return book.signatures(signed, day=on).bytes()


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
