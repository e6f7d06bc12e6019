"""What happened to a thing, as ``components/timeline.html`` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Told:
    """One step. ``by`` is a name in the office; on a public page an agency, or nobody."""

    at: datetime
    text: str
    by: str
    detail: str = ""
