"""Offers what data alone cannot prove, and does what people decide about it.

Nothing is matched here but what a person confirms; what is confirmed is booked as every other match.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg.sql import SQL

from opd import access, audit
from opd.models import User
from opd.office import rules
from opd.office.calendar import day_of
from payments.incoming.models import Payment
from payments.reconciliation.match_models import CreditMatch, DirectCredit, Match
from payments.reconciliation.models import SettlementBatch, SettlementLine, StatementLine
from payments.reconciliation.services import apart, booking, credits, differences, offered
from payments.reconciliation.services.lock import take_turn
from payments.reconciliation.suggestion_models import Suggestion, SuggestionState
from payments.reconciliation.texts import Offered, Rule

PERMISSION = "reconciliation.resolve"
LEAST = 5
NOTHING = "Belum ada yang berubah."
_FOUND = {Offered.PAYMENT: offered.PAYMENTS, Offered.CREDIT: offered.CREDITS, Offered.GROUP: offered.GROUPS}
_REFRESH = SQL(
    """
    WITH found (
        kind, key, score, rivals, why, day, opd_id, partner_id, amount, difference, payment_id,
        settlement_line_id, batches, credits
    ) AS MATERIALIZED ({found}), offered AS (
        INSERT INTO reconciliation_suggestion AS s (
            kind, key, state, score, rivals, why, day, opd_id, partner_id, amount, difference, payment_id,
            settlement_line_id, batches, credits, found_at, reason
        )
        SELECT DISTINCT ON (key) kind, key, 'open', greatest(0, least(100, score)), rivals, why, day, opd_id,
               partner_id, amount, difference, payment_id, settlement_line_id, batches, credits, %(at)s, ''
        FROM found ORDER BY key
        ON CONFLICT (key) WHERE state = 'open' DO UPDATE
        SET score = excluded.score, rivals = excluded.rivals, why = excluded.why, day = excluded.day,
            amount = excluded.amount, difference = excluded.difference
        WHERE (s.score, s.rivals, s.why, s.day, s.amount, s.difference) IS DISTINCT FROM
              (excluded.score, excluded.rivals, excluded.why, excluded.day, excluded.amount,
               excluded.difference)
    )
    UPDATE reconciliation_suggestion AS s SET state = 'stale', decided_at = %(at)s
    WHERE s.kind = %(kind)s AND s.state = 'open' AND NOT EXISTS (SELECT FROM found WHERE found.key = s.key)
    """
)


class SuggestionError(Exception):
    """It cannot be decided so; nothing was changed. The message is for the person at the screen."""


@dataclass
class Outcome:
    """What was confirmed, and why the others were not."""

    confirmed: list[Suggestion] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tolerance:
    """How far a credit may be from what is owed: ``most`` rupiah, and ``percent`` of it."""

    most: Decimal
    percent: Decimal

    def allows(self, short: Decimal, owed: Decimal) -> bool:
        return abs(short) <= min(self.most, owed * self.percent / 100)


def refresh(*, at: datetime) -> None:
    """Offer what fits now, withdraw what no longer does. Call it under the room's lock; idempotent."""
    today, tolerance = day_of(at), _tolerance(at)
    values: dict[str, Any] = {
        "at": at,
        "since": today - timedelta(days=offered.LOOK_BACK),
        "minutes": int(rules.value("reconciliation.suggestion_minutes", today)),
        "days": int(rules.value("reconciliation.suggestion_days", today)),
        "parts": int(rules.value("reconciliation.suggestion_parts", today)),
        "tolerance": tolerance.most,
        "percent": tolerance.percent,
    }
    with connection.cursor() as cursor:
        for kind, found in _FOUND.items():
            cursor.execute(_REFRESH.format(found=SQL(found)), {**values, "kind": str(kind)})


def confirm(*, suggestion_ids: Collection[int], by: User, at: datetime) -> Outcome:
    """Match what a person confirmed, as far as it still holds, and book it.

    Everything is checked again under the room's lock: what is not free any more, or has other amounts, is
    withdrawn and named in ``refused``. Raises PermissionDenied for one outside the person's agencies.
    """
    outcome = Outcome()
    with transaction.atomic():
        take_turn()
        rows = _open(suggestion_ids, by)
        credits.net_of_refunds()
        for row in rows:
            problem = _DO[Offered(row.kind)](row, at)
            row.state = SuggestionState.STALE if problem else SuggestionState.CONFIRMED
            row.decided_at, row.decided_by, row.reason = at, by, problem
            row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
            if problem:
                outcome.refused.append(f"{row}: {problem}")
            else:
                outcome.confirmed.append(row)
                _told("suggestion.confirm", row, by, at)
        if len(rows) < len(set(suggestion_ids)):
            outcome.refused.append("Sebagian sudah diputus atau tidak berlaku lagi.")
        differences.refresh(file_id=None, at=at)
        refresh(at=at)
    booking.book_credited(at=at)
    return outcome


def reject(*, suggestion_ids: Collection[int], reason: str, by: User, at: datetime) -> list[Suggestion]:
    """Say that these are not the same money. A pair is kept apart; a group is not offered again.

    Raises PermissionDenied, SuggestionError without a reason.
    """
    words = " ".join(reason.split())[:300]
    if len(words) < LEAST:
        raise SuggestionError(f"Tulis alasannya, paling sedikit {LEAST} huruf. {NOTHING}")
    with transaction.atomic():
        take_turn()
        rows = _open(suggestion_ids, by)
        for row in rows:
            if row.kind != Offered.GROUP:
                apart.keep(opd=row.opd_id, reason=words, by=by, at=at, **_pair(row))
            row.state, row.decided_at, row.decided_by, row.reason = SuggestionState.REJECTED, at, by, words
            row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
            _told("suggestion.reject", row, by, at, reason=words)
        refresh(at=at)
    return rows


