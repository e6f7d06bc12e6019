"""Months as the books count them (WIB days). Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


def first_of(year: int, month: int) -> date:
    return date(year, month, 1)


def last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def after(year: int, month: int) -> tuple[int, int]:
    """The month that follows."""
    return (year + 1, 1) if month == 12 else (year, month + 1)


def before(year: int, month: int) -> tuple[int, int]:
    """The month before."""
    return (year - 1, 12) if month == 1 else (year, month - 1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def named(year: int, month: int) -> str:
    """ "November 2026"."""
    return f"{MONTHS[month - 1]} {year}"


def words(day: date) -> str:
    """ "5 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
