"""Card bills of any issuing bank as CSV or XLSX, read by a layout that a person confirmed on an example.

Pure. Separators, days and amounts are judged per file, never per cell. Every bill proves itself: by the total
at its end, or by the total that a person reads from the bank's letter. What a table does not say (number and
due date of the bill, one card for all) is asked for each file.
"""

from __future__ import annotations

from payments.kkpd.example.columns import LABELS, Column
from payments.kkpd.example.guessing import Guess, guess
from payments.kkpd.example.layout import WAYS, Layout
from payments.kkpd.example.reading import Reading

__all__ = ["LABELS", "WAYS", "Column", "Guess", "Layout", "Reading", "guess"]
