"""What the card's cycle refuses; each message is for the person at the screen."""

from __future__ import annotations


class KkpdError(Exception):
    """The step is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
