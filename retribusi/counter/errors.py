"""What the counter refuses; each message is for the person at the screen."""

from __future__ import annotations


class CounterError(Exception):
    """The deed is not possible; nothing was sold, counted or deposited."""


class NoShift(CounterError):
    """The officer has no open shift."""

    def __init__(self) -> None:
        super().__init__("Belum ada shift yang terbuka. Buka shift dahulu; belum ada yang dijual.")


class Unexplained(CounterError):
    """Cash and sales differ and nobody said why."""
