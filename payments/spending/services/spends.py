"""From draft to tested, and after payment: verified and passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from opd.models import User
from payments.spending.drafts import SpendDraft
from payments.spending.models import Claim, Spend


def raise_spend(*, draft: SpendDraft, by: User, at: datetime, copied_from: UUID | None = None) -> Spend:
    raise NotImplementedError


def amend_spend(*, spend_id: UUID, version: int, draft: SpendDraft, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def submit(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def approve(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def reject(*, spend_id: UUID, reason: str, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def cancel(*, spend_id: UUID, reason: str, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def test_spend(*, spend_id: UUID, checks: Mapping[str, bool], note: str, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def verify_spend(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def pass_spends(
    *, spend_ids: Iterable[UUID], claim: Claim, on: date, by: User | None, at: datetime
) -> list[Spend]:
    raise NotImplementedError
