"""The laws of spending and of the budget, asked after a test's deeds."""

from __future__ import annotations

from importlib import import_module


def broken(*, but: str = "") -> list[str]:
    """The laws that do not hold, with their first sentence, ``but`` one that the test itself breaks."""
    found = []
    for room in ("payments.spending", "opd.planning", "payments.ledger"):
        for law in getattr(import_module(f"{room}.verification"), "LAWS", ()):
            problems = law.check().problems
            if problems and law.name != but:
                found.append(f"{law.name}: {problems[0]}")
    return found
