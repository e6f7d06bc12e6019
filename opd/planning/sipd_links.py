"""The tie between a hold and the SIPD row that reports it. Call inside the transaction of the deed.

Whoever ties holds the lock of the line (or of all lines): no hold and no row is tied twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from opd import audit
from opd.models import User
from opd.office import rules
from opd.office.calendar import day_of
from opd.planning.matching import Pair, Promised, Reported, match
from opd.planning.models import Correction, Hold, HoldState, RowState, SipdRow

_OUR_NUMBERS = ("Nomor Dokumen", "Nomor SPP", "Nomor SPM", "Nomor SP2D")


def numbers(row: SipdRow) -> frozenset[str]:
    """Every document number under which a hold may know this row."""
    return frozenset(word for word in (str(row.raw.get(name, "")).strip() for name in _OUR_NUMBERS) if word)


def unlink(held: Hold) -> None:
    """A released hold proves nothing any more: its row waits for a decision again."""
    SipdRow.objects.filter(hold=held).update(
        state=RowState.OPEN,
        hold=None,
        decided_at=None,
        decided_by=None,
        reason="Pengajuan yang semula cocok sudah dilepas.",
    )


def link(row: SipdRow, hold_id: UUID | str, *, reason: str, by: User | None, at: datetime) -> None:
    """Say that an open row reports this hold; it is never counted beside it."""
    line_id = Hold.objects.values_list("line_id", flat=True).get(pk=hold_id)
    changed = SipdRow.objects.filter(pk=row.pk, state=RowState.OPEN).update(
        state=RowState.MATCHED, hold=hold_id, line=line_id, reason=reason[:300], decided_at=at, decided_by=by
    )
    assert changed, "the line's lock keeps others from deciding"
    row.refresh_from_db()
    audit.record("sipd_row.match", row, by=by, at=at, after={"hold": str(hold_id)}, reason=reason[:300])


def match_open(*, opd_ids: Iterable[int], year: int, by: User | None, at: datetime) -> int:
    """Tie every open row of these agencies whose hold is sure; how many were tied."""
    rows = {
        row.pk: row
        for row in SipdRow.objects.filter(
            opd__in=set(opd_ids), file__year=year, state=RowState.OPEN, line__isnull=False
        )
    }
    if not rows:
        return 0
    within = int(rules.value("sipd.match_days", day_of(at)))
    pairs = match(
        _reported(rows.values()), _promised({row.line_id for row in rows.values()}), within_days=within
    )
    for pair in pairs:
        link(rows[pair.row], pair.hold, reason=pair.why, by=by, at=at)
    return len(pairs)


def match_hold(held: Hold, *, by: User | None, at: datetime) -> Pair | None:
    """Tie the open row with this hold's document number, line and amount, if there is one."""
    if (
        not held.document_number
        or held.state == HoldState.RELEASED
        or SipdRow.objects.filter(hold=held).exists()
    ):
        return None
    rows = {row.pk: row for row in SipdRow.objects.filter(line=held.line_id, state=RowState.OPEN)}
    ours = [one for one in _promised({held.line_id}) if one.id == str(held.pk)]
    sure = match(
        [one for one in _reported(rows.values()) if held.document_number in one.numbers], ours, within_days=-1
    )
    for pair in sure:
        link(rows[pair.row], pair.hold, reason=pair.why, by=by, at=at)
    return sure[0] if sure else None


def candidates(line_ids: Iterable[int | None]) -> list[Hold]:
    """Holds that no row reports yet, with ``gross`` as SIPD shows them: before money came back."""
    rows = (
        Hold.objects.filter(line__in=set(line_ids), sipd_row=None)
        .exclude(state=HoldState.RELEASED)
        .select_related("line")
        .order_by("on_date", "made_at")
    )
    returned = dict(
        Correction.objects.filter(hold__line__in=set(line_ids))
        .values_list("hold")
        .annotate(sum=Sum("amount"))
    )
    found = list(rows)
    for held in found:
        held.gross = gross(held, returned.get(held.pk, Decimal(0)))  # type: ignore[attr-defined]
    return found


def gross(held: Hold, returned: Decimal) -> Decimal:
    return held.amount if held.realised_amount is None else held.realised_amount + returned


def _promised(line_ids: Iterable[int | None]) -> list[Promised]:
    return [
        Promised(
            str(held.pk),
            held.line_id,
            held.gross,  # type: ignore[attr-defined]
            held.realised_date or held.on_date,
            held.document_number,
        )
        for held in candidates(line_ids)
    ]


def _reported(rows: Iterable[SipdRow]) -> list[Reported]:
    return [
        Reported(row.pk, row.line_id, row.amount, row.document_date, numbers(row))
        for row in rows
        if row.line_id is not None
    ]
