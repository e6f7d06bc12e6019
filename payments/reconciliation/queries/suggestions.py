"""Suggestions as lists, with both sides of each in words. Days are WIB, inclusive; rupiah."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from opd.access import Scope
from payments.money import MoneyError, parse
from payments.reconciliation.models import ReconciliationException, SettlementBatch, StatementLine
from payments.reconciliation.suggestion_models import Suggestion, SuggestionState


@dataclass(frozen=True)
class SuggestionFilter:
    """All given conditions hold; ``amount`` is what a person typed, ``about`` the difference it may clear."""

    state: str = SuggestionState.OPEN
    kind: str = ""
    opd: int | None = None
    partner: int | None = None
    first: date | None = None
    last: date | None = None
    amount: str = ""
    about: ReconciliationException | None = None


@dataclass(frozen=True)
class Offer:
    """A suggestion and what stands behind it."""

    row: Suggestion
    batches: list[SettlementBatch]
    credits: list[StatementLine]


def suggestions(scope: Scope, where: SuggestionFilter) -> QuerySet[Suggestion]:
    """The best first."""
    rows = scope.filter(
        Suggestion.objects.select_related(
            "opd", "partner", "decided_by", "payment__receiving_account", "settlement_line"
        )
    )
    conditions = {
        "state": where.state, "kind": where.kind, "opd": where.opd, "partner": where.partner,
        "day__gte": where.first, "day__lte": where.last,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    if where.about:
        rows = rows.filter(_about(where.about))
    if where.amount:
        try:
            rows = rows.filter(amount=parse(where.amount))
        except MoneyError:
            return rows.none()
    return rows


def _about(difference: ReconciliationException) -> Q:
    """Those that name a part of a difference."""
    named = Q(pk__in=[])
    if difference.payment_id:
        named |= Q(payment=difference.payment_id)
    if difference.settlement_line_id:
        named |= Q(settlement_line=difference.settlement_line_id)
    elif difference.batch_id:
        named |= Q(batches__contains=[difference.batch_id])
    if difference.statement_line_id:
        named |= Q(credits__contains=[difference.statement_line_id])
    return named


def waiting(scope: Scope, about: ReconciliationException | None = None) -> int:
    return suggestions(scope, SuggestionFilter(about=about)).count()


def offers(rows: Sequence[Suggestion]) -> list[Offer]:
    """With their batches and credits, in two queries."""
    batches: dict[int, Any] = SettlementBatch.objects.in_bulk({pk for row in rows for pk in row.batches})
    credits: dict[int, Any] = StatementLine.objects.in_bulk({pk for row in rows for pk in row.credits})
    return [
        Offer(row, [batches[pk] for pk in row.batches], [credits[pk] for pk in row.credits]) for row in rows
    ]
