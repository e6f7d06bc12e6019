"""The pictures a visitor keeps: the QRIS to pay, a ticket, a receipt, each with its words under it. Pure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from payments.money import format_rupiah
from payments.qris import picture

_SCALE = 10
_MARGIN = 24


def labelled(qr_content: str, *, merchant_name: str, nmid: str, amount: Decimal, until: str) -> bytes:
    """A PNG, black on white, about 650 pixels wide, that wallet apps read from the gallery."""
    return _sheet(
        qr_content,
        [(_plain(format_rupiah(amount)), 56), (merchant_name, 34), (f"NMID {nmid}", 26), (until, 26)],
    )


def ticket(token: str, *, place: str, what: str, day: str, spoken: str) -> bytes:
    """A ticket as PNG: its signed QR, the spoken code, for whom, where and on which day."""
    return _sheet(token, [(spoken, 56), (_plain(what), 34), (place, 34), (day, 30)])


def receipt(proof: str, *, number: str, amount: Decimal, place: str, paid: str, state: str) -> bytes:
    """A receipt as PNG: its proof's QR (an address), rupiah, number, for what, when, and how it stands."""
    money = _plain(format_rupiah(amount))
    return _sheet(proof, [(money, 56), (state, 34), (number, 34), (place, 30), (paid, 26)])


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def _sheet(content: str, lines: Sequence[tuple[str, int]]) -> bytes:
    """A QR with lines of text under it, each (text, size in pixels) made smaller where it is too wide."""
    with Image.open(io.BytesIO(picture.png(content, scale=_SCALE))) as code:
        symbol = code.convert("L")
    height = symbol.height + sum(size + 14 for _, size in lines) + _MARGIN
    sheet = Image.new("L", (symbol.width, height), 255)
    sheet.paste(symbol, (0, 0))
    draw, y = ImageDraw.Draw(sheet), symbol.height - 8
    for text, size in lines:
        font = _fitting(draw, text, size, symbol.width - 2 * _MARGIN)
        draw.text((symbol.width / 2, y), text, fill=0, font=font, anchor="ma")
        y += size + 14
    out = io.BytesIO()
    sheet.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitting(
    draw: ImageDraw.ImageDraw, text: str, size: int, width: int
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface, no larger than lets the text fit."""
    font = ImageFont.load_default(size)
    while size > 12 and draw.textlength(text, font=font) > width:
        size -= 2
        font = ImageFont.load_default(size)
    return font
