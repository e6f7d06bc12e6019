"""Posting: one round trip to ``ledger_post`` in ``sql/``, which holds every rule.

Amounts are rupiah with two places, never float. Nothing here updates or deletes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import Error, connection, transaction

from opd import audit
from opd.models import User
from payments.ledger.errors import LedgerError, translated
from payments.money import rupiah


@dataclass(frozen=True)
class Leg:
    """A line of a draft: ``amount`` above zero is a debit, below zero a credit."""

    role: str
    amount: Decimal
    opd_id: int | None
    kode_rekening: str = ""
    memo: str = ""


@dataclass(frozen=True)
class Draft:
    """A journal to be. ``source`` names the row it comes from, e.g. ``payment:<uuid>``."""

    kind: str
    source: str
    effective_date: date
    value_date: date
    description: str
    legs: tuple[Leg, ...]
    currency: str = "IDR"


@dataclass(frozen=True)
class Posted:
    """``created`` is False where the same key had posted the same body before."""

    journal_id: int
    created: bool


def debit(role: str, amount: Decimal, *, opd: int | None, kode_rekening: str = "", memo: str = "") -> Leg:
    """A debit leg. Raises MoneyError for a float or more than two places."""
    return Leg(role, rupiah(amount), opd, kode_rekening, memo)


def credit(role: str, amount: Decimal, *, opd: int | None, kode_rekening: str = "", memo: str = "") -> Leg:
    """A credit leg of a positive ``amount``. Raises MoneyError for a float or more than two places."""
    return Leg(role, -rupiah(amount), opd, kode_rekening, memo)


def post(draft: Draft, *, key: str, by: User | None, at: datetime, moves: bool = False) -> Posted:
    """Post one balanced journal, once per ``key``, in one round trip.

    ``moves`` says that its day is the event's, not the person's: in a closed month the journal then counts on
    the first open day and keeps its value date, as every journal without ``by`` does.

    Roles become accounts by the posting rules in force on ``effective_date``. A leg without kode rekening
    gets its account's code of that day, where one is known. ``at`` becomes ``recorded_at``; it and ``by`` are
    not part of the body that ``key`` protects. Raises a LedgerError (KeyReused, Unbalanced, PeriodClosed …).
    """
    return post_many([(key, draft)], by=by, at=at, moves=moves)[0]


def post_many(
    drafts: Sequence[tuple[str, Draft]], *, by: User | None, at: datetime, moves: bool = False
) -> list[Posted]:
    """Post a set of (key, draft), all or nothing, in one round trip; the answers keep the order."""
    return _send(request_of(drafts, by=by, at=at) | {"moves": moves})


def reverse(journal_id: int, *, key: str, reason: str, by: User | None, at: datetime) -> Posted:
    """Post the mirror of a journal, effective on the WIB day of ``at``; the original stays as it is.

    Legs keep the accounts, agencies and codes of the original. Raises BadReversal where the journal does not
    exist or is reversed already, BadHeader without a ``reason``.
    """
    return reverse_many([(key, journal_id)], reason=reason, by=by, at=at)[0]


def reverse_many(
    journals: Sequence[tuple[str, int]], *, reason: str, by: User | None, at: datetime
) -> list[Posted]:
    """``reverse`` for a set of (key, journal), all or nothing, in one round trip, in order."""
    if not journals:
        return []
    with transaction.atomic():
        bodies = [{"key": key, "reverses": journal, "description": reason} for key, journal in journals]
        answers = _send(_request(bodies, by=by, at=at))
        for (_, journal), posted in zip(journals, answers, strict=True):
            if posted.created:
                subject, after = ("ledger.journal", str(journal)), {"reversed_by": posted.journal_id}
                audit.record("journal.reverse", subject, by=by, at=at, after=after, reason=reason)
    return answers


def roll_up(*, at: datetime) -> int | None:
    """Close the finished transactions into a block; its number, or None where there was nothing to close."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_roll_up(%s)", [at])
        (block,) = cursor.fetchone()
    return None if block is None else int(block)


def request_of(drafts: Sequence[tuple[str, Draft]], *, by: User | None, at: datetime) -> dict[str, Any]:
    """What ``ledger_post`` takes for a set of drafts. Raises LedgerError for a naive ``at``."""
    return _request([{"key": key, **_body(draft)} for key, draft in drafts], by=by, at=at)


def _body(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "source": draft.source,
        "effective_date": draft.effective_date.isoformat(),
        "value_date": draft.value_date.isoformat(),
        "description": draft.description,
        "currency": draft.currency,
        "legs": [_leg(leg) for leg in draft.legs],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "role": leg.role,
        "amount": f"{rupiah(leg.amount):.2f}",
        "opd": leg.opd_id,
        "kode_rekening": leg.kode_rekening,
        "memo": leg.memo,
    }


def _request(journals: list[dict[str, Any]], *, by: User | None, at: datetime) -> dict[str, Any]:
    if at.tzinfo is None:
        raise LedgerError("Waktu pencatatan harus berzona waktu.")
    return {"by": by.pk if by else None, "at": at.isoformat(), "journals": journals}


def _send(request: dict[str, Any]) -> list[Posted]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_post(%s::jsonb)", [json.dumps(request)])
            return [Posted(journal, created) for _, journal, created in sorted(cursor.fetchall())]
    except Error as error:
        if refusal := translated(error):
            raise refusal from error
        raise
