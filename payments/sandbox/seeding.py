"""What the bank would have seen before it first ran, from the app's demo seed: QRIS, payments, open day.

The file (JSON): ``opened_on`` (the business day that is open), ``opening_balance`` (RKUD, rupiah as text),
``qrs`` and ``payments``. A payment with ``settled`` true was in a file of its ``business_date`` already; one
with false comes in the file of the open day. ``seeding_spending`` says what an agency's spending adds. Every
part may be given again: what is there stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from payments import qris
from payments.money import MoneyError, rupiah
from payments.sandbox import days, seeding_spending
from payments.sandbox.cards import CardError
from payments.sandbox.door import Refusal
from payments.sandbox.emoney import EmoneyError
from payments.sandbox.models import BankDay, Partner, Payment, Qr
from payments.sandbox.partners import credentials
from payments.sandbox.phone import ISSUERS
from payments.snap.clock import TimestampError, parse_timestamp


class SeedError(ValueError):
    """The file can't be taken in; the message names the part."""


@dataclass(frozen=True)
class Seeded:
    qrs: int
    payments: int
    day_opened: bool
    spending: int


@transaction.atomic
def seed(data: Mapping[str, Any], *, at: datetime) -> Seeded:
    """Take the whole file in, or nothing. Raises SeedError."""
    try:
        opened = _open_day(data, at)
        qrs = sum(_qr(item) for item in data.get("qrs", []))
        payments = sum(_payment(item) for item in data.get("payments", []))
        spending = seeding_spending.seed(data)
    except KeyError as error:
        raise SeedError(f"Anggota {error} tidak ada.") from error
    except (Refusal, CardError, EmoneyError) as error:
        raise SeedError(f"Bank menolak isi berkas: {error}") from error
    except (TypeError, MoneyError, TimestampError, qris.QrisError, ValueError) as error:
        raise SeedError(f"Isi berkas tidak sah: {error}") from error
    return Seeded(qrs, payments, opened, spending)


def _open_day(data: Mapping[str, Any], at: datetime) -> bool:
    if BankDay.objects.exists():
        return False
    day = date.fromisoformat(data["opened_on"]) if "opened_on" in data else days.today(at)
    balance = rupiah(data["opening_balance"]) if "opening_balance" in data else days.FIRST_BALANCE
    BankDay.objects.create(date=day, opening_balance=balance, opened_at=at)
    return True


def _qr(item: Mapping[str, Any]) -> int:
    """One QRIS, if its number is new; 1 or 0."""
    partner = item.get("partner", Partner.OURS)
    if Qr.objects.filter(reference_no=item["reference_no"]).exists():
        return 0
    merchant = credentials().by_slug(partner).merchant(item["merchant_id"])
    if merchant is None:
        raise SeedError(f"Merchant {item['merchant_id']} tidak ada di berkas kredensial.")
    payload = qris.parse(item["qr_content"])
    Qr.objects.create(
        reference_no=item["reference_no"],
        partner=partner,
        partner_reference_no=item["partner_reference_no"],
        external_id=item.get("external_id", ""),
        **merchant.columns,
        bill_no=item.get("bill_no", item["partner_reference_no"][-20:]),
        amount=rupiah(item["amount"]),
        qr_content=str(payload),
        created_at=parse_timestamp(item["created_at"]),
        valid_until=parse_timestamp(item["validity"]),
    )
    return 1


def _payment(item: Mapping[str, Any]) -> int:
    """One payment, if its RRN is new; 1 or 0."""
    if Payment.objects.filter(rrn=item["rrn"]).exists():
        return 0
    qr = Qr.objects.filter(reference_no=item["reference_no"]).first()
    if qr is None:
        raise SeedError(f"Pembayaran {item['rrn']} menyebut QRIS {item['reference_no']} yang tidak ada.")
    paid_at, day = parse_timestamp(item["paid_at"]), date.fromisoformat(item["business_date"])
    Payment.objects.create(
        qr=qr,
        rrn=item["rrn"],
        amount=rupiah(item["amount"]),
        paid_at=paid_at,
        business_date=day,
        issuer_code=item.get("issuer_code", ISSUERS[0]),
        customer_number=item.get("customer_number", f"62800{item['rrn'][-8:]}"),
        settled_on=day if item["settled"] else None,
    )
    Qr.objects.filter(pk=qr.pk, paid_at=None, cancelled_at=None).update(paid_at=paid_at)
    return 1
