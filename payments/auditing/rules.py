"""What the law may change about audits: days to follow up, and what counts as remarkable. Dated rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from opd.office import rules

FOLLOW_UP_DAYS = "auditing.follow_up_days"
HOURS = "auditing.working_hours"
ROUND = "auditing.round_amount"
LIMITS = "auditing.purchase_limits"
NEAR = "auditing.near_limit"
SPLIT_DAYS = "auditing.split_days"


@dataclass(frozen=True)
class FollowUp:
    """How many days an agency has, and by which law."""

    days: int
    legal_basis: str
    confirmed: bool


def follow_up(on: date) -> FollowUp:
    """The rule in force on a day in WIB. Raises RuleMissing."""
    rule = rules.in_force(FOLLOW_UP_DAYS, on)
    return FollowUp(int(rule.value), rule.legal_basis, rule.confirmed)


def due(received: date) -> date:
    """The last day (WIB) to follow up what was received on a day. Raises RuleMissing."""
    return received + timedelta(days=follow_up(received).days)
