"""What can't be done at the secretary's desk, said so that the person knows where and what to do."""

from __future__ import annotations


class DeskError(Exception):
    """The deed is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
