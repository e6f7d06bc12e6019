"""The poster of a collection point and its tariff board as PDF, measured in millimetres of A4.

A5 is A4 divided by the square root of two, so one drawing serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fpdf import FPDF

from opd.office.pdf import FONT, PROVINCE, printable
from opd.office.pdf_page import draw_code
from opd.templatetags.tampilan import tanggal
from retribusi import poster
from retribusi.poster import BoardLine, Poster

Size = Literal["A4", "A5"]
_SCALE: dict[Size, float] = {"A4": 1.0, "A5": 2**-0.5}
_PAPER: dict[Size, tuple[float, float]] = {"A4": (210.0, 297.0), "A5": (148.0, 210.0)}
_WIDTH, _MARGIN = 210.0, 14.0
_ACCENT, _INK, _QUIET, _EDGE = (142, 27, 46), (28, 25, 23), (87, 80, 74), (190, 180, 170)
_ROWS = 8
"""Tariffs that the poster holds in readable size; the board of its own holds all."""


def poster_pdf(sheet: Poster, size: Size) -> bytes:
    """Both codes, the short address, tariffs, hours, and whom to call, on one page."""
    page = _Sheet(sheet, size)
    top = page.heading(26)
    _codes(page, sheet, top + 2)
    row = min(13.0, 60.0 / max(1, len(sheet.board[:_ROWS])))
    page.board(sheet.board[:_ROWS], top + 117, row=row, type_size=min(16.0, row * 1.5))
    if len(sheet.board) > _ROWS:
        rest = f"dan {len(sheet.board) - _ROWS} tarif lain pada papan tarif"
        page.text(_MARGIN, 232, rest, 9, color=_QUIET)
    page.foot(sheet)
    return page.done()


def board_pdf(sheet: Poster) -> bytes:
    """The tariff board alone, on A4: every tariff, large enough to be read from three steps."""
    page = _Sheet(sheet, "A4")
    top = page.heading(26)
    page.text(_MARGIN, top + 4, "Tarif retribusi", 22, style="B")
    row = min(20.0, 126.0 / max(1, len(sheet.board)))
    page.board(sheet.board, top + 16, row=row, type_size=min(22.0, row * 1.35))
    draw_code(page.pdf, sheet.page, _WIDTH - _MARGIN - 32, 204, 32)
    page.text(_MARGIN, 208, poster.ORDER, 13, style="B")
    page.text(_MARGIN, 215, poster.ORDER_HOW, 10, color=_QUIET)
    page.text(_MARGIN, 220.5, poster.ORDER_EN, 10, style="I", color=_QUIET)
    page.text(_MARGIN, 227, f"Alamat singkat: {sheet.typed}", 11, style="B")
    page.foot(sheet)
    return page.done()


def _codes(page: _Sheet, sheet: Poster, top: float) -> None:
    """The two codes side by side, each under its own word; without a static QRIS only the page's, centred."""
    width, gap = 87.0, 8.0
    order = (poster.ORDER, poster.ORDER_HOW, poster.ORDER_EN)
    typed = ["atau ketik di peramban:", sheet.typed]
    if sheet.pay is None:
        page.card((_WIDTH - width) / 2, top, width, order, sheet.page, typed)
        return
    pay = sheet.pay
    merchant = [f"Penerima: {pay.merchant_name}", " ".join(filter(None, ("NMID", pay.nmid, pay.terminal_id)))]
    words = (poster.PAY, poster.PAY_HOW, poster.PAY_EN)
    page.card(_MARGIN, top, width, words, pay.content, merchant, strong_first=True)
    page.card(_MARGIN + width + gap, top, width, order, sheet.page, typed)


