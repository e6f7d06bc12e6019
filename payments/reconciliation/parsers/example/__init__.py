"""Statements of any bank as CSV or XLSX, read by a layout that a person confirmed on an example.

Pure. A layout says which column is what; separators, dates and amounts are judged per file, never per cell.
What could be read in two ways is asked once and then stands in the layout. Every file must prove itself: each
balance continues the one before, or opening and closing balance are named in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from opd.office.byexample import Question, matching
from opd.office.byexample.writing import require_header
from payments.reconciliation.parsers import chain
from payments.reconciliation.parsers.example.columns import LABELS, Column
from payments.reconciliation.parsers.example.layout import (
    Guess,
    Layout,
    guess,
    problem,
    table_of,
)
from payments.reconciliation.parsers.example.reading import Reading
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals

__all__ = ["LABELS", "Column", "Guess", "Layout", "Question", "guess", "matching", "parse", "problem"]


def parse(content: IO[bytes], layout: Layout) -> Iterator[StatementRow | StatementTotals]:
    """The movements, oldest first, with their running balance, then the totals.

    Raises ParseError with the line in the file: ``layout``, ``date``, ``amount``, ``currency``, ``account``,
    ``control_total``, ``no_control`` …
    """
    lacking = problem(layout)
    if lacking:
        raise ParseError(0, "layout", lacking)
    table = table_of(content, layout)
    require_header(table, layout.header)
    yield from chain.connect(Reading(table, layout).events())
