"""What a bill seems to be: columns by their names, and what stands above the table. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from opd.office.byexample import ParseError, Question, folded, moments
from opd.office.byexample.headers import named
from opd.office.tabular.table import Cell, Row, Table, shown
from payments.kkpd import rules
from payments.kkpd.example import writing
from payments.kkpd.example.columns import NAMES, Column
from payments.kkpd.example.layout import Layout

_SHOWN = 8
_FEWEST_COLUMNS = 3
_TITLES: dict[Column, tuple[re.Pattern[str], Callable[[str], str]]] = {
    Column.NUMBER: (
        re.compile(r"(no\b|nomor|number).*(tagihan|billing|statement)|(tagihan|billing).*(no\b|nomor)", re.I),
        lambda text: text if any(char.isdigit() for char in text) and len(text) <= 30 else "",
    ),
    Column.DUE_DATE: (
        re.compile(r"jatuh tempo|due date", re.I),
        lambda text: found.isoformat() if (found := moments.day(text, "dmy")) else "",
    ),
    Column.CARD: (
        re.compile(r"kartu|card|kkpd|kki", re.I),
        lambda text: text if rules.card_digits(text) else "",
    ),
}  # fmt: skip
"""How a title above the table is known, and what it must hold."""


@dataclass(frozen=True)
class Guess:
    """The layout that a file seems to have, its first rows, what must be asked, and what its titles tell."""

    layout: Layout
    header: list[str]
    rows: list[list[str]]
    questions: frozenset[Question]
    told: dict[str, str] = field(default_factory=dict)


def guess(content: IO[bytes]) -> Guess:
    """Look at a file. Raises ParseError where it is no table, or where it holds whole card numbers."""
    table, rows = writing.opened(content)
    first = list(islice(rows, _SHOWN))
    if not first or sum(map(bool, table.header)) < _FEWEST_COLUMNS:
        raise ParseError(0, "not_a_table", "Berkas ini bukan tabel transaksi.")
    layout = Layout(folded(table.header), named(table.header, NAMES))
    seen = writing.survey(*writing.opened(content), layout)
    table, rows = writing.opened(content)
    _refuse_whole_cards(table, rows, layout)
    shown_rows = [[shown(cell) for cell in row.values] for row in first]
    return Guess(layout, table.header, shown_rows, seen.questions, _titles(table, layout))


def _refuse_whole_cards(table: Table, rows: Iterable[Row], layout: Layout) -> None:
    if Column.CARD not in layout.columns:
        return
    place = table.place(layout.columns[Column.CARD])
    for row in rows:
        if rules.looks_full(shown(row.values[place])):
            message = "memuat nomor kartu utuh; minta yang tersamar, misalnya 526422******1234."
            raise ParseError(row.line_no, "whole_card", message)


def _titles(table: Table, layout: Layout) -> dict[str, str]:
    """What the lines above the header say of number, due date and card, each where it says one thing."""
    told = {}
    for column, (name, read) in _TITLES.items():
        found = {text for line in table.above if (text := _said(line, name, read))}
        if column not in layout.columns and len(found) == 1:
            told[str(column)] = found.pop()
    return told


def _said(line: tuple[Cell, ...], name: re.Pattern[str], read: Callable[[str], str]) -> str:
    """What stands beside or after the name in one line."""
    cells = [part.strip() for cell in line if (text := shown(cell)) for part in text.split(":", 1)]
    at = next((place for place, cell in enumerate(cells) if name.search(cell)), len(cells))
    return next((text for cell in cells[at + 1 :] if (text := read(cell))), "")
