"""Service 14: the statement of RKUD over the wire, from the files of closed business days.

Rules of this bank, where SNAP leaves them open: balances and totals are those of the time asked for; a page
holds PAGE entries; the next page is asked from ``lastRecordDateTime`` and repeats that entry; a time without
a closed day is 404xx01.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from payments.money import to_snap
from payments.sandbox import files, numbers
from payments.sandbox.door import Refusal, Request
from payments.sandbox.fields import extra, read_timestamp, text
from payments.sandbox.models import BankFile, Partner
from payments.snap.clock import WIB, format_timestamp

PAGE = 2
"""Few, so that whoever asks for a day has to turn pages."""
_FIRST = time(8)
_STATEMENT = {"kind": BankFile.Kind.STATEMENT, "day__closed_at__isnull": False}


@dataclass(frozen=True)
class Entry:
    """One movement: ``amount`` above zero is money in; ``before`` the balance that it met."""

    at: datetime
    number: str
    remark: str
    amount: Decimal
    before: Decimal


def statement(request: Request, *, at: datetime) -> dict[str, Any]:
    """The entries of an account between two instants, a page at a time. Raises Refusal."""
    account = text(request.body, "accountNo", 34, needed=True)
    if account != files.ACCOUNT or request.partner.slug != Partner.OURS:
        raise Refusal(404, "11", "Account")
    since, until = (read_timestamp(request.body, name) for name in ("fromDateTime", "toDateTime"))
    if until < since:
        raise Refusal(400, "01", "toDateTime")
    closed = BankFile.objects.filter(
        **_STATEMENT, day__date__range=(since.astimezone(WIB).date(), until.astimezone(WIB).date())
    )
    stored = list(closed.select_related("day").order_by("day__date"))
    if not stored:
        raise Refusal(404, "01")
    opening = stored[0].day.opening_balance
    entries = [entry for one in stored for entry in _entries(one)]
    asked = [entry for entry in entries if since <= entry.at <= until]
    before = sum((entry.amount for entry in entries if entry.at < since), opening)
    return {**_numbers(request, at), **_page(asked, before, since, until), **extra(request.body)}


def _numbers(request: Request, at: datetime) -> dict[str, str]:
    sent = text(request.body, "partnerReferenceNo", 64)
    return {"referenceNo": numbers.reference_no(at), **({"partnerReferenceNo": sent} if sent else {})}


def _page(asked: list[Entry], opening: Decimal, since: datetime, until: datetime) -> dict[str, Any]:
    page, closing = asked[:PAGE], sum((entry.amount for entry in asked), opening)
    balance = {
        "startingBalance": {**to_snap(opening), "dateTime": format_timestamp(since)},
        "endingBalance": {**to_snap(closing), "dateTime": format_timestamp(until)},
    }
    return {
        "balance": [balance],
        "totalCreditEntries": _total([entry.amount for entry in asked if entry.amount > 0]),
        "totalDebitEntries": _total([-entry.amount for entry in asked if entry.amount < 0]),
        "hasMore": "Y" if len(asked) > PAGE else "N",
        "lastRecordDateTime": format_timestamp(page[-1].at if page else until),
        "detailData": [_detail(entry) for entry in page],
    }


def _total(amounts: list[Decimal]) -> dict[str, Any]:
    return {"numberOfEntries": str(len(amounts)), "amount": to_snap(sum(amounts, Decimal(0)))}


def _detail(entry: Entry) -> dict[str, Any]:
    after = entry.before + entry.amount
    return {
        "detailBalance": {
            "startAmount": [{"amount": to_snap(entry.before)}],
            "endAmount": [{"amount": to_snap(after)}],
        },
        "amount": to_snap(abs(entry.amount)),
        "transactionDate": format_timestamp(entry.at),
        "remark": entry.remark,
        "transactionId": entry.number,
        "type": "CREDIT" if entry.amount > 0 else "DEBIT",
        "transactionDetailStatus": "SUCCESS",
    }


def _entries(stored: BankFile) -> list[Entry]:
    """What the day's own file says, each entry a second after the last."""
    rows = list(csv.reader(stored.content.splitlines(), delimiter=";"))[2:-1]
    found, balance, day = [], stored.day.opening_balance, stored.day.date
    numbers_used: set[str] = set()
    start = datetime.combine(day, _FIRST, WIB)
    for place, row in enumerate(rows):
        remark, debit, credit, reference = row[4], _amount(row[6]), _amount(row[7]), row[9]
        number = f"{reference}-{place}" if reference in numbers_used else reference
        numbers_used.add(number)
        found.append(Entry(start + timedelta(seconds=place), number, remark, credit - debit, balance))
        balance += credit - debit
    return found


def _amount(cell: str) -> Decimal:
    return Decimal(cell.replace(".", "").replace(",", ".") or 0)
