"""UP KKPD of an agency: the cards' common limit, as the decree on UP gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from opd import access
from opd.models import User
from opd.planning import queries as planning
from opd.planning.models import Purse, PurseKind
from opd.planning.services import grow_purse, shrink_purse
from payments.kkpd.errors import KkpdError


@transaction.atomic
def set_limit(*, opd_id: int, year: int, by: User, at: datetime) -> Purse:
    """Bring UP KKPD to its share of the decree in force (rupiah); the treasurer does it once per decree.

    No money moves: the issuer lays it out. Never below what is used. Raises KkpdError, BudgetError.
    """
    access.require(by, "kkpd.settle", opd=opd_id)
    figure = next(one for one in planning.purses(opd_id, year) if one.kind == PurseKind.UP_KKPD)
    if figure.share is None:
        raise KkpdError(f"SK besaran UP tahun {year} belum dicatat untuk OPD ini. Limit tidak berubah.")
    change = figure.share - figure.limit
    if not change:
        raise KkpdError("Limit UP KKPD sudah sama dengan SK. Tidak ada yang berubah.")
    facts: dict[str, Any] = {
        "opd_id": opd_id, "year": year, "kind": PurseKind.UP_KKPD, "amount": abs(change), "by": by, "at": at,
        "key": f"kkpd:limit:{opd_id}:{year}:{figure.limit:.2f}:{figure.share:.2f}:{at.isoformat()}",
        "reason": "Limit UP KKPD menurut SK",
    }  # fmt: skip
    return grow_purse(**facts) if change > 0 else shrink_purse(**facts)
