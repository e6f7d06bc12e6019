"""What the form and the pasted table ask for: several steps in one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from opd.models import User
from payments.spending.drafts import SpendDraft
from payments.spending.models import Spend
from payments.spending.services.payees import PayeeDraft, add_payee
from payments.spending.services.spends import amend_spend, raise_spend, submit


@transaction.atomic
def propose(
    *,
    draft: SpendDraft,
    by: User,
    at: datetime,
    new_payee: PayeeDraft | None = None,
    also_submit: bool = False,
    copied_from: UUID | None = None,
) -> Spend:
    """Raise a spend, with a payee added first and submitted at once where asked.

    Raises what ``add_payee``, ``raise_spend`` and ``submit`` raise; then nothing is kept.
    """
    whole = _with_payee(draft, new_payee, by, at)
    spend = raise_spend(draft=whole, by=by, at=at, copied_from=copied_from)
    return submit(spend_id=spend.pk, by=by, at=at) if also_submit else spend


@transaction.atomic
def revise(
    *,
    spend_id: UUID,
    version: int,
    draft: SpendDraft,
    by: User,
    at: datetime,
    new_payee: PayeeDraft | None = None,
    also_submit: bool = False,
) -> Spend:
    """Amend a draft the same way. Raises what ``propose`` raises, and Stale."""
    whole = _with_payee(draft, new_payee, by, at)
    spend = amend_spend(spend_id=spend_id, version=version, draft=whole, by=by, at=at)
    return submit(spend_id=spend.pk, by=by, at=at) if also_submit else spend


@transaction.atomic
def raise_many(*, drafts: Sequence[SpendDraft], by: User, at: datetime) -> list[Spend]:
    """Drafts from a pasted table: every one, or none."""
    return [raise_spend(draft=draft, by=by, at=at) for draft in drafts]


def _with_payee(draft: SpendDraft, new_payee: PayeeDraft | None, by: User, at: datetime) -> SpendDraft:
    if new_payee is None:
        return draft
    added = add_payee(opd_id=draft.opd_id, draft=new_payee, by=by, at=at)
    return replace(draft, payee_id=added.pk)
