"""What can't be done with an evaluation, said so that the person knows where and what to do."""

from __future__ import annotations


class EvaluationError(Exception):
    """The deed is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
