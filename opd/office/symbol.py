"""A QR code as inline SVG: black on white, four modules of quiet zone, error correction M."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import quoteattr

import qrcode

QUIET = 4


def modules(text: str) -> list[list[bool]]:
    """The dark modules, row by row, without quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


@lru_cache(maxsize=256)
def svg(text: str, label: str) -> str:
    """An ``<svg>`` with ``viewBox`` alone: the sheet gives the size; ``label`` is read out."""
    grid = modules(text)
    side = len(grid) + 2 * QUIET
    runs = []
    for y, row in enumerate(grid):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                runs.append(f"M{x + QUIET} {y + QUIET}.5h{length}")
            x += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' aria-label={quoteattr(label)} shape-rendering="crispEdges"><rect width="{side}" height="{side}"'
        f' fill="#fff"/><path stroke="#000" d="{"".join(runs)}"/></svg>'
    )
