"""Reads SNAP bodies about money into facts (pure). What cannot be read is named, never taken as zero.

Source: SNAP services 51 (query payment) and 52 (payment notification); ``additionalInfo`` is a free object,
its keys are the ones seen in acquirers' notices (rrn, nmid, terminalId, issuerId).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments import money

PAID_STATUS = "00"


@dataclass(frozen=True)
class MoneyFacts:
    """What one message says. ``amount`` is None where ``problem`` says why; ``paid_at`` may be None."""

    status: str
    amount: Decimal | None
    problem: str
    reference_no: str
    partner_reference_no: str
    rrn: str
    nmid: str
    terminal_id: str
    issuer: str
    payer_mask: str
    paid_at: datetime | None

    @property
    def claims_paid(self) -> bool:
        return self.status == PAID_STATUS


def read(body: Mapping[str, Any]) -> MoneyFacts:
    """The facts of a notice (52) or of a query's answer (51). Never raises."""
    info = body.get("additionalInfo")
    extra: Mapping[str, Any] = info if isinstance(info, Mapping) else {}
    amount, problem = _amount(body)
    return MoneyFacts(
        status=_text(body, "latestTransactionStatus", limit=2),
        amount=amount,
        problem=problem,
        reference_no=_text(body, "originalReferenceNo", limit=64),
        partner_reference_no=_text(body, "originalPartnerReferenceNo", limit=64),
        rrn=_text(extra, "rrn", "RRN", "retrievalReferenceNo", limit=40),
        nmid=_text(extra, "nmid", "NMID", limit=20),
        terminal_id=_text(extra, "terminalId", limit=16) or _text(body, "terminalId", limit=16),
        issuer=_text(extra, "issuerId", "issuerCode", limit=20) or _text(body, "bankCode", limit=20),
        payer_mask=mask(_text(body, "customerNumber", limit=64)),
        paid_at=_instant(body, "paidTime")
        or _instant(extra, "paidTime")
        or _instant(extra, "transactionDate"),
    )


def mask(number: str) -> str:
    """A customer number as screens may show it: the last three characters at most."""
    return f"•••{number[-3:]}" if len(number) > 6 else ("•••" if number else "")


def _amount(body: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    if body.get("amount") is None:
        return None, "tidak menyebut jumlah uang"
    try:
        amount = money.from_snap(body["amount"])
    except money.MoneyError as error:
        return None, str(error)
    return (amount, "") if amount > 0 else (None, "jumlah uang nol")


def _text(fields: Mapping[str, Any], *names: str, limit: int) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:limit]
    return ""


def _instant(fields: Mapping[str, Any], name: str) -> datetime | None:
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
