"""Which documents are compared, at which levels and how closely: the dated rules, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opd.office import rules
from opd.planning.models import DocumentKind
from tp2dd.consistency.models import REALISED

PAIRS, TOLERANCE = "consistency.pairs", "consistency.tolerance"
LABELS = {**{str(kind): str(kind.label) for kind in DocumentKind}, REALISED: "Realisasi"}


@dataclass(frozen=True)
class Pair:
    """``percent`` of the upper pagu or ``rupiah``, whichever is more, may differ without a finding."""

    upper: str
    lower: str
    levels: tuple[int, ...]
    indicators: bool
    percent: Decimal = Decimal(0)
    rupiah: Decimal = Decimal(0)

    @property
    def word(self) -> str:
        """How it stands in an address."""
        return f"{self.upper}-{self.lower}"

    @property
    def label(self) -> str:
        return label(self.upper, self.lower)


def label(upper: str, lower: str) -> str:
    """ "RKPD → Renja"; within one document "Jumlah dalam RKPD"."""
    if upper == lower:
        return f"Jumlah dalam {LABELS[upper]}"
    return f"{LABELS[upper]}\u00a0→ {LABELS[lower]}"


def rule_day(year: int, today: date) -> date:
    """The day whose rules hold for a year: today, for a past year its last day."""
    return min(today, date(year, 12, 31))


def pairs(on: date) -> list[Pair]:
    """The pairs in the order of the chain, each with its tolerance."""
    tolerances = rules.value(TOLERANCE, on)
    return [
        Pair(
            upper, lower, tuple(levels), indicators,
            Decimal(tolerances.get(f"{upper}-{lower}", {}).get("percent", "0")),
            Decimal(tolerances.get(f"{upper}-{lower}", {}).get("rupiah", "0")),
        )
        for upper, lower, levels, indicators in rules.value(PAIRS, on)
    ]  # fmt: skip
