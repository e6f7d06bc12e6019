"""The end of a year: UP and e-money go to zero, then the year is closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.planning.models import Purse
from payments.books.errors import BookError
from payments.books.models import CashKind, CashMovement, YearClosing
from payments.books.queries import unfinished
from payments.books.services import turns
from payments.books.services.cash import CashDraft, move_cash


def return_fund(
    *,
    opd_id: int,
    purse: str,
    amount: Decimal,
    moved_date: date,
    reference: str,
    request_key: str,
    by: User,
    at: datetime,
) -> CashMovement:
    """The rest of UP or TU goes back to RKUD: journal ``fund_returned``, and the purse shrinks by as much."""
    if purse not in ("up_cash", "tu"):
        raise BookError("Pilih UP atau TU. Tidak ada uang yang tercatat berpindah.")
    draft = CashDraft(
        request_key=request_key, opd_id=opd_id, kind=CashKind.FUND_BACK, amount=amount, moved_date=moved_date,
        reference=reference, reason=f"Setoran sisa {'UP' if purse == 'up_cash' else 'TU'} ke RKUD",
        purse=purse,
    )  # fmt: skip
    with transaction.atomic():
        # Payments lock their purse before they share the books; the same order here, or the two would wait
        # for each other.
        Purse.objects.select_for_update().filter(opd=opd_id, year=moved_date.year, kind=purse).first()
        return move_cash(draft=draft, by=by, at=at)


def close_year(*, opd_id: int, year: int, by: User, at: datetime) -> YearClosing:
    """Close a year, once every step is at zero. Raises BookError naming what is not; PermissionDenied."""
    access.require(by, "books.close", opd=opd_id)
    try:
        with transaction.atomic():
            turns.take(opd_id)
            steps = unfinished.year_end(opd_id, year)
            left = [step.label for step in steps if not step.is_done]
            if left:
                raise BookError(f"Belum nol: {'; '.join(left)}. Tahun {year} belum ditutup.")
            figures = {step.code: f"{step.amount:.2f}" for step in steps}
            row = YearClosing.objects.create(
                opd_id=opd_id, year=year, figures=figures, closed_at=at, closed_by=by
            )
            audit.record("books.close_year", row, by=by, at=at, after={"year": year})
    except IntegrityError as error:
        raise BookError(f"Tahun {year} sudah ditutup.") from error
    return row
