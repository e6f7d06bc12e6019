"""The form in the layout of the national site's own export: 129 columns in order, one row of answers."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from tp2dd.etpd.form import Form

EXACT = 15
"""Digits that Excel keeps of a number; a longer one stands as text."""


def header(form: Form) -> list[str]:
    return [column.header for column in form.columns]


def row(form: Form, values: Mapping[str, str]) -> list[str]:
    """The canonical values in the order of the form: amounts without separators."""
    return [values.get(column.field, "") for column in form.columns]


def workbook(form: Form, values: Mapping[str, str]) -> bytes:
    """An XLSX of one sheet; amounts are numbers, everything else is text whatever it looks like.

    openpyxl is loaded only here: it weighs much in a process that makes no workbook."""
    from openpyxl import Workbook

    from opd.office.exports.workbook import words

    book: Any = Workbook(write_only=True)
    page = book.create_sheet("IETPD")
    page.append([words(page, name) for name in header(form)])
    page.append(
        [_cell(page, form.columns[place].type, value, words) for place, value in enumerate(row(form, values))]
    )
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(page: Any, kind: str, value: str, words: Callable[[Any, str], Any]) -> Any:
    if not value:
        return None
    if kind == "rupiah" and len(value) <= EXACT:
        return int(value)
    return words(page, value)
