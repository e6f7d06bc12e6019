"""One spend at a time: locked, checked, moved by a conditional UPDATE, its audit row beside it.

Locks are taken in one order everywhere: the claim, the spend, its payment, the books of the agency (its open
day), the budget line, the purse.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from opd import access, audit
from opd.models import User
from payments.spending import rules
from payments.spending.errors import Missing, OwnWork, WrongState
from payments.spending.models import Spend, SpendState
from payments.spending.rules import Deed, State
from payments.spending.texts import DEEDS


def locked(spend_id: UUID) -> Spend:
    """The spend, locked until the transaction ends, with its line, agency and payee. Raises Missing."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("belanja hanya dikunci di dalam transaksi")
    rows = Spend.objects.select_for_update(of=("self",), no_key=True)
    spend = rows.select_related("line", "opd", "payee", "raised_by").filter(pk=spend_id).first()
    if spend is None:
        raise Missing("Belanja ini tidak ada. Tidak ada yang berubah.")
    return spend


def check(spend: Spend, deed: Deed) -> State:
    """The state that ``deed`` leads to. Raises WrongState."""
    after = rules.after(State(spend.state), deed)
    if after is None:
        raise WrongState(
            f"Belanja ini berkeadaan “{SpendState(spend.state).label}”, jadi tidak dapat {DEEDS[deed]}. "
            "Tidak ada yang berubah; muat ulang halaman untuk melihat keadaannya."
        )
    return after


def move(
    spend: Spend,
    deed: Deed,
    *,
    action: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    **values: Any,
) -> Spend:
    """Take a locked spend one step further and write who did it. Raises WrongState."""
    before, after = State(spend.state), check(spend, deed)
    rows = Spend.objects.filter(pk=spend.pk, state=before, version=spend.version)
    if not rows.update(state=after, version=F("version") + 1, **values):
        raise WrongState("Keadaan belanja ini baru saja berubah. Tidak ada yang dicatat; muat ulang halaman.")
    spend.refresh_from_db(fields=["state", "version", *values])
    audit.record(
        action,
        spend,
        by=by,
        at=at,
        before={"state": str(before)},
        after={"state": str(after), **(facts or {})},
        reason=reason[:300],
    )
    return spend


def require_any(by: User, permissions: tuple[str, ...], opd_id: int) -> None:
    """PermissionDenied unless the person holds one of ``permissions`` for the agency."""
    if not any(access.allowed(by, name, opd=opd_id) for name in permissions):
        access.require(by, permissions[0], opd=opd_id)


def refuse_own(by: User, others: tuple[int | None, ...], deed: str) -> None:
    """OwnWork where ``by`` is among those whose work is checked."""
    if by.pk in others:
        raise OwnWork(
            f"Anda sendiri yang mengerjakan langkah sebelumnya, jadi orang lain yang harus {deed}. "
            "Tidak ada yang berubah."
        )


def reason_of(text: str, deed: str) -> str:
    """A reason, needed. Raises WrongState where it is empty."""
    reason = " ".join(text.split())[:300]
    if not reason:
        raise WrongState(f"Tulis alasannya dahulu. Belanja belum {deed}.")
    return reason
