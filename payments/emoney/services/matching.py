"""Our top-ups and returns beside the issuer's lines: each is used once."""

from __future__ import annotations

from datetime import date
from typing import Any

from opd.office import rules
from payments.emoney.models import Card, Movement, MovementKind, Return, ReturnKind, TopUp


def match_top_ups(card: Card) -> int:
    """Match what can be matched on a locked card; how many lines found their top-up."""
    ours = TopUp.objects.filter(card=card, movement=None).order_by("paid_date", "made_at")
    return _match(_free(card, MovementKind.TOPUP), list(ours), "top_up")


def match_returns(card: Card) -> int:
    """The same for withdrawals and the balances that came back."""
    ours = Return.objects.filter(card=card, kind=ReturnKind.BALANCE, movement=None)
    return _match(
        _free(card, MovementKind.WITHDRAW), list(ours.order_by("paid_date", "made_at")), "given_back"
    )


def _free(card: Card, kind: MovementKind) -> list[Movement]:
    rows = Movement.objects.filter(card=card, kind=kind, top_up=None, given_back=None, explained_at=None)
    return list(rows.order_by("position"))


def _match(lines: list[Movement], ours: list[Any], field: str) -> int:
    matched = 0
    for line in lines:
        near = int(rules.value("emoney.match_days", line.day))
        fitting = [row for row in ours if row.amount == line.amount and _apart(row, line) <= near]
        if not fitting:
            continue
        best = min(fitting, key=lambda row: (row.reference_no != line.reference_no, _apart(row, line)))
        if Movement.objects.filter(pk=line.pk, **{field: None}).update(**{field: best}):
            ours.remove(best)
            matched += 1
    return matched


def _apart(row: TopUp | Return, line: Movement) -> int:
    day: date = row.paid_date
    return abs((day - line.day).days)
