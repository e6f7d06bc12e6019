"""Who is paid and from where: the payee book and the treasurers' accounts by decree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from opd.models import User
from payments.spending.models import Payee, TreasuryAccount


@dataclass(frozen=True)
class PayeeDraft:
    """A payee as typed."""

    name: str
    npwp: str = ""
    bank_code: str = ""
    bank_name: str = ""
    account_no: str = ""
    account_name: str = ""
    is_umkm: bool = False


def add_payee(*, opd_id: int, draft: PayeeDraft, by: User, at: datetime) -> Payee:
    raise NotImplementedError


def amend_payee(*, payee_id: int, draft: PayeeDraft, by: User, at: datetime) -> Payee:
    raise NotImplementedError


def block_payee(*, payee_id: int, reason: str, by: User, at: datetime) -> Payee:
    raise NotImplementedError


def unblock_payee(*, payee_id: int, by: User, at: datetime) -> Payee:
    raise NotImplementedError


def register_treasury_account(
    *,
    opd_id: int,
    kind: str,
    bank_code: str,
    bank_name: str,
    account_no: str,
    account_name: str,
    partner_id: int | None,
    decree_number: str,
    decree_date: date,
    valid_from: date,
    by: User | None,
    at: datetime,
) -> TreasuryAccount:
    raise NotImplementedError


def end_treasury_account(
    *, account_id: int, valid_to: date, by: User | None, at: datetime
) -> TreasuryAccount:
    raise NotImplementedError
