"""Pins exports to a sealed block: a row counts as known once the block seals its journal."""

from __future__ import annotations

from typing import Any

from opd.office.exports.kinds import Asked, ExportError
from payments.ledger.models import Block


def last_block() -> dict[str, int]:
    """The newest sealed block. Raises ExportError before the first."""
    last = Block.objects.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        raise ExportError("Belum ada jurnal yang tersegel. Coba lagi semenit lagi.")
    return {"block": last}


def seal(asked: Asked) -> dict[str, Any]:
    """The manifest's word on the block that ``asked`` names."""
    block = Block.objects.get(pk=asked["block"])
    return {"seal": {"block": block.pk, "hash": block.fingerprint}}


def sealed(journal: str, column: str = "xid") -> str:
    """The condition that a journal, or another row with its transaction, lies in %(block)s or before."""
    last = "(SELECT upto_xid FROM ledger_block WHERE id = %(block)s)"
    return f"{journal}.{column} < {last}"
