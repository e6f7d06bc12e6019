"""A printed QRIS of a merchant of ours: the payer types the amount, and the bank names each payment itself.

No call asked for it, so it has no reference of the partner: neither the notice nor the line of the settlement
file names one. Merchant, terminal, amount, time and RRN are what the partner can know it by.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from payments import qris
from payments.sandbox import numbers
from payments.sandbox.acquirer import LIMIT
from payments.sandbox.models import Partner, Qr
from payments.sandbox.partners import Merchant, credentials

_TIME_TO_PAY = timedelta(minutes=15)


class PrintedError(Exception):
    """The message is for the person with the phone."""


def merchant_of(payload: qris.QrisPayload) -> Merchant | None:
    """The merchant of ours whose printed code this is: NMID, PAN and, where the code names one, terminal."""
    if payload.is_dynamic or payload.amount is not None:
        return None
    pans = {account.pan for account in payload.merchants}
    terminal = payload.additional.terminal_label
    for merchant in credentials().by_slug(Partner.OURS).merchants:
        same_terminal = terminal in {None, "", merchant.terminal_id}
        if merchant.nmid == payload.nmid and merchant.merchant_pan in pans and same_terminal:
            return merchant
    return None


def type_amount(payload: qris.QrisPayload, amount: Decimal, *, at: datetime) -> Qr:
    """What the payer is about to confirm, in rupiah. Raises PrintedError."""
    merchant = merchant_of(payload)
    if merchant is None:
        raise PrintedError("Ini bukan QRIS cetak terbitan bank uji coba. Uang tidak berpindah.")
    if amount > LIMIT:
        raise PrintedError("Jumlahnya melewati batas Rp10.000.000. Uang tidak berpindah.")
    return Qr.objects.create(
        reference_no=numbers.reference_no(at),
        partner=Partner.OURS,
        printed=True,
        **merchant.columns,
        amount=amount,
        qr_content=str(payload),
        created_at=at,
        valid_until=at + _TIME_TO_PAY,
    )
