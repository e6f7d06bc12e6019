"""Numbers that the bank gives out."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone

from payments.sandbox.models import CardTransaction, Payment, Transfer

_WITH_RRN: tuple[type[Payment | Transfer | CardTransaction], ...] = (Payment, Transfer, CardTransaction)


def reference_no(at: datetime) -> str:
    """The bank's reference: the WIB day and twelve digits by chance; a unique column refuses a repetition."""
    return f"{timezone.localdate(at):%Y%m%d}{secrets.randbelow(10**12):012}"


def rrn(at: datetime) -> str:
    """Twelve digits as switches write them: last digit of the year, day of the year, hour, a serial."""
    local = timezone.localtime(at)
    while True:
        number = f"{local.year % 10}{local:%j%H}{secrets.randbelow(10**6):06}"
        if not any(table.objects.filter(rrn=number).exists() for table in _WITH_RRN):
            return number
