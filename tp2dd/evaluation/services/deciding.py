"""The decision: scores are sealed with all that led to them, then published. Nothing changes after it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from opd import access, audit
from opd.models import User
from tp2dd.evaluation import standing
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import Campaign, Event, Result, Sheet, State
from tp2dd.evaluation.services import locking
from tp2dd.evaluation.standing import Board, Item


@transaction.atomic
def finalise(*, campaign_id: int, by: User, at: datetime) -> Campaign:
    """Decide the scores of all subjects. The caller asked for a second factor. Raises EvaluationError."""
    access.require(by, "evaluation.decide")
    row = locking.campaign(campaign_id)
    locking.require_state(row, State.DECIDING)
    sheets = Sheet.objects.select_for_update(of=("self",)).filter(campaign=row).select_related("opd")
    for sheet in sheets:
        sheet.campaign = row
    found = standing.boards(sheets)
    Result.objects.bulk_create([sealed(board, at) for board in found])
    row.state, row.decided_at, row.decided_by = State.FINAL, at, by
    row.save(update_fields=["state", "decided_at", "decided_by"])
    locking.tell(row, Event.Kind.FINAL, by=by, at=at, text=f"{len(found)} nilai")
    after = {
        "state": row.state,
        "scores": {board.sheet.subject: f"{board.result.score:f}" for board in found},
    }
    audit.record("evaluation.final", row, by=by, at=at, after=after)
    return row


@transaction.atomic
def publish(*, campaign_id: int, by: User, at: datetime) -> Campaign:
    """Show decided scores to everybody they concern. Raises EvaluationError."""
    access.require(by, "evaluation.decide")
    done = Campaign.objects.filter(pk=campaign_id, state=State.FINAL).update(
        state=State.PUBLISHED, published_at=at, published_by=by
    )
    row = locking.campaign(campaign_id)
    if not done:
        raise EvaluationError(f"{row} sedang “{row.get_state_display()}”. {locking.NOTHING}")
    locking.tell(row, Event.Kind.PUBLISHED, by=by, at=at)
    audit.record("evaluation.publish", row, by=by, at=at, after={"state": row.state})
    return row


def sealed(board: Board, at: datetime) -> Result:
    """A board as it will be kept; amounts as text, so that no reader rounds them."""
    result = board.result
    aspects = [
        {"code": one.aspect.code, "label": one.aspect.label, "weight": f"{one.aspect.weight:f}",
         "score": _text(one.score)}
        for one in result.aspects
    ]  # fmt: skip
    lines = [
        _line(board.by_code[line.indicator.code], f"{line.weight:f}", _text(line.points))
        for line in result.lines
    ]
    kept = Result(sheet=board.sheet, score=result.score, aspects=aspects, lines=lines, at=at)
    kept.digest = digest(kept)
    return kept


def _line(item: Item, weight: str, points: str | None) -> dict[str, Any]:
    one = item.indicator
    sides = {"reading": item.reading, "own": item.own, "review": item.review, "final": item.final}
    return {
        "code": one.code, "aspect": one.aspect, "label": one.label, "weight": weight, "points": points,
        "missing": item.given is None, "value": _text(item.given.value) if item.given else None,
        "said": {side: _text(row.value) for side, row in sides.items() if row is not None},
        "evidence": [[row.kind, row.name, row.evidence.sha256] for row in item.proofs],
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def digest(kept: Result) -> str:
    """SHA-256 of a result in one spelling."""
    content: Mapping[str, Any] = {
        "sheet": kept.sheet_id, "score": f"{kept.score:.2f}", "aspects": kept.aspects, "lines": kept.lines
    }  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
