"""What the books refuse; each message is for the person at the screen."""

from __future__ import annotations


class BookError(Exception):
    """Nothing was written; the message says what to do."""


class NotInOrder(BookError):
    """Months close one after the other."""


class Unexplained(BookError):
    """A difference has no explanation yet."""


class TooLittle(BookError):
    """The book holds less than what should leave it."""


class StatementError(BookError):
    """The bank statement is not taken."""
