"""A page of a PDF with its letterhead and number. fpdf2 weighs 46 MB: only who prints loads this module."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from opd.office import symbol
from opd.office.pdf import FONT, MARGIN, PROVINCE, printable
from opd.templatetags import tampilan


def draw_code(page: FPDF, text: str, left: float, top: float, side: float) -> None:
    """The QR of ``text`` in a square of ``side`` mm, quiet zone inside; dark neighbours are one bar."""
    grid = symbol.modules(text)
    size = side / (len(grid) + 2 * symbol.QUIET)
    page.set_fill_color(0, 0, 0)
    for y, row in enumerate(grid):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                at = left + (x + symbol.QUIET) * size, top + (y + symbol.QUIET) * size
                page.rect(*at, length * size, size, "F")
            x += length


class Page(FPDF):
    """A page that carries the letterhead first and its number last."""

    def __init__(self, title: str, office: str, made_at: datetime, landscape: bool) -> None:
        super().__init__("landscape" if landscape else "portrait", "mm", "A4")
        self.book_title, self.office, self.made_at = title, office, made_at
        self.core_fonts_encoding = "cp1252"
        self.set_margins(MARGIN, 14, MARGIN)
        self.set_auto_page_break(True, 18)
        self.alias_nb_pages()
        self.set_title(printable(title))
        self.set_lang("id")
        self.set_creation_date(made_at)

    def header(self) -> None:
        if self.page_no() == 1:
            self._letterhead()
            return
        self.set_font(FONT, "", 8)
        self.cell(0, 4, printable(f"{self.book_title} · {self.office}"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def _letterhead(self) -> None:
        for text, style, size in ((PROVINCE, "", 11), (self.office.upper(), "B", 14)):
            self.set_font(FONT, style, size)
            self.multi_cell(0, 6.4, printable(text), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        y = self.get_y() + 1
        for thickness, lower in ((0.7, 0.0), (0.2, 1.0)):
            self.set_line_width(thickness)
            self.line(self.l_margin, y + lower, self.w - self.r_margin, y + lower)
        self.set_line_width(0.2)
        self.set_y(y + 5)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FONT, "", 8)
        made = printable(f"Dibuat {tampilan.waktu(self.made_at)}")
        half = self.epw / 2
        self.cell(half, 4, made)
        self.cell(half, 4, f"Halaman {self.page_no()} dari {{nb}}", align="R")

    def draw_code(self, text: str, left: float, top: float, side: float) -> None:
        draw_code(self, text, left, top, side)
