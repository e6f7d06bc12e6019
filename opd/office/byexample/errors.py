"""The one error of every file that a bank wrote."""

from __future__ import annotations


class ParseError(ValueError):
    """The file is not what it should be. ``code`` is stable; ``message`` is for the person at the screen.

    ``line_no`` counts physical lines from 1; 0 where the file as a whole is meant.
    """

    def __init__(self, line_no: int, code: str, message: str) -> None:
        super().__init__(f"Baris {line_no}: {message}" if line_no else message)
        self.line_no = line_no
        self.code = code
        self.message = message
