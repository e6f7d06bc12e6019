"""What every reader yields: canonical rows, then the file's control totals; or one exact error."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from opd.office.byexample import ParseError as ParseError


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One QRIS transaction in an acquirer's settlement file; amounts in rupiah, net = gross - mdr."""

    line_no: int
    raw: str
    trx_time: datetime
    settlement_date: date
    batch_no: str
    nmid: str
    merchant_pan: str
    terminal_id: str
    rrn: str
    bill_no: str
    reference_no: str
    partner_reference_no: str
    issuer_code: str
    gross: Decimal
    mdr: Decimal
    net: Decimal
    status: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of what the row says, however the bank wrote it (quotes, line ends)."""
        return _digest(
            *(self.trx_time.isoformat(), self.settlement_date.isoformat(), self.batch_no, self.nmid),
            *(self.merchant_pan, self.terminal_id, self.rrn, self.bill_no, self.reference_no),
            *(self.partner_reference_no, self.issuer_code, self.gross, self.mdr, self.net, self.status),
        )


@dataclass(frozen=True, slots=True)
class SettlementTotals:
    """The trailer of a settlement file, after every row was found to agree with it."""

    count: int
    gross: Decimal
    mdr: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement on a bank account; exactly one of ``debit`` and ``credit`` is above zero (rupiah)."""

    line_no: int
    raw: str
    post_date: date
    effective_date: date
    account: str
    name: str
    description: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    reference_no: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of what the row says; the balance is part of it, so twins differ mostly by themselves."""
        return _digest(
            *(self.post_date.isoformat(), self.effective_date.isoformat(), self.account, self.description),
            *(self.debit, self.credit, self.balance, self.reference_no),
        )


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """Opening + credits - debits = closing, after every running balance was found to agree."""

    account: str
    first_day: date
    last_day: date
    count: int
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


Parsed = SettlementRow | SettlementTotals | StatementRow | StatementTotals


def _digest(*values: object) -> bytes:
    return hashlib.sha256("\x1f".join(str(value) for value in values).encode()).digest()
