"""An officer's shift: opened at one point, closed by counting the cash; then it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from payments.books.notes import total_of
from payments.money import format_rupiah, rupiah
from retribusi.counter.errors import CounterError, Unexplained
from retribusi.counter.models import Sale, Shift
from retribusi.counter.queries import totals_of
from retribusi.models import CollectionPoint, Order
from retribusi.stbp import papers as stbp

MOST_CHANGE = Decimal(2_000_000)


def open_shift(*, point: CollectionPoint, change_amount: Decimal, by: User, at: datetime) -> Shift:
    """Open a shift at a point that sells; the same officer and point again gives the shift that is open.

    Raises CounterError where the officer has a shift open elsewhere, or the point doesn't sell.
    """
    access.require(by, "counter.sell", opd=point.opd_id)
    amount = rupiah(change_amount)
    if point.status != CollectionPoint.Status.LIVE:
        raise CounterError(f"{point.name} sedang tidak menjual. Shift belum dibuka.")
    if not 0 <= amount <= MOST_CHANGE:
        raise CounterError(f"Uang kembalian paling banyak {format_rupiah(MOST_CHANGE)}. Shift belum dibuka.")
    try:
        with transaction.atomic():
            shift = Shift.objects.create(point=point, officer=by, opened_at=at, change_amount=amount)
            after = {"point": point.slug, "change": f"{amount:.2f}"}
            audit.record("shift.open", shift, by=by, at=at, after=after)
    except IntegrityError:
        mine = open_of(by)
        if mine is None or mine.point_id != point.pk:
            where = mine.point.name if mine else "titik lain"
            raise CounterError(f"Shift Anda di {where} masih terbuka. Tutup dahulu.") from None
        return mine
    return shift


def open_of(officer: User, *, lock: bool = False) -> Shift | None:
    """The officer's open shift, locked for whoever sells or closes."""
    rows = Shift.objects.open().filter(officer=officer).select_related("point__opd")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


@transaction.atomic
def close_shift(
    *, shift_id: UUID, counted: Mapping[str, int], explanation: str, by: User, at: datetime
) -> Shift:
    """Count the cash, freeze the totals, issue the TBP of the cash. Pressed again with the same count, it
    returns the closed shift.

    Raises Unexplained where the count differs from cash sales plus change without a word on it; CounterError
    where it was closed with another count. Sales wait while this runs, and find the shift closed.
    """
    shift = Shift.objects.select_for_update(of=("self",)).select_related("point").get(pk=shift_id, officer=by)
    access.require(by, "counter.sell", opd=shift.point.opd_id)
    if shift.closed_at is not None:
        return _closed(shift, counted)
    Sale.objects.filter(shift=shift, order__state=Order.State.PAID).update(in_totals=True)
    totals = totals_of(shift)
    cash = Decimal(totals["cash"]["amount"])
    found, explanation = total_of(counted), " ".join(explanation.split())[:400]
    expected = cash + shift.change_amount
    if found != expected and len(explanation) < 5:
        raise Unexplained(
            f"Uang dihitung {format_rupiah(found)}, seharusnya {format_rupiah(expected)}. Jelaskan selisih "
            f"{format_rupiah(found - expected)}; shift belum ditutup."
        )
    shift.closed_at, shift.counted, shift.counted_total = at, dict(counted), found
    shift.totals, shift.cash_total, shift.explanation = totals, cash, explanation
    shift.save(update_fields=["closed_at", "counted", "counted_total", "totals", "cash_total", "explanation"])
    after: dict[str, Any] = {"cash": f"{cash:.2f}", "counted": f"{found:.2f}", "totals": totals}
    audit.record("shift.close", shift, by=by, at=at, after=after, reason=explanation[:300])
    if cash:
        stbp.issue(shift, by=by, at=at)
    return shift


def _closed(shift: Shift, counted: Mapping[str, int]) -> Shift:
    if shift.counted != dict(counted):
        raise CounterError("Shift ini sudah ditutup dengan hitungan lain; hitungan pertama yang berlaku.")
    return shift
