"""The money leaves: begin, settle, fail; card charges; refunds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from opd.models import User
from payments.spending.models import BulkFile, Disbursement, Spend, Way


def begin_payment(
    *,
    spend_id: UUID,
    way: Way,
    account_id: int | None,
    by: User,
    at: datetime,
    reference_no: str = "",
    rrn: str = "",
    bulk_file: BulkFile | None = None,
    bulk_line: int | None = None,
) -> Disbursement:
    raise NotImplementedError


def settle_payment(
    *,
    disbursement_id: UUID,
    paid_date: date,
    reference_no: str,
    rrn: str,
    by: User | None,
    at: datetime,
) -> Spend:
    raise NotImplementedError


def fail_payment(*, disbursement_id: UUID, message: str, by: User | None, at: datetime) -> Spend:
    raise NotImplementedError


def record_paid(
    *,
    spend_id: UUID,
    way: Way,
    paid_date: date,
    reference_no: str,
    rrn: str,
    account_id: int | None,
    by: User,
    at: datetime,
) -> Spend:
    raise NotImplementedError


def charge_card(*, spend_id: UUID, paid_date: date, rrn: str, by: User, at: datetime) -> Spend:
    raise NotImplementedError


def pay_direct(*, spend_id: UUID, claim_id: UUID, sp2d_date: date, by: User, at: datetime) -> Spend:
    """LS: BUD pays from RKUD by SP2D; the spend is paid and passed at once (for ``claims.pay_claim``)."""
    raise NotImplementedError


def refund(
    *,
    spend_id: UUID,
    amount: Decimal,
    paid_date: date,
    reference_no: str,
    reason: str,
    by: User,
    at: datetime,
) -> Spend:
    raise NotImplementedError
