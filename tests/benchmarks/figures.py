"""A measured figure beside its floor or peer, as a line for people, a row of a table, and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """``value`` in ``unit``; ``ratio`` is the median of the rounds' ratios to what stands ``beside`` it.

    ``target`` says in words what it should be, ``met`` whether it is; None where no target is set.
    """

    what: str
    value: float
    unit: str
    beside: str = ""
    floor: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None

    @property
    def words(self) -> str:
        parts = [f"{self.what}: {_short(self.value)} {self.unit}"]
        if self.beside and self.floor is not None:
            parts.append(f"{self.beside} {_short(self.floor)} {self.unit}")
        if self.ratio is not None:
            parts.append(f"rasio {self.ratio:.2f}")
        if self.target:
            parts.append(f"sasaran {self.target}: {'tercapai' if self.met else 'BELUM'}")
        return "; ".join(parts)


def table(figures: Sequence[Figure]) -> str:
    """All figures as one Markdown table."""
    rows = [("diukur", "hasil", "pembanding", "rasio", "sasaran")]
    for each in figures:
        beside = f"{each.beside}: {_short(each.floor)} {each.unit}" if each.floor is not None else ""
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        target = f"{each.target} ({'tercapai' if each.met else 'belum'})" if each.target else ""
        rows.append((each.what, f"{_short(each.value)} {each.unit}", beside, ratio, target))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def write(path: Path, server: str, figures: Sequence[Figure]) -> None:
    told = {"server": server, "figures": [asdict(each) for each in figures]}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _short(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.2f}"
