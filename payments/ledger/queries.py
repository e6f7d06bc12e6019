"""Read models of the books. Balances are roll-ups plus the tail of transactions not yet rolled up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from payments.ledger.errors import UnknownRole
from payments.ledger.journals import (
    JournalDetail,
    JournalFilter,
    JournalPage,
    JournalRow,
    Totals,
    journal,
    journal_of,
    journals,
    legs,
    totals,
)

__all__ = [
    "AccountView",
    "JournalDetail",
    "JournalFilter",
    "JournalPage",
    "JournalRow",
    "Totals",
    "TrialRow",
    "account_for",
    "balance",
    "journal",
    "journal_of",
    "journals",
    "legs",
    "totals",
    "trial_balance",
]


@dataclass(frozen=True)
class AccountView:
    """An account on a day; ``kode_rekening`` is empty where nobody has confirmed one."""

    id: int
    slug: str
    name: str
    book: str
    kode_rekening: str


@dataclass(frozen=True)
class TrialRow:
    """What an account gathered up to a day: ``balance`` is debit − credit."""

    account: str
    name: str
    book: str
    normal_side: str
    kode_rekening: str
    confirmed: bool
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        return self.debit - self.credit

    @property
    def debit_balance(self) -> Decimal:
        return max(self.balance, Decimal("0.00"))

    @property
    def credit_balance(self) -> Decimal:
        return max(-self.balance, Decimal("0.00"))


def account_for(role: str, on: date) -> AccountView:
    """The account a role means on a day. Raises UnknownRole."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNT_FOR, {"role": role, "on": on})
        row = cursor.fetchone()
    if row is None:
        raise UnknownRole(f"Tidak ada aturan jurnal untuk peran {role} pada {on}.")
    return AccountView(*row)


def balance(account_or_role: str, *, on: date, opd: int | Collection[int] | None = None) -> Decimal:
    """Debit − credit of an account (slug, with hyphens) or role (with underscores) up to a day inclusive.

    ``opd`` is one agency, several, or None for all legs, those without an agency among them.
    Raises UnknownRole where neither is known.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, {"name": account_or_role, "on": on, "opds": _ids(opd)})
        found, amount = cursor.fetchone()
    if found is None:
        raise UnknownRole(f"Akun atau peran {account_or_role} tidak dikenal pada {on}.")
    return Decimal(amount)


def trial_balance(
    *, on: date, known_on: int | None = None, opd: int | Collection[int] | None = None
) -> list[TrialRow]:
    """Every account that moved up to a day; with ``known_on`` only what blocks up to that number hold."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_BALANCE, {"on": on, "opds": _ids(opd), "known": known_on})
        return [TrialRow(*row) for row in cursor.fetchall()]


def _ids(opd: int | Collection[int] | None) -> list[int] | None:
    return [opd] if isinstance(opd, int) else None if opd is None else sorted(opd)


_ACCOUNT_FOR = """
    SELECT a.id, a.slug, a.name, a.book, coalesce(c.kode_rekening, '')
      FROM ledger_postingrule r
      JOIN ledger_account a ON a.id = r.account_id
      LEFT JOIN LATERAL (
            SELECT kode_rekening FROM ledger_accountcode
             WHERE account_id = a.id AND %(on)s BETWEEN valid_from AND coalesce(valid_to, 'infinity')
             ORDER BY valid_from DESC LIMIT 1) c ON true
     WHERE r.role = %(role)s AND %(on)s BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')
     ORDER BY r.valid_from DESC LIMIT 1
"""
_BALANCE = """
    WITH found AS (
        SELECT coalesce(
            (SELECT id FROM ledger_account WHERE slug = %(name)s),
            (SELECT account_id FROM ledger_postingrule
              WHERE role = %(name)s AND %(on)s BETWEEN valid_from AND coalesce(valid_to, 'infinity')
              ORDER BY valid_from DESC LIMIT 1)) AS id)
    SELECT found.id, coalesce(s.debit - s.credit, 0)
      FROM found
      LEFT JOIN LATERAL ledger_sums(%(on)s, found.id, %(opds)s::bigint[], NULL) s ON found.id IS NOT NULL
"""
_TRIAL_BALANCE = """
    SELECT a.slug, a.name, a.book, a.normal_side, coalesce(c.kode_rekening, ''), coalesce(c.confirmed, false),
           s.debit, s.credit
      FROM ledger_sums(%(on)s, NULL, %(opds)s::bigint[], %(known)s) s
      JOIN ledger_account a ON a.id = s.account_id
      LEFT JOIN LATERAL (
            SELECT kode_rekening, confirmed FROM ledger_accountcode
             WHERE account_id = a.id AND %(on)s BETWEEN valid_from AND coalesce(valid_to, 'infinity')
             ORDER BY valid_from DESC LIMIT 1) c ON true
     ORDER BY array_position(ARRAY['opd_financial', 'opd_budgetary', 'bud'], a.book),
              array_position(ARRAY['asset', 'liability', 'equity', 'revenue_lo', 'expense', 'revenue_lra',
                                   'spending'], a.type), a.slug
"""
