"""QRIS settlements of any acquirer as CSV or XLSX, read by a layout that a person confirmed on an example.

Pure. A layout says which column is what, and how what no column says is known. Separators, days and amounts
are judged per file, never per cell. Gross, fee and net must agree in every row, and every total in the file
with the rows above it; what does not is refused with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

from opd.office.byexample import Question
from payments.reconciliation.parsers.acquirer.columns import LABELS, Column
from payments.reconciliation.parsers.acquirer.guessing import Guess, guess
from payments.reconciliation.parsers.acquirer.layout import (
    ABOVE,
    ASK,
    DAYS_AFTER,
    NMID,
    Layout,
    derived,
    problem,
)
from payments.reconciliation.parsers.acquirer.reading import Reading
from payments.reconciliation.parsers.rows import SettlementRow, SettlementTotals

__all__ = [
    "ABOVE", "ASK", "DAYS_AFTER", "LABELS", "NMID", "Column", "Guess", "Layout", "Question", "Reading",
    "derived", "guess", "parse", "problem",
]  # fmt: skip

NOTHING: Mapping[str, str] = {}


def parse(
    content: IO[bytes], given: Mapping[str, str] = NOTHING, *, layout: Layout
) -> Iterator[SettlementRow | SettlementTotals]:
    """The rows as they come, then the totals; ``given`` answers what the layout asks of each file.

    Raises ParseError with the line in the file: ``layout``, ``asks``, ``amount``, ``net``, ``status``,
    ``control_total``, ``truncated`` …; whoever takes rows before the totals must be ready to drop them all.
    """
    yield from Reading(content, layout, given).items()
