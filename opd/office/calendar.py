"""Days in WIB (Asia/Jakarta, UTC+7, no daylight saving). Storage is UTC."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def day_of(instant: datetime) -> date:
    """The WIB day of an aware instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("waktu tanpa zona tidak punya hari WIB")
    return instant.astimezone(WIB).date()


def bounds(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """The half-open span [start, end) of the WIB days ``first`` to ``last``, both inclusive, aware."""
    start = datetime.combine(first, time.min, WIB)
    return start, datetime.combine((last or first) + timedelta(days=1), time.min, WIB)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant on a WIB day."""
    return datetime.combine(day, time(hour, minute, second), WIB)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
