"""Withheld taxes: their billing codes and their deposit."""

from __future__ import annotations

from datetime import date, datetime

from opd.models import User
from payments.spending.models import TaxLine


def set_billing_code(*, tax_id: int, billing_code: str, by: User, at: datetime) -> TaxLine:
    raise NotImplementedError


def deposit_tax(*, tax_id: int, ntpn: str, deposited_date: date, by: User, at: datetime) -> TaxLine:
    raise NotImplementedError
