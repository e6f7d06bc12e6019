"""What the budget refuses; each message is for the person at the screen, with the numbers."""

from __future__ import annotations


class BudgetError(Exception):
    """The budget does not allow it; nothing was changed."""


class OverPagu(BudgetError):
    """More than what is left of the pagu."""


class OverSpd(BudgetError):
    """More than what the SPD have released."""


class OverCashPlan(BudgetError):
    """More than the anggaran kas plans up to that month."""


class OverPurse(BudgetError):
    """More than the purse holds, or less than nothing."""


class OverGrant(BudgetError):
    """More than the decree on UP gives."""


class KeyReused(BudgetError):
    """The same key came with other contents."""


class NotHeld(BudgetError):
    """The hold is not in the state that the step needs."""


class WrongYear(BudgetError):
    """The day lies outside the budget year of the line."""


class Missing(BudgetError):
    """There is no such line, hold or grant."""


class ImportRefused(BudgetError):
    """A file cannot be taken; nothing of it was saved. ``problems`` has one sentence for each fault."""

    def __init__(self, message: str, problems: list[str] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class CodeRefused(BudgetError):
    """A change of codes cannot be recorded; nothing was saved. ``field`` names the form field, if any."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
