"""The tie between a hold and the SIPD row that reports it. Call inside the hold's transaction."""

from __future__ import annotations

from datetime import datetime

from opd import audit
from opd.models import User
from opd.planning.models import Hold, HoldState, RowState, SipdRow

BY_DOCUMENT = "Nomor dokumen, baris, dan nilai sama"


def unlink(held: Hold) -> None:
    """A released hold proves nothing any more: its row waits for a decision again."""
    SipdRow.objects.filter(hold=held).update(
        state=RowState.OPEN,
        hold=None,
        decided_at=None,
        decided_by=None,
        reason="Pengajuan yang semula cocok sudah dilepas.",
    )


def link_by_document(held: Hold, *, by: User | None, at: datetime) -> SipdRow | None:
    """Match the one open row with this hold's document number, line and amount, if there is exactly one."""
    if not held.document_number or held.state == HoldState.RELEASED or hasattr(held, "sipd_row"):
        return None
    amount = held.amount if held.realised_amount is None else held.realised_amount
    rows = list(
        SipdRow.objects.select_for_update().filter(
            line_id=held.line_id, document_number=held.document_number, amount=amount, state=RowState.OPEN
        )[:2]
    )
    if len(rows) != 1:
        return None
    return link(rows[0], held, reason=BY_DOCUMENT, by=by, at=at)


def link(row: SipdRow, held: Hold, *, reason: str, by: User | None, at: datetime) -> SipdRow:
    """Say that an open row reports this hold; it is never counted beside it."""
    row.state, row.hold, row.line_id, row.reason = RowState.MATCHED, held, held.line_id, reason[:300]
    row.decided_at, row.decided_by = at, by
    row.save(update_fields=["state", "hold", "line", "reason", "decided_at", "decided_by"])
    audit.record("sipd_row.match", row, by=by, at=at, after={"hold": str(held.pk)}, reason=reason[:300])
    return row
