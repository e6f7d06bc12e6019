"""Accounts: find one, move money between two, and an account's statement. Nothing goes below zero."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from payments.sandbox import files
from payments.sandbox.catalogue import OUR_BANK
from payments.sandbox.door import Refusal
from payments.sandbox.models import Account, Movement


class AccountError(Exception):
    """The message is for the person at the page."""


def find(number: str, *, bank_code: str = OUR_BANK) -> Account:
    """An account that can take part in a transfer. Raises Refusal (unknown, dormant, closed)."""
    account = Account.objects.filter(number=number, bank_code=bank_code).first()
    if account is None:
        raise Refusal(404, "11")
    usable(account)
    return account


def usable(account: Account) -> None:
    if account.status == Account.Status.CLOSED:
        raise Refusal(403, "18")
    if account.status == Account.Status.DORMANT:
        raise Refusal(403, "09")


def lock(accounts: Iterable[Account | None]) -> list[Account]:
    """The accounts as they are now, locked in one order whoever asks."""
    wanted = [account.pk for account in accounts if account]
    return list(Account.objects.select_for_update().filter(pk__in=wanted).order_by("number"))


def move(
    *,
    source: Account | None,
    target: Account | None,
    amount: Decimal,
    description: str,
    reference_no: str,
    at: datetime,
) -> None:
    """Debit and credit (rupiah) together; None is the world outside. Needs a transaction. Raises Refusal."""
    for account in lock([source, target]):
        usable(account)
    if source:
        left = Account.objects.filter(pk=source.pk, balance__gte=amount)
        if not left.update(balance=F("balance") - amount):
            raise Refusal(403, "14")
        _write(source, description, reference_no, at, debit=amount)
    if target:
        Account.objects.filter(pk=target.pk).update(balance=F("balance") + amount)
        _write(target, description, reference_no, at, credit=amount)


def _write(
    account: Account,
    description: str,
    reference_no: str,
    at: datetime,
    *,
    debit: Decimal = Decimal(0),
    credit: Decimal = Decimal(0),
) -> None:
    Movement.objects.create(
        account=account,
        at=at,
        debit=debit,
        credit=credit,
        description=description[:200],
        reference_no=reference_no,
    )


@transaction.atomic
def top_up(*, account: Account, amount: Decimal, key: UUID, at: datetime) -> None:
    """Money from outside, for a demonstration. The same ``key`` again does nothing. Raises AccountError."""
    (locked,) = lock([account])
    reference = f"SETOR{key.hex[:20].upper()}"
    if locked.movements.filter(reference_no=reference).exists():
        return
    try:
        move(
            source=None,
            target=locked,
            amount=amount,
            description="SETORAN",
            reference_no=reference,
            at=at,
        )
    except Refusal as refusal:
        raise AccountError("Rekening ini tidak aktif; saldo tidak bertambah.") from refusal


def balance_before(account: Account, day: date) -> Decimal:
    """The balance in rupiah when ``day`` (WIB) began."""
    earlier = account.movements.filter(at__lt=_midnight(day))
    sums = earlier.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return account.opening_balance + (sums["credit"] or 0) - (sums["debit"] or 0)


def between(account: Account, since: date, until: date) -> QuerySet[Movement]:
    """The movements of the days from ``since`` to ``until``, both included, oldest first."""
    after_last = _midnight(until + timedelta(days=1))
    return account.movements.filter(at__gte=_midnight(since), at__lt=after_last).order_by("at", "pk")


def statement(account: Account, since: date, until: date) -> str:
    """The account's statement in the layout of RKUD's. Post Date is the calendar day (WIB)."""
    lines = [(timezone.localdate(item.at), _line(item)) for item in between(account, since, until)]
    opening = balance_before(account, since)
    return files.account_statement((account.number, account.name), since, until, opening, lines)


def _line(item: Movement) -> files.Movement:
    return files.Movement(item.description, item.reference_no, item.debit, item.credit)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
