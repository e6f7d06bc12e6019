"""What a treasurer's safe and bank account hold, as the books say.

No more cash is recorded as spent than was taken; of the bank account the books only warn, for they may lag
behind the bank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

Held = Callable[[int, date], Decimal]
_asked: list[Held] = []
_banks: list[Held] = []


def register(held: Held) -> None:
    """The books say how much cash (rupiah) a safe held on a day and holds still: ``held(opd_id, day)``.

    It runs in the payment's transaction and keeps other posters of that agency out until it ends.
    """
    if held not in _asked:
        _asked.append(held)


def cash_left(opd_id: int, day: date) -> Decimal | None:
    """The cash that may still be recorded as spent on ``day`` (WIB); None where nobody keeps the books."""
    return min((held(opd_id, day) for held in _asked), default=None)


def register_bank(held: Held) -> None:
    """The books say what a treasurer's bank account holds (rupiah): ``held(opd_id, day)``. It only reads."""
    if held not in _banks:
        _banks.append(held)


def bank_balance(opd_id: int, day: date) -> Decimal | None:
    """The treasurer's bank account by the books on ``day`` (WIB); None where nobody keeps the books."""
    return min((held(opd_id, day) for held in _banks), default=None)
