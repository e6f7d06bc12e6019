"""Tables that people bring: CSV and XLSX, read strictly, with errors that name row and column.

``table = read(file, name=file.name, columns=[...], amounts=[...])`` and then, for each ``row`` of
``table.rows``, the field readers ``amount``, ``whole``, ``day``, ``text``, ``code``. ``Problems`` collects
what is wrong, so that a preview shows up to twenty faults at once. Nothing is guessed: an amount that can be
read in two ways is a fault, never a number.
"""

from __future__ import annotations

from opd.office.tabular.errors import Problems, TabularError
from opd.office.tabular.fields import amount, code, day, day_or_none, text, whole
from opd.office.tabular.reading import MOST_BYTES, merged, read, sheets, stream
from opd.office.tabular.table import Row, Table

__all__ = [
    "MOST_BYTES", "Problems", "Row", "Table", "TabularError", "amount", "code", "day",
    "day_or_none", "merged", "read", "sheets", "stream",
    "text", "whole",
]  # fmt: skip
