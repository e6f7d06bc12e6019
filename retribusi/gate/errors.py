"""What the gate refuses; each message is for the person at the screen."""

from __future__ import annotations


class GateError(Exception):
    """The deed is not possible; nothing was written."""


class NotEnrolled(GateError):
    """No phone of ours: never enrolled, revoked, or its officer lost the role; ``code`` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
