"""What a journal needs to know of a spend."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from payments.spending.models import Spend, TaxKind, TaxLine
from payments.spending.postings import Facts, Tax
from payments.spending.services.closing import first_open_day


def facts_of(spend: Spend, day: date, *, gross: Decimal | None = None, taxes: bool = False) -> Facts:
    """The facts of a spend for something that happened on ``day`` (WIB); it counts on the first open day."""
    return Facts(
        source=spend.hold_key,
        opd=spend.opd_id,
        kode_rekening=spend.line.kode_rekening,
        gross=spend.amount if gross is None else gross,
        description=spend.description,
        effective=first_open_day(spend.opd_id, day),
        value=day,
        taxes=[tax_of(row) for row in spend.taxes.all()] if taxes else (),
    )


def tax_of(row: TaxLine) -> Tax:
    return Tax(TaxKind(row.kind).label, row.amount)
