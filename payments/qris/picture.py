"""A QRIS as a picture, and pictures back to text.

Black on white whatever the page's theme, four modules of quiet zone, error correction M. One path of
horizontal strokes: about one kilobyte compressed, since the whole payment page has fifteen.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from xml.sax.saxutils import quoteattr

import qrcode
import zxingcpp
from PIL import Image
from qrcode.exceptions import DataOverflowError

QUIET = 4
LARGEST_PIXELS = 40_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


class PictureError(ValueError):
    """The bytes are not a picture that can be read, or the text does not fit a QR code."""


@lru_cache(maxsize=256)
def svg(text: str, *, label: str = "Kode QRIS") -> str:
    """An ``<svg>`` element with ``viewBox`` alone: the page's CSS gives the size. Drawn once and kept.

    ``label`` is what a screen reader says. Raises PictureError where the text is too long for a QR code.
    """
    modules = _modules(text)
    side = len(modules) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label={quoteattr(label)} shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path stroke="#000" d="{_strokes(modules)}"/></svg>'
    )


def png(text: str, *, scale: int = 8) -> bytes:
    """A one-bit PNG with ``scale`` pixels a module, quiet zone included."""
    modules = _modules(text)
    side = len(modules) + 2 * QUIET
    image = Image.new("1", (side, side), 1)
    for y, start, length in _runs(modules):
        for x in range(start, start + length):
            image.putpixel((x + QUIET, y + QUIET), 0)
    large = image.resize((side * scale, side * scale), Image.Resampling.NEAREST)
    out = io.BytesIO()
    large.save(out, "PNG", optimize=True)
    return out.getvalue()


def read(image_bytes: bytes) -> list[str]:
    """The texts of all QR codes in a picture (PNG, JPEG, WEBP, BMP, GIF); empty where there is none.

    Raises PictureError for what is no such picture, or has more than 40 million pixels.
    """
    try:
        with Image.open(io.BytesIO(image_bytes), formats=_FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise PictureError("Gambar terlalu besar; paling banyak 40 juta piksel.")
            grey = image.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("Gambar terlalu besar; paling banyak 40 juta piksel.") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("Berkas ini bukan gambar yang dapat dibaca.") from error
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return [code.text for code in found if code.valid]


def _modules(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise PictureError("Teks terlalu panjang untuk satu kode QR.") from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _strokes(modules: list[list[bool]]) -> str:
    """Path data: one horizontal stroke for each run of dark modules, every move relative to the last end."""
    parts = [f"M{QUIET} {QUIET}.5"]
    x = y = 0
    for row, start, length in _runs(modules):
        if (row, start) != (y, x):
            parts.append(f"m{start - x} {row - y}")
        parts.append(f"h{length}")
        x, y = start + length, row
    return "".join(parts)


def _runs(modules: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Row, first column and length of each run of dark modules."""
    for y, row in enumerate(modules):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield y, start, x - start
                start = None
