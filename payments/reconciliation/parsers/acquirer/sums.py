"""What the rows of a settlement file add up to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from payments.reconciliation.parsers.acquirer.columns import MONEY, Column
from payments.reconciliation.parsers.rows import SettlementRow, SettlementTotals

ZERO = Decimal("0.00")


@dataclass
class Sums:
    """What the money columns add up to, as the file writes them (fees without their sign)."""

    of: dict[Column, Decimal] = field(default_factory=lambda: dict.fromkeys(MONEY, ZERO))

    def add(self, money: Mapping[Column, Decimal]) -> None:
        for column, amount in money.items():
            self.of[column] += amount

    def say(self, told: Mapping[Column, Decimal]) -> bool:
        return all(self.of[column] == amount for column, amount in told.items())


@dataclass
class Tally:
    count: int = 0
    gross: Decimal = ZERO
    mdr: Decimal = ZERO
    net: Decimal = ZERO
    sums: Sums = field(default_factory=Sums)

    def add(self, row: SettlementRow, money: Mapping[Column, Decimal]) -> None:
        self.count += 1
        self.gross += row.gross
        self.mdr += row.mdr
        self.net += row.net
        self.sums.add(money)

    def totals(self) -> SettlementTotals:
        return SettlementTotals(self.count, self.gross, self.mdr, self.net)
