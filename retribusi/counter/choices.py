"""The dated lists that an officer chooses from: reasons for cash, for the hour, and grounds for less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from opd.office import rules

DEPOSIT_HOURS = "retribusi.cash_deposit_hours"
"""The dated rule: how long cash may be on its way to the bank."""


@dataclass(frozen=True)
class Ground:
    """A reduction by decision. ``pays`` is the part of the tariff in percent: 0 is free entry."""

    code: str
    label: str
    pays: int

    def amount(self, tariff: Decimal) -> Decimal:
        """What one pays, in whole rupiah rounded down."""
        whole = (tariff * self.pays / 100).quantize(Decimal(1), rounding=ROUND_DOWN)
        return whole.quantize(Decimal("0.01"))


def cash_reasons(on: date) -> list[str]:
    return [str(one) for one in rules.value("retribusi.cash_reasons", on)]


def hours_reasons(on: date) -> list[str]:
    return [str(one) for one in rules.value("retribusi.hours_reasons", on)]


def grounds(on: date) -> list[Ground]:
    rows = rules.value("retribusi.reductions", on)
    return [Ground(str(row["code"]), str(row["label"]), int(row["pays"])) for row in rows]


def late_entry_hours(on: date) -> int:
    """How long after a sale without network it may be entered, by ``retribusi.late_entry_hours``."""
    return int(rules.value("retribusi.late_entry_hours", on))


def due_at(taken_at: datetime, on: date) -> datetime:
    """Until when cash taken at an instant must reach the bank, by ``retribusi.cash_deposit_hours``."""
    return taken_at + timedelta(hours=int(rules.value(DEPOSIT_HOURS, on)))
