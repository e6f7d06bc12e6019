"""Writes what happened (events) and what is odd (exceptions), inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from payments.incoming.models import MoneyException, Payment, PaymentEvent, PaymentRequest
from payments.incoming.texts import Trouble


@dataclass(frozen=True)
class MoneySeen:
    """One sighting of money, from wherever it was seen.

    ``source``: notice, query, settlement, statement or static. ``amount`` > 0 in rupiah; ``paid_at`` is the
    bank's time, aware. Unknown texts are empty. ``inbox_id`` and ``line_id`` name the raw row behind it.
    """

    source: str
    partner_id: int
    reference_no: str
    partner_reference_no: str
    rrn: str
    amount: Decimal
    paid_at: datetime
    nmid: str = ""
    terminal_id: str = ""
    issuer: str = ""
    inbox_id: int | None = None
    line_id: int | None = None
    payer_mask: str = ""
    method: str = "qris"


def happened(
    kind: str, *, at: datetime, request: PaymentRequest | None = None, payment: Payment | None = None
) -> None:
    """One event; ``kind`` as in ``payment.recorded``, ``request.paid``."""
    PaymentEvent.objects.create(kind=kind, request=request, payment=payment, at=at)


def odd(
    kind: Trouble,
    cause: str,
    *,
    at: datetime,
    seen: MoneySeen | None = None,
    request: PaymentRequest | None = None,
    payment: Payment | None = None,
    **facts: Any,
) -> None:
    """Raise an exception row once for one ``cause``; a repetition changes nothing."""
    opd_id = payment.opd_id if payment else (request.opd_id if request else None)
    row = MoneyException(
        kind=str(kind),
        cause=f"{kind}:{cause}"[:200],
        at=at,
        request=request,
        payment=payment,
        **{"opd_id": opd_id, **_facts(seen), **facts},
    )
    MoneyException.objects.bulk_create([row], ignore_conflicts=True)


def _facts(seen: MoneySeen | None) -> dict[str, Any]:
    if seen is None:
        return {}
    names = ("source", "partner_id", "amount", "rrn", "reference_no", "partner_reference_no", "nmid")
    more = ("terminal_id", "inbox_id", "line_id")
    return {name: getattr(seen, name) for name in (*names, *more)}


def payment_id_of(source: str) -> UUID | None:
    """The payment behind a journal's source key ``payment:<uuid>``; None for another source."""
    room, _, key = source.partition(":")
    if room != "payment":
        return None
    try:
        return UUID(key)
    except ValueError:
        return None
