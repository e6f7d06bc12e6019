"""What of the evaluation waits for a person, with its deadline, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from tp2dd.evaluation import rights
from tp2dd.evaluation.models import Campaign, Sheet, State
from tp2dd.evaluation.queries import waiting as sheets_waiting


@dataclass(frozen=True)
class Due:
    """``due_on`` is the last day (WIB)."""

    text: str
    url: str
    due_on: date
    is_late: bool


def waiting(user: User, on: date) -> list[Due]:
    """Sheets to fill, sheets to review, scores to decide and to publish."""
    return sorted([*own(user, on), *to_review(user, on), *to_decide(user, on)], key=lambda one: one.due_on)


def own(user: User, on: date) -> list[Due]:
    rows = Sheet.objects.filter(rights.own_sheets(user)).select_related("campaign", "opd")
    words = {Sheet.State.DRAFT: "Isi dan sampaikan", Sheet.State.RETURNED: "Perbaiki dan sampaikan lagi"}
    return [
        _due(f"{words[Sheet.State(row.state)]}: {row}", row, _last_day(row), on)
        for row in sheets_waiting(rows, "draft", "returned")
    ]


def _last_day(row: Sheet) -> date:
    """A returned sheet, or one that missed its day, is due before the review ends."""
    late = row.campaign.state == State.REVIEW
    return row.campaign.review_due if late else row.campaign.self_due


def to_review(user: User, on: date) -> list[Due]:
    if not allowed(user, "evaluation.review"):
        return []
    rows = Sheet.objects.filter(campaign__state=State.REVIEW).select_related("campaign", "opd")
    found = sheets_waiting(rows, "submitted")
    return [_due(f"Tinjau: {row}", row, row.campaign.review_due, on) for row in found]


def _due(text: str, row: Sheet, last: date, on: date) -> Due:
    return Due(text, reverse("evaluation:sheet", args=[row.pk]), last, on > last)


def to_decide(user: User, on: date) -> list[Due]:
    if not allowed(user, "evaluation.decide"):
        return []
    rows = Campaign.objects.filter(state__in=[State.DECIDING, State.FINAL])
    words = {State.DECIDING: "Tetapkan nilai", State.FINAL: "Umumkan nilai"}
    return [
        Due(
            f"{words[State(row.state)]}: {row}", reverse("evaluation:campaign", args=[row.pk]), row.final_due,
            on > row.final_due,
        )
        for row in rows
    ]  # fmt: skip