class _Sheet:
    """One page; every length given to it is in A4 millimetres, every type size in A4 points."""

    def __init__(self, sheet: Poster, size: Size) -> None:
        self.sheet, self.scale = sheet, _SCALE[size]
        self.pdf = FPDF("portrait", "mm", _PAPER[size])
        self.pdf.core_fonts_encoding = "cp1252"
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title(printable(f"Poster {sheet.point.name}"))
        self.pdf.set_lang("id")
        self.pdf.set_creation_date(sheet.made_at)
        self.pdf.add_page()

    def done(self) -> bytes:
        return bytes(self.pdf.output())

    def text(
        self,
        left: float,
        top: float,
        words: str,
        size: float,
        *,
        width: float = _WIDTH - 2 * _MARGIN,
        style: Literal["", "B", "I"] = "",
        align: Literal["L", "C", "R"] = "L",
        color: tuple[int, int, int] = _INK,
    ) -> None:
        """One line, made smaller where it is too long for ``width``."""
        scale, words = self.scale, printable(words)
        self.pdf.set_text_color(*color)
        self.pdf.set_font(FONT, style, size * scale)
        natural = self.pdf.get_string_width(words)
        if natural > width * scale:
            self.pdf.set_font_size(size * scale * width * scale / natural)
        self.pdf.set_xy(left * scale, top * scale)
        self.pdf.cell(width * scale, size * 0.42 * scale, words, align=align)

    def lines(self, left: float, top: float, words: str, size: float, *, width: float) -> float:
        """Words over as many lines as they need; returns where they end."""
        scale = self.scale
        self.pdf.set_text_color(*_INK)
        self.pdf.set_font(FONT, "", size * scale)
        self.pdf.set_xy(left * scale, top * scale)
        self.pdf.multi_cell(width * scale, size * 0.46 * scale, printable(words), align="L")
        return self.pdf.get_y() / scale

    def rule(self, top: float) -> None:
        self.pdf.set_draw_color(*_EDGE)
        self.pdf.set_line_width(0.3 * self.scale)
        y = top * self.scale
        self.pdf.line(_MARGIN * self.scale, y, (_WIDTH - _MARGIN) * self.scale, y)

    def heading(self, top: float) -> float:
        """The band, the office, the place and where it is; returns where they end."""
        point = self.sheet.point
        self.pdf.set_fill_color(*_ACCENT)
        self.pdf.rect(0, 0, _WIDTH * self.scale, 20 * self.scale, "F")
        self.text(_MARGIN, 4.5, PROVINCE, 10, align="C", color=(255, 255, 255))
        self.text(_MARGIN, 10.5, point.opd.name, 13, style="B", align="C", color=(255, 255, 255))
        self.text(_MARGIN, top, point.name, 30, style="B", align="C")
        if point.name_en:
            self.text(_MARGIN, top + 13.5, point.name_en, 13, style="I", align="C", color=_QUIET)
        self.text(_MARGIN, top + 20.5, point.address, 11, align="C", color=_QUIET)
        return top + 27

    def card(
        self,
        left: float,
        top: float,
        width: float,
        words: tuple[str, str, str],
        code: str,
        under: Sequence[str],
        *,
        strong_first: bool = False,
    ) -> None:
        """One code in its frame: its word and how to use it above, what belongs to it beneath."""
        scale, inner = self.scale, width - 6
        title, how, english = words
        self.pdf.set_draw_color(*_ACCENT)
        self.pdf.set_line_width(0.6 * scale)
        self.pdf.rect(left * scale, top * scale, width * scale, 110 * scale)
        self.text(left + 3, top + 4, title, 19, width=inner, style="B", align="C", color=_ACCENT)
        self.text(left + 3, top + 12.5, how, 9, width=inner, align="C", color=_QUIET)
        self.text(left + 3, top + 16.5, english, 9, width=inner, style="I", align="C", color=_QUIET)
        side = 74.0
        draw_code(self.pdf, code, (left + (width - side) / 2) * scale, (top + 20) * scale, side * scale)
        for place, line in enumerate(under):
            strong = (place == 0) is strong_first
            self.text(
                left + 3,
                top + 95 + 6.5 * place,
                line,
                13 if strong else 9,
                width=inner,
                style="B" if strong else "",
                align="C",
                color=_INK if strong else _QUIET,
            )

    def board(self, lines: Sequence[BoardLine], top: float, *, row: float, type_size: float) -> None:
        """The tariffs, one a row: name, for what, amount; the legal basis is told once, at the foot."""
        if not lines:
            self.text(_MARGIN, top, "Tarif belum ditetapkan.", 12, color=_QUIET)
        for place, line in enumerate(lines):
            y = top + place * row
            middle = y + (row - type_size * 0.42) / 2
            mark = " *" if line.needs_confirmation else ""
            name = f"{line.name} / {line.name_en}" if line.name_en else line.name
            self.text(_MARGIN, middle, name, type_size, width=84, style="B")
            per = " · ".join(filter(None, (line.per, poster.since_text(line))))
            self.text(_MARGIN + 86, middle, per, type_size * 0.8, width=58, color=_QUIET)
            amount = poster.amount_text(line) + mark
            self.text(_MARGIN + 144, middle, amount, type_size, width=38, style="B", align="R")
            self.rule(y + row)

    def foot(self, sheet: Poster) -> None:
        """Opening hours and whom to call side by side, legal basis, the warning, and the day of print."""
        half = (_WIDTH - 2 * _MARGIN - 8) / 2
        right, top = _MARGIN + half + 8, 254.0 if len(sheet.week) <= 3 else 241.0
        self.text(_MARGIN, top, "Jam buka", 10, style="B", width=half)
        opening = "\n".join(poster.hours_text(line) for line in sheet.week) or "belum ditetapkan"
        left_end = self.lines(_MARGIN, top + 5, opening, 9, width=half)
        self.text(right, top, "Bantuan", 10, style="B", width=half)
        right_end = self.lines(right, top + 5, sheet.point.contact, 9, width=half)
        law = "Dasar: " + "; ".join(sheet.laws)
        law += ". * perlu konfirmasi dinas." if sheet.needs_confirmation else "."
        size = 8.5 if len(law) < 200 else 6.5
        self.lines(_MARGIN, max(left_end, right_end, 272) + 1.5, law, size, width=_WIDTH - 2 * _MARGIN)
        self.rule(285)
        self.text(_MARGIN, 286.5, poster.WARNING, 9, style="B", width=140)
        self.text(_MARGIN, 291, poster.doubt(), 8, width=140)
        made = f"Dicetak {tanggal(sheet.made_at)}"
        self.text(_WIDTH - _MARGIN - 40, 287, made, 8, width=40, align="R", color=_QUIET)
