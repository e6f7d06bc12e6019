"""What can be paid for: outer rooms register their kinds here and learn from it that money arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol
from uuid import UUID


class Why(Enum):
    """Why a thing cannot be paid for: what a bank's answer code must tell apart."""

    PAID = "paid"
    EXPIRED = "expired"
    VOID = "void"
    CLOSED = "closed"


class NotPayable(Exception):
    """The thing cannot be paid for now; the message is for the person at the screen."""

    def __init__(self, message: str, why: Why = Why.CLOSED) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Share:
    """The part of a quote (rupiah, > 0) that is booked to account codes of its own."""

    kode_lra: str
    kode_lo: str
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """What one payable costs (rupiah, > 0), whose money it is, and the accounts it will be booked to.

    ``kode_lra`` is the budget account (4.1.02…), ``kode_lo`` the operational one (8.1.02…). Where the amount
    goes to several codes, ``shares`` divides all of it and the two name the largest; else it is empty.
    """

    amount: Decimal
    description: str
    opd_id: int
    kode_lra: str
    kode_lo: str
    shares: tuple[Share, ...] = ()


class Payable(Protocol):
    """The outer room's side. The ``on_…`` methods run inside the booking transaction, in a savepoint.

    One that raises loses nothing: the money is booked, ``fulfilment`` stays pending and it is called again
    by the sweep, so each must be idempotent and must not call outside. They never talk to the bank.
    """

    def quote(self, key: str) -> Quote:
        """The price now. Raises NotPayable."""

    def on_settled(self, key: str, payment_id: UUID, at: datetime) -> None:
        """The request is paid in full. May come for one that the outer room considers expired."""

    def on_exception(self, key: str, payment_id: UUID, kind: str, at: datetime) -> None:
        """Money came that does not settle (``kind``: late, double, short, unexpected)."""

    def on_refunded(self, key: str, payment_id: UUID, amount: Decimal, at: datetime) -> None:
        """Money went back to the payer."""


_payables: dict[str, Payable] = {}


def register(kind: str, payable: Payable) -> None:
    """Called once by each outer room's ``AppConfig.ready``. Raises ValueError where the kind is taken."""
    if _payables.setdefault(kind, payable) is not payable:
        raise ValueError(f"jenis tagihan {kind!r} sudah didaftarkan")


def unregister(kind: str) -> None:
    """For tests."""
    _payables.pop(kind, None)


def payable(kind: str) -> Payable:
    """The room that answers for ``kind``. Raises LookupError."""
    try:
        return _payables[kind]
    except KeyError:
        raise LookupError(f"jenis tagihan {kind!r} tidak terdaftar") from None
