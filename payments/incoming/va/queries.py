"""Reads virtual accounts for the rooms that print and show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.incoming.models import VirtualAccount


@dataclass(frozen=True)
class VaView:
    """The number of a thing as a bill prints it; ``name`` is masked."""

    number: str
    bank: str
    name: str
    expires_at: datetime
    closed_at: datetime | None

    @property
    def grouped(self) -> str:
        """In fours, for reading out and typing."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


def va_of(kind: str, key: str) -> VaView | None:
    """The standing number of a thing, else the last one it had; None where it never had any."""
    rows = VirtualAccount.objects.filter(payable_kind=kind, payable_key=key).select_related("partner")
    row = rows.order_by("-made_at", "-pk").first()
    return VaView(row.number, row.partner.name, row.name, row.expires_at, row.closed_at) if row else None
