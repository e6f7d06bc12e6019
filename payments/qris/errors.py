"""What can be wrong with a QRIS: a stable code for programs, an Indonesian sentence for people."""

from __future__ import annotations

from dataclasses import dataclass


class QrisError(ValueError):
    """The text is not a QRIS that may be used. ``code`` is stable, ``message`` is for the screen."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class QrisWarning:
    """The text bends the specification where real codes do; it is still usable."""

    code: str
    message: str
