"""The picture a visitor saves: the QRIS with the merchant's name and the amount drawn under it. Pure."""

from __future__ import annotations

import io
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from payments.money import format_rupiah
from payments.qris import picture

_SCALE = 10
_MARGIN = 24


def labelled(qr_content: str, *, merchant_name: str, nmid: str, amount: Decimal, until: str) -> bytes:
    """A PNG, black on white, about 650 pixels wide, that wallet apps read from the gallery."""
    with Image.open(io.BytesIO(picture.png(qr_content, scale=_SCALE))) as code:
        symbol = code.convert("L")
    lines = [
        (format_rupiah(amount).replace("\u00a0", " "), 56),
        (merchant_name, 34),
        (f"NMID {nmid}", 26),
        (until, 26),
    ]
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
