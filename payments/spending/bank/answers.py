"""What the bank's answers mean for one payment order: done, not done, not found, or nobody knows yet. Pure.

Sources: SNAP response codes and latestTransactionStatus. Both maps are total: what they do not name is
``unclear``, never done and never failed. Only the answer to the order itself, or a status, says "not done".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from payments import money
from payments.snap.clock import TimestampError, parse_timestamp
from payments.spending.bank.words import reason_of, status_reason


class Outcome(StrEnum):
    DONE = "done"
    NOT_DONE = "not_done"
    NOT_FOUND = "not_found"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Expected:
    """What we ordered: rupiah, and the number by which both sides know it."""

    partner_reference_no: str
    amount: Decimal


@dataclass(frozen=True)
class Told:
    """What one answer says. ``reason`` is Indonesian and for the screen; the facts are there where told."""

    outcome: Outcome
    reason: str = ""
    reference_no: str = ""
    rrn: str = ""
    paid_at: datetime | None = None


GRACE = timedelta(minutes=10)
"""How long an order may still be on its way when the bank does not know it: longer than a call can live (ten
seconds, and the bank refuses a signature older than its clock's tolerance)."""

_UNCLEAR_REFUSALS = frozenset(
    {("409", "00"), ("409", "01"), ("404", "18"), ("404", "00"), ("404", "01"), ("404", "14")}
)
"""Refusals of an order that speak of an earlier one: its state must be asked, nothing may be paid anew."""

_STATUS = {
    "00": Outcome.DONE,
    "01": Outcome.UNCLEAR,
    "02": Outcome.UNCLEAR,
    "03": Outcome.UNCLEAR,
    "04": Outcome.UNCLEAR,
    "05": Outcome.NOT_DONE,
    "06": Outcome.NOT_DONE,
    "07": Outcome.NOT_FOUND,
}
"""Refunded (04) stays unclear: it does not say how much came back, so a person has to look."""


def outcome_of_refusal(code: str) -> Outcome:
    """Of a refused order (17, 18, 50), by its seven-digit responseCode."""
    if len(code) != 7 or not code.isdecimal() or code[0] != "4" or code[:3] == "408":
        return Outcome.UNCLEAR
    return Outcome.UNCLEAR if (code[:3], code[5:]) in _UNCLEAR_REFUSALS else Outcome.NOT_DONE


def outcome_of_status(status: object) -> Outcome:
    return _STATUS.get(status, Outcome.UNCLEAR) if isinstance(status, str) else Outcome.UNCLEAR


def outcome_of_refused_status(code: str) -> Outcome:
    """Of a refused question (36, 51): only "transaction not found" says anything about the order."""
    return Outcome.NOT_FOUND if len(code) == 7 and code[:3] + code[5:] == "40401" else Outcome.UNCLEAR


def told_of_order(body: Mapping[str, Any], expected: Expected) -> Told:
    """A successful answer to an order. Another amount or reference than ours makes it unclear."""
    doubt = _doubt(body, "partnerReferenceNo", expected)
    if doubt:
        return Told(Outcome.UNCLEAR, doubt)
    return Told(Outcome.DONE, **_facts(body, "referenceNo", "transactionDate"))


def told_of_refusal(code: str) -> Told:
    return Told(outcome_of_refusal(code), reason_of(code))


def told_of_status(body: Mapping[str, Any], expected: Expected) -> Told:
    """An answer to a status inquiry (36) or a query (51)."""
    doubt = _doubt(body, "originalPartnerReferenceNo", expected)
    if doubt:
        return Told(Outcome.UNCLEAR, doubt)
    status = body.get("latestTransactionStatus")
    outcome = outcome_of_status(status)
    if outcome is not Outcome.DONE:
        return Told(outcome, status_reason(status))
    when = "paidTime" if "paidTime" in body else "transactionDate"
    return Told(Outcome.DONE, **_facts(body, "originalReferenceNo", when))


def told_of_refused_status(code: str) -> Told:
    outcome = outcome_of_refused_status(code)
    if outcome is Outcome.NOT_FOUND:
        return Told(outcome, "Bank tidak mengenal transaksi ini.")
    return Told(outcome, f"Bank belum mau menjawab pertanyaan kita (kode {code}).")


def _doubt(body: Mapping[str, Any], name: str, expected: Expected) -> str:
    told = body.get(name)
    if told not in (None, "", expected.partner_reference_no):
        return "Jawaban bank menyebut rujukan lain. Jangan bayar lagi; hubungi bank."
    if body.get("amount") is None:
        return ""
    try:
        amount = money.from_snap(body["amount"])
    except money.MoneyError:
        return "Jawaban bank menyebut jumlah yang tidak terbaca. Jangan bayar lagi; hubungi bank."
    if amount != expected.amount:
        said = money.format_rupiah(amount)
        return f"Bank menyebut jumlah lain, {said}. Jangan bayar lagi; hubungi bank."
    return ""


def _facts(body: Mapping[str, Any], reference: str, when: str) -> dict[str, Any]:
    info = body.get("additionalInfo")
    extra: Mapping[str, Any] = info if isinstance(info, Mapping) else {}
    return {
        "reference_no": text(body, reference, 64),
        "rrn": text(extra, "rrn", 40),
        "paid_at": _instant(body, when),
    }


def text(fields: Mapping[str, Any], name: str, limit: int) -> str:
    """A member as text without blanks around it; empty where it is absent, too long or no text."""
    value = fields.get(name)
    found = value.strip() if isinstance(value, str) else ""
    return found if len(found) <= limit else ""


def _instant(body: Mapping[str, Any], name: str) -> datetime | None:
    try:
        return parse_timestamp(text(body, name, 40))
    except TimestampError:
        return None
