"""Notes and coins of the rupiah, counted by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

NOTES = (100_000, 75_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)
COINS = (1_000, 500, 200, 100)
FIELDS: tuple[tuple[str, int, str], ...] = (
    *((f"k{value}", value, "kertas") for value in NOTES),
    *((f"l{value}", value, "logam") for value in COINS),
)
"""Field name, worth in rupiah, and whether it is paper or metal."""
_WORTH = {name: value for name, value, _ in FIELDS}


def total_of(counted: Mapping[str, int]) -> Decimal:
    """Rupiah in pieces by field name ("k50000": 3). ValueError for unknown pieces or a negative count."""
    if any(name not in _WORTH or isinstance(pieces, bool) or pieces < 0 for name, pieces in counted.items()):
        raise ValueError("pecahan tidak dikenal atau jumlah negatif")
    return Decimal(sum(_WORTH[name] * pieces for name, pieces in counted.items())).quantize(Decimal("0.01"))


def rows(counted: Mapping[str, int]) -> list[tuple[str, int, Decimal]]:
    """Label, pieces and worth of each denomination that was found."""
    return [
        (f"{'Kertas' if sort == 'kertas' else 'Logam'} Rp {value:,}".replace(",", "."), counted[name],
         Decimal(value * counted[name]).quantize(Decimal("0.01")))
        for name, value, sort in FIELDS
        if counted.get(name)
    ]  # fmt: skip
