"""Books of many pages as one PDF: A4, letterhead, tables whose header repeats, page x of y, signatures, QR.

A thin layer over fpdf2 with the fonts that every reader has (Helvetica, Windows-1252): a true minus becomes a
hyphen, and what that alphabet lacks becomes a question mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils import timezone

from opd.templatetags import tampilan

PROVINCE = "PEMERINTAH PROVINSI BENGKULU"
FONT = "Helvetica"
MARGIN, _WIDTH, _LINE = 18.0, 174.0, 4.6
_REPLACED = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u2192": "->", "\u2264": "<=", "\u2265": ">="})


@dataclass(frozen=True)
class Column:
    """``width`` is a share of the page's width; ``kind`` says how values are written and aligned."""

    label: str
    width: float = 1.0
    kind: Literal["text", "money", "number", "day"] = "text"

    def show(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        match self.kind:
            case "money":
                return tampilan.rupiah(Decimal(value)).replace("Rp\u00a0", "")
            case "number":
                return tampilan.angka(int(value))
            case "day":
                return tampilan.tanggal(date.fromisoformat(value) if isinstance(value, str) else value)
        return str(value)

    @property
    def align(self) -> str:
        return "R" if self.kind in {"money", "number"} else "L"


def printable(text: str) -> str:
    """The text in the alphabet of the core fonts."""
    return text.translate(_REPLACED).encode("cp1252", "replace").decode("cp1252")


class Book:
    """One PDF, written from top to bottom: ``Book(...)``, then heading, text, facts, table …, then ``bytes``.

    ``office`` heads the first page (printed forms say SKPD); ``at`` is when it was made.
    """

    def __init__(
        self,
        title: str,
        *,
        office: str,
        at: datetime | None = None,
        number: str = "",
        landscape: bool = False,
    ) -> None:
        from opd.office.pdf_page import Page

        self._pdf = Page(title, office, at or timezone.now(), landscape)
        self._pdf.add_page()
        self._pdf.set_font(FONT, "B", 13)
        self._line(title.upper(), 6.4, "C")
        if number:
            self._pdf.set_font(FONT, "", 10)
            self._line(f"Nomor {number}", 5, "C")
        self._pdf.ln(3)

    def heading(self, text: str, *, new_page: bool = False) -> Book:
        """A section, also in the reader's table of contents."""
        if new_page:
            self._pdf.add_page()
        self._pdf.start_section(printable(text))
        self._pdf.set_font(FONT, "B", 11)
        self._line(text, 6)
        self._pdf.ln(1)
        return self

    def text(self, text: str, *, bold: bool = False, center: bool = False) -> Book:
        self._pdf.set_font(FONT, "B" if bold else "", 10)
        self._line(text, 5, "C" if center else "L")
        self._pdf.ln(1)
        return self

    def facts(self, pairs: Iterable[tuple[str, str]]) -> Book:
        """Names and values, one pair a line."""
        self._pdf.set_font(FONT, "", 10)
        for name, value in pairs:
            top = self._pdf.get_y()
            self._pdf.multi_cell(48, 5, printable(name), new_x="RIGHT", new_y="TOP")
            self._pdf.multi_cell(0, 5, printable(f": {value}"), new_x="LMARGIN", new_y="NEXT")
            self._pdf.set_y(max(self._pdf.get_y(), top + 5))
        self._pdf.ln(2)
        return self

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, total: Sequence[Any] | None = None
    ) -> Book:
        """Rows under a header that repeats on every page; ``total`` is a last row in bold."""
        self._pdf.set_font(FONT, "", 8.5)
        whole = sum(column.width for column in columns)
        widths = tuple(self._pdf.epw * column.width / whole for column in columns)
        aligns = tuple(column.align for column in columns)
        with self._pdf.table(
            width=self._pdf.epw, col_widths=widths, text_align=aligns, line_height=_LINE, padding=(0.8, 1.5),
            repeat_headings=1,
        ) as drawn:  # fmt: skip
            drawn.row([printable(column.label) for column in columns])
            for row in rows:
                drawn.row(self._cells(columns, row))
            if total is not None:
                self._pdf.set_font(FONT, "B", 8.5)
                drawn.row(self._cells(columns, total))
        self._pdf.set_font(FONT, "", 10)
        self._pdf.ln(3)
        return self

    def _cells(self, columns: Sequence[Column], row: Sequence[Any]) -> list[str]:
        return [printable(column.show(value)) for column, value in zip(columns, row, strict=True)]

    def signatures(self, signers: Sequence[Mapping[str, str]], *, day: date, place: str = "Bengkulu") -> Book:
        """Signature blocks, three in a row at most, never cut by a page; the last has the day."""
        for start in range(0, len(signers), 3):
            group = signers[start : start + 3]
            if self._pdf.get_y() + 44 > self._pdf.h - 18:
                self._pdf.add_page()
            top, width = self._pdf.get_y() + 4, self._pdf.epw / max(2, len(group))
            shift = self._pdf.epw - width * len(group)
            for place_in_row, one in enumerate(group):
                dated = start + place_in_row == len(signers) - 1
                words = f"{place}, {tampilan.tanggal(day)}" if dated else ""
                self._signature(self._pdf.l_margin + shift + width * place_in_row, top, width, words, one)
            self._pdf.set_y(top + 40)
        return self

    def _signature(self, x: float, y: float, width: float, dated: str, one: Mapping[str, str]) -> None:
        lines = [(0, "", dated), (5, "", one["role"]), (28, "BU", one["name"] or ". . . . . . . . . . . .")]
        lines += [(33, "", f"NIP {one['nip']}")] if one.get("nip") else []
        for down, style, text in lines:
            self._pdf.set_xy(x, y + down)
            self._pdf.set_font(FONT, style, 10)
            self._pdf.multi_cell(width, 5, printable(text), align="C")

    def verification(self, address: str, sentence: str) -> Book:
        """The QR of an address at the left, with a sentence beside it."""
        if self._pdf.get_y() + 30 > self._pdf.h - 18:
            self._pdf.add_page()
        left, top = self._pdf.l_margin, self._pdf.get_y() + 2
        self._pdf.draw_code(address, left, top, 26.0)
        self._pdf.set_xy(left + 30, top + 8)
        self._pdf.set_font(FONT, "", 8)
        self._pdf.multi_cell(90, 4, printable(f"{sentence}\n{address}"))
        self._pdf.set_y(top + 28)
        return self

    def _line(self, text: str, height: float, align: str = "L") -> None:
        self._pdf.multi_cell(0, height, printable(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def bytes(self) -> bytes:
        return bytes(self._pdf.output())
