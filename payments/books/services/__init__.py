"""What may be done with the books: each service stands in the module of its subject."""

from payments.books.errors import BookError, NotInOrder, StatementError, TooLittle, Unexplained
from payments.books.services.cash import CashDraft, move_cash
from payments.books.services.closing import close_month, first_open_day, reopen_month
from payments.books.services.handing import hand_over, inspect_cash, issue_tbp
from payments.books.services.reconciling import (
    explain,
    import_statement,
    pair_by_hand,
    pair_lines,
    withdraw_statement,
)
from payments.books.services.reports import (
    approve_report,
    ask_pdf,
    draft_report,
    make_pdf,
    return_report,
    submit_report,
    verify_report,
)
from payments.books.services.yearend import close_year, return_fund

__all__ = [
    "BookError",
    "CashDraft",
    "NotInOrder",
    "StatementError",
    "TooLittle",
    "Unexplained",
    "approve_report",
    "ask_pdf",
    "close_month",
    "close_year",
    "draft_report",
    "explain",
    "first_open_day",
    "hand_over",
    "import_statement",
    "inspect_cash",
    "issue_tbp",
    "make_pdf",
    "move_cash",
    "pair_by_hand",
    "pair_lines",
    "reopen_month",
    "return_fund",
    "return_report",
    "submit_report",
    "verify_report",
    "withdraw_statement",
]
