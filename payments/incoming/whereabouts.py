"""Where a payment's money is now: told by the room that reads the banks' files, asked before money goes back.

Reconciliation stands above this room, so it registers itself here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from payments.incoming.refund_rules import Whereabouts

Where = Callable[[Collection[UUID]], dict[UUID, Whereabouts]]


def _nothing() -> None:
    return None


def _nowhere(payment_ids: Collection[UUID]) -> dict[UUID, Whereabouts]:
    return {}


_turn: Callable[[], None] = _nothing
_where: Where = _nowhere


def register(*, turn: Callable[[], None], where: Where) -> None:
    """``turn`` holds, until the transaction ends, the lock under which ``where`` may change."""
    global _turn, _where
    _turn, _where = turn, where


def take_turn() -> None:
    """Nothing moves into RKUD until the running transaction ends. Before any lock on a payment."""
    _turn()


def of(payment_ids: Collection[UUID]) -> dict[UUID, Whereabouts]:
    """Where each of these payments' money is, in one query; a payment that no file names is with the bank."""
    found = _where(payment_ids)
    return {payment_id: found.get(payment_id, Whereabouts()) for payment_id in payment_ids}


def of_one(payment_id: UUID) -> Whereabouts:
    return of([payment_id])[payment_id]
