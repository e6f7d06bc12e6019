"""What a person asks for, before it is a row. Amounts are rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.spending.models import Channel, Method, Source, SpendType, TaxKind


@dataclass(frozen=True)
class TaxDraft:
    """A tax to withhold from the gross amount."""

    kind: TaxKind
    amount: Decimal
    billing_code: str = ""


@dataclass(frozen=True)
class SpendDraft:
    """One spend to be. ``amount`` is gross; taxes are withheld from it; ``surcharge`` is only shown."""

    opd_id: int
    year: int
    line_id: int
    source: Source
    channel: Channel
    amount: Decimal
    description: str
    spend_date: date
    payee_id: int | None = None
    merchant_name: str = ""
    nmid: str = ""
    qris_content: str = ""
    surcharge: Decimal = Decimal(0)
    type: SpendType = SpendType.GOODS
    method: Method = Method.OTHER
    is_domestic: bool = False
    is_umkm: bool = False
    taxes: tuple[TaxDraft, ...] = ()
