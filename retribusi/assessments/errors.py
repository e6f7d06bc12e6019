"""What this room refuses; each message is for the person at the screen."""

from __future__ import annotations

from collections.abc import Sequence


class AssessmentError(Exception):
    """The deed is not possible; nothing was issued, changed or cancelled. ``field`` names what is wrong."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class FileRefused(AssessmentError):
    """The file can't be issued; ``problems`` names every bad row."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)
