"""What every page of the bank shows: whose bank it is, and which business day is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from payments.sandbox.models import BankDay
from payments.sandbox.partners import credentials


def bank(request: HttpRequest) -> dict[str, Any]:
    return {
        "app_url": credentials().app_url,
        "open_day": BankDay.objects.filter(closed_at=None).first(),
        "section": request.path.strip("/").split("/")[0],
    }
