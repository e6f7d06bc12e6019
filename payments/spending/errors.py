"""What spending refuses; each message is for the person at the screen."""

from __future__ import annotations


class SpendError(Exception):
    """The step is not possible; nothing was changed."""


class Missing(SpendError):
    """There is no such spend, payment, payee, tax or account."""


class WrongState(SpendError):
    """The spend is not in the state that the step needs."""


class Contradicted(WrongState):
    """The payment has ended the other way; its end is final, so this word is kept for a person to look at."""


class Stale(SpendError):
    """Somebody else changed the spend in the meantime."""


class OwnWork(SpendError):
    """A person may not check what he himself raised."""


class BadDraft(SpendError):
    """What was asked for can't be so. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Blocked(SpendError):
    """The payee is blocked."""


class Twice(SpendError):
    """The money has left already, or the reference was used before."""
