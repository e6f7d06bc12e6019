"""Whoever reads matches leaves out those that somebody undid, or says that it wants them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("opd", "payments", "retribusi", "tp2dd")
HISTORY = {
    "payments/reconciliation/apps.py",
    "payments/reconciliation/queries/matches.py",
    "payments/reconciliation/exporting.py",
    "payments/reconciliation/verification.py",
}
"""They tell of undone matches too, or of journals that must stand all the same."""
_READ = re.compile(r"reconciliation_(?:match|creditmatch|directcredit)(?: AS (\w+))?\b")
_NEAR = 900
"""Letters in which the condition must follow."""


def test_every_query_of_matches_leaves_the_undone_out() -> None:
    careless = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" in name or name in HISTORY:
                continue
            text = path.read_text(encoding="utf-8")
            careless += [
                f"{name}: {found.group()}"
                for found in _READ.finditer(text)
                if f"{found.group(1)}.undone_at" not in text[found.end() : found.end() + _NEAR]
                and not _is_else(text, found)
            ]
    assert careless == []


def _is_else(text: str, found: re.Match[str]) -> bool:
    """A table that is written or named, or a reader without an alias whose condition stands right behind."""
    before, after = text[found.start() - 12 : found.start()], text[found.end() : found.end() + 120]
    return (
        before.endswith(("INSERT INTO ", '"'))
        or "credited_journal IS NOT NULL" in after
        or (found.group(1) is None and "undone_at IS" in after)
    )
