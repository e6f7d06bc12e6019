"""Why a step with an instruction is not possible."""

from __future__ import annotations


class InstructionError(Exception):
    """Nothing was changed; the message is for the screen. ``field`` names the form field it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