def offer_again(*, suggestion_id: int, by: User, at: datetime) -> None:
    """Let a rejected group be offered again where it still fits. Raises SuggestionError."""
    with transaction.atomic():
        take_turn()
        rows = _held(
            Suggestion.objects.filter(kind=Offered.GROUP, state=SuggestionState.REJECTED), [suggestion_id], by
        )
        if not rows:
            raise SuggestionError(f"Hanya gabungan yang ditolak dapat ditawarkan lagi. {NOTHING}")
        rows[0].state = SuggestionState.STALE
        rows[0].save(update_fields=["state"])
        _told("suggestion.offer_again", rows[0], by, at)
        refresh(at=at)


def _tolerance(at: datetime) -> Tolerance:
    key = "reconciliation.credit_tolerance"
    most, percent = (Decimal(rules.value(name, day_of(at))) for name in (key, f"{key}_percent"))
    return Tolerance(most, percent)


def _open(ids: Collection[int], by: User) -> list[Suggestion]:
    return _held(Suggestion.objects.filter(state=SuggestionState.OPEN), ids, by)


def _held(rows: QuerySet[Suggestion], ids: Collection[int], by: User) -> list[Suggestion]:
    """Those of them that ``by`` may decide on, held until commit; the best first."""
    held = list(rows.filter(pk__in=ids).select_for_update(of=("self",)).order_by("-score", "day", "pk"))
    for row in held:
        access.require(by, PERMISSION, opd=row.opd_id or 0)
    return held


def _pair(row: Suggestion) -> dict[str, Any]:
    if row.kind == Offered.PAYMENT:
        return {"payment_id": row.payment_id, "settlement_line_id": row.settlement_line_id}
    return {"batch_id": row.batches[0], "statement_line_id": row.credits[0]}


def _told(action: str, row: Suggestion, by: User, at: datetime, reason: str = "") -> None:
    after = {"key": row.key, "amount": str(row.amount), "difference": str(row.difference)}
    audit.record(action, row, by=by, at=at, after=after, reason=reason)


def _match_payment(row: Suggestion, at: datetime) -> str:
    """Match the two; else why not."""
    pair = _pair(row)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=pair["payment_id"])
    line = SettlementLine.objects.get(pk=pair["settlement_line_id"])
    taken = Match.objects.standing()
    if taken.filter(payment=payment).exists() or taken.filter(line=line).exists():
        return "Salah satunya sudah dicocokkan."
    if apart.stands(**pair):
        return "Keduanya dinyatakan bukan pasangan."
    if payment.amount != line.gross:
        return "Jumlahnya tidak lagi sama."
    Match.objects.create(payment=payment, line=line, rule=str(Rule.WINDOW), agrees=True, matched_at=at)
    return ""


def _match_credits(row: Suggestion, at: datetime) -> str:
    """Match the credits with the batches, each credit whole; else why not."""
    batches = list(
        SettlementBatch.objects.select_for_update().filter(pk__in=row.batches).order_by("due_on", "pk")
    )
    lines = list(StatementLine.objects.filter(pk__in=row.credits).order_by("post_date", "pk"))
    if CreditMatch.objects.standing().filter(line__in=lines).exists() or (
        DirectCredit.objects.standing().filter(line__in=lines).exists()
    ):
        return "Dana masuknya sudah dicocokkan."
    if any(apart.stands(batch_id=batch.pk, statement_line_id=line.pk) for batch in batches for line in lines):
        return "Dinyatakan bukan pasangan."
    owed = [batch.net - batch.refunded - batch.credited for batch in batches]
    short = sum(owed, Decimal(0)) - sum((line.credit for line in lines), Decimal(0))
    if min(owed) <= 0 or short != row.difference:
        return "Yang masih terutang pada batch itu sudah berubah."
    if short and (len(batches) + len(lines) > 2 or not _tolerance(at).allows(short, owed[0])):
        return "Selisihnya tidak lagi dalam toleransi."
    parts = [(0, 0, lines[0].credit)] if short else allocate([line.credit for line in lines], owed)
    rule = "group" if row.kind == Offered.GROUP else "tolerance" if short else "confirmed"
    for line, batch, amount in parts:
        CreditMatch.objects.create(
            line=lines[line], batch=batches[batch], amount=amount, rule=rule, matched_at=at
        )
    credits.recount([batch.pk for batch in batches])
    return ""


def allocate(came: Sequence[Decimal], owed: Sequence[Decimal]) -> list[tuple[int, int, Decimal]]:
    """Pay each debt in turn from what came, in order: (which came, which owed, rupiah above zero). Pure.

    Both sides sum to the same; so do the parts of each of them.
    """
    parts: list[tuple[int, int, Decimal]] = []
    left, rest, place = list(came), list(owed), 0
    for number in range(len(left)):
        while left[number] > 0:
            amount = min(left[number], rest[place])
            parts.append((number, place, amount))
            left[number] -= amount
            rest[place] -= amount
            place += rest[place] == 0
    return parts


_DO = {
    Offered.PAYMENT: _match_payment,
    Offered.CREDIT: _match_credits,
    Offered.GROUP: _match_credits,
}
