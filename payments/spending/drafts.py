"""What a person asks for, before it is a row. Amounts are rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payments.spending.models import Channel, Method, Source, Spend, SpendType, TaxKind


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


def draft_of(spend: Spend, *, spend_date: date | None = None) -> SpendDraft:
    """The draft that would make this spend again; billing codes belong to one payment and stay behind."""
    return SpendDraft(
        opd_id=spend.opd_id,
        year=spend.year,
        line_id=spend.line_id,
        source=Source(spend.source),
        channel=Channel(spend.channel),
        payee_id=spend.payee_id,
        merchant_name=spend.merchant_name,
        amount=spend.amount,
        surcharge=spend.surcharge,
        description=spend.description,
        spend_date=spend_date or spend.spend_date,
        type=SpendType(spend.type),
        method=Method(spend.method),
        is_domestic=spend.is_domestic,
        is_umkm=spend.is_umkm,
        taxes=tuple(TaxDraft(TaxKind(tax.kind), tax.amount) for tax in spend.taxes.all()),
    )
