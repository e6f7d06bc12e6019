"""Closed months, cash that moves, the bank's own statements, reports and hand-overs."""

from payments.books.models.bank import AccountLine, AccountStatement, Explanation, LineMatch
from payments.books.models.cash import CashInspection, CashKind, CashMovement
from payments.books.models.closings import HandOver, MonthClosing, YearClosing
from payments.books.models.reports import Report, ReportKind, ReportState

__all__ = [
    "AccountLine",
    "AccountStatement",
    "CashInspection",
    "CashKind",
    "CashMovement",
    "Explanation",
    "HandOver",
    "LineMatch",
    "MonthClosing",
    "Report",
    "ReportKind",
    "ReportState",
    "YearClosing",
]
