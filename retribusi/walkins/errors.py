"""What this room refuses; each message is for the person at the screen."""

from __future__ import annotations


class WalkInError(Exception):
    """The deed is not possible; nothing was claimed, counted or reported."""
