"""The register of receiving accounts: entered by decree, ended by decree, found by NMID and terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, transaction

from opd import audit
from opd.models import User
from payments.incoming.models import ReceivingAccount


class RegisterError(Exception):
    """The register refuses; the message is for the person at the screen."""


def register_account(*, by: User | None, at: datetime, **fields: Any) -> ReceivingAccount:
    """Enter one account (fields of ReceivingAccount). Days are WIB, inclusive.

    Raises RegisterError where the NMID and terminal are registered for part of the same time, and
    ValidationError for a field that is not well formed.
    """
    account = ReceivingAccount(**fields)
    account.full_clean()
    with transaction.atomic():
        _save(account)
        after = {
            "nmid": account.nmid,
            "terminal_id": account.terminal_id,
            "bank_account": account.bank_account,
            "decree_number": account.decree_number,
            "valid_from": account.valid_from.isoformat(),
        }
        audit.record("receiving_account.register", account, by=by, at=at, after=after)
    return account


def end_account(
    account_id: int, *, valid_to: date, reason: str, by: User | None, at: datetime
) -> ReceivingAccount:
    """End an account on ``valid_to`` (its last day). Raises RegisterError where that is before its start."""
    with transaction.atomic():
        account = ReceivingAccount.objects.select_for_update().get(pk=account_id)
        if valid_to < account.valid_from:
            raise RegisterError("Tanggal akhir tidak boleh mendahului tanggal mulai.")
        before = {"valid_to": account.valid_to.isoformat() if account.valid_to else None}
        account.valid_to = valid_to
        _save(account)
        after = {"valid_to": valid_to.isoformat()}
        audit.record(
            "receiving_account.end", account, by=by, at=at, before=before, after=after, reason=reason
        )
    return account


def _save(account: ReceivingAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "IN005":
            raise
        raise RegisterError(
            f"NMID {account.nmid} dengan terminal {account.terminal_id or '(tanpa terminal)'} "
            "sudah terdaftar pada masa yang sama."
        ) from error


def account_of(partner_id: int, nmid: str, terminal_id: str, *, on: date) -> ReceivingAccount | None:
    """The account in force for a NMID and terminal; None is the phantom alarm.

    An entry without terminal stands for all terminals of its NMID. Money without a terminal belongs to the
    NMID's only entry.
    """
    if not nmid:
        return None
    rows = ReceivingAccount.objects.valid(on=on).filter(partner_id=partner_id, nmid=nmid).order_by("pk")
    return choose(list(rows[:50]), terminal_id)


def choose(entries: Sequence[ReceivingAccount], terminal_id: str) -> ReceivingAccount | None:
    """Among one NMID's entries: the terminal's own, else the one for all terminals, else the only one."""
    own = [entry for entry in entries if entry.terminal_id == terminal_id]
    general = [entry for entry in entries if not entry.terminal_id]
    if own or general:
        return (own or general)[0]
    return entries[0] if not terminal_id and len(entries) == 1 else None


def is_elsewhere(account: ReceivingAccount, nmid: str, terminal_id: str) -> bool:
    """Whether money said to be at this NMID and terminal is at another place than ``account``."""
    other_terminal = bool(terminal_id and account.terminal_id and terminal_id != account.terminal_id)
    return (bool(nmid) and nmid != account.nmid) or other_terminal
