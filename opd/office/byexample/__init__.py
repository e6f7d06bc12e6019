"""Tables that banks write each in their own way, read by a layout that a person confirmed on an example.

Pure. What every kind of such a file shares: columns guessed by their names, days and amounts judged over the
whole file before a cell is read, a file known again by its header, and the one error that names a line.
"""

from __future__ import annotations

from opd.office.byexample.errors import ParseError
from opd.office.byexample.headers import Headed, Question, folded, matching

__all__ = ["Headed", "ParseError", "Question", "folded", "matching"]
