"""E-money cards: top up, tap, withdraw, and the history as a file.

What lies on all cards together lies on the pool account, to the rupiah. A transfer to that account whose
customerReference (or CMS note) is a masked card tops the card up.

Layout of a history: semicolon, header, oldest first, amounts 1234567.00 and always positive (``jenis`` TOPUP,
BELI or TARIK gives the direction), ``saldo`` after the line, then ``JUMLAH;{lines};{closing balance}``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from payments.sandbox import accounts, files
from payments.sandbox.catalogue import CLEARING, EMONEY_POOL, card_digits
from payments.sandbox.door import Refusal
from payments.sandbox.models import Account, EmoneyCard, EmoneyEntry, Transfer
from payments.snap.clock import format_timestamp

HEADER = ("nomor_kartu", "waktu", "jenis", "merchant", "terminal", "nilai", "saldo", "referensi")
LIMIT = Decimal("2000000.00")
"""Rupiah on one card: unregistered e-money (Bank Indonesia)."""
_SAYS = {
    EmoneyEntry.Kind.TOPUP: "ISI ULANG",
    EmoneyEntry.Kind.BUY: "BELANJA",
    EmoneyEntry.Kind.WITHDRAW: "TARIK SALDO",
}


class EmoneyError(Exception):
    """The message is for the person at the page."""


@transaction.atomic
def use(
    *,
    card: EmoneyCard,
    kind: str,
    amount: Decimal,
    key: UUID | None = None,
    reference_no: str = "",
    at: datetime,
    merchant: str = "",
    terminal: str = "",
    account: Account | None = None,
) -> EmoneyEntry:
    """Top up from, or withdraw to, ``account`` (None: cash), or buy at ``merchant``; rupiah.

    The same ``key`` or ``reference_no`` again gives the first entry back. Raises EmoneyError, and nothing
    moves then.
    """
    accounts.lock([*Account.objects.filter(number__in=(EMONEY_POOL, CLEARING)), account])
    card = EmoneyCard.objects.select_for_update().get(pk=card.pk)
    reference = reference_no or f"EM{(key or uuid4()).hex[:20].upper()}"
    earlier = EmoneyEntry.objects.filter(reference_no=reference).first()
    if earlier:
        return earlier
    _may(card, kind, amount)
    try:
        _move(card, kind, amount, account, reference, at)
    except Refusal as refusal:
        raise EmoneyError(
            "Saldo rekening tidak cukup atau rekening tidak aktif. Uang tidak berpindah."
        ) from refusal
    return _write(card, kind, amount, reference, at, merchant=merchant, terminal=terminal, account=account)


def topped_up_by(transfer: Transfer, *, at: datetime) -> None:
    """A transfer into the pool that names a card. Raises Refusal where the card can't take it."""
    digits = card_digits(transfer.customer_reference)
    found = EmoneyCard.objects.select_for_update()
    card = found.filter(first6=digits[0], last4=digits[1]).first() if digits else None
    if card is None:
        raise Refusal(404, "11")
    if card.balance + transfer.amount > LIMIT:
        raise Refusal(403, "23")
    _write(card, EmoneyEntry.Kind.TOPUP, transfer.amount, transfer.reference_no, at, account=transfer.source)


def history(card: EmoneyCard) -> str:
    """Every line of the card as a file."""
    entries = list(card.entries.order_by("pk"))
    lines = [
        (
            card.masked,
            format_timestamp(item.at),
            item.kind,
            item.merchant,
            item.terminal,
            f"{item.amount:.2f}",
            f"{item.balance:.2f}",
            item.reference_no,
        )
        for item in entries
    ]
    closing = entries[-1].balance if entries else Decimal(0)
    return files.text([HEADER, *lines, ("JUMLAH", len(lines), f"{closing:.2f}")], ";")


def _may(card: EmoneyCard, kind: str, amount: Decimal) -> None:
    if kind == EmoneyEntry.Kind.TOPUP:
        if card.balance + amount > LIMIT:
            raise EmoneyError("Saldo kartu tidak boleh melewati Rp2.000.000. Uang tidak berpindah.")
    elif card.balance < amount:
        raise EmoneyError("Saldo kartu tidak cukup. Uang tidak berpindah.")


def _move(
    card: EmoneyCard, kind: str, amount: Decimal, account: Account | None, reference: str, at: datetime
) -> None:
    pool = accounts.find(EMONEY_POOL)
    source: Account | None
    target: Account | None
    match kind:
        case EmoneyEntry.Kind.TOPUP:
            source, target = account, pool
        case EmoneyEntry.Kind.WITHDRAW:
            source, target = pool, account
        case _:
            source, target = pool, accounts.find(CLEARING)
    accounts.move(
        source=source,
        target=target,
        amount=amount,
        description=f"{_SAYS[EmoneyEntry.Kind(kind)]} UANG ELEKTRONIK {card.masked}",
        reference_no=reference,
        at=at,
    )


def _write(
    card: EmoneyCard,
    kind: str,
    amount: Decimal,
    reference: str,
    at: datetime,
    *,
    merchant: str = "",
    terminal: str = "",
    account: Account | None = None,
) -> EmoneyEntry:
    card.balance += amount if kind == EmoneyEntry.Kind.TOPUP else -amount
    card.save(update_fields=["balance"])
    return EmoneyEntry.objects.create(
        card=card,
        at=at,
        kind=kind,
        merchant=merchant,
        terminal=terminal,
        amount=amount,
        balance=card.balance,
        reference_no=reference,
        account=account,
    )
