"""What stands above the table of a settlement file: its day and its merchant. Pure."""

from __future__ import annotations

import re
from datetime import date

from opd.office.byexample import moments
from opd.office.byexample.writing import words
from opd.office.tabular.table import Table, shown
from payments.reconciliation.parsers.acquirer.layout import NMID

_SETTLES = re.compile(r"settle|penyelesaian", re.IGNORECASE)


def days(table: Table, order: str) -> set[date]:
    """The days beside a word like settlement in the lines above the header."""
    lines = [[shown(cell) for cell in line] for line in table.above]
    told = [part for line in lines if any(map(_SETTLES.search, line)) for cell in line
            for part in words(cell)]  # fmt: skip
    return {found for part in told if (found := moments.day(part, order))}


def nmids(table: Table) -> set[str]:
    return {found for line in table.above for cell in line for found in NMID.findall(shown(cell))}
