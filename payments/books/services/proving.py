"""A payment that the bank's statement shows is proven: through the door of the room that paid it."""

from __future__ import annotations

from datetime import datetime

from opd.models import User
from payments.books.queries import bank
from payments.spending.services import proofs


def prove(journal: int, *, by: User | None, at: datetime) -> None:
    """Mark the payment behind a journal as proven, where it is a spend's and not proven yet."""
    disbursement = bank.disbursement_of(journal)
    if disbursement is not None and disbursement.proven_at is None:
        proofs.prove(disbursement_id=disbursement.pk, proven_at=at, by=by, at=at)
