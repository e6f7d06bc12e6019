"""On which day a payment counts: its own, or the first open day where its month is closed in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from payments.ledger import periods

FirstOpen = Callable[[int, date], date]
_asked: list[FirstOpen] = []


def register(first_open: FirstOpen) -> None:
    """The books say which day is open: ``first_open(opd_id, day)`` gives ``day`` itself or a later one.

    It runs inside the payment's transaction, so it may take the lock that a closing takes.
    """
    if first_open not in _asked:
        _asked.append(first_open)


def first_open_day(opd_id: int, day: date) -> date:
    """The day (WIB) on which the books of an agency take something that happened on ``day``."""
    for first_open in _asked:
        day = first_open(opd_id, day)
    return periods.first_open_day(day)
