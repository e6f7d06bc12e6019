"""What this room refuses; each message is for the person at the screen."""

from __future__ import annotations

from collections.abc import Sequence


class EmoneyError(Exception):
    """The step is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Missing(EmoneyError):
    """There is no such card, line or file."""


class Unusable(EmoneyError):
    """The card is blocked, ended or not yet valid on that day."""


class OverLimit(EmoneyError):
    """More than a card may hold."""


class NotEnough(EmoneyError):
    """More than lies on the card."""


class Reused(EmoneyError):
    """The reference or the line was used before, for something else."""


class BadFile(EmoneyError):
    """The history can't be read; ``sentences`` name row and column of each fault."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(sentences[0] if sentences else "Berkas tidak dapat dibaca.")
        self.sentences = list(sentences)
