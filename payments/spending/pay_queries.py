"""What the pages of paying show: what waits to be paid, what waits for the bank, and bulk files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from opd.access import Scope
from opd.office.calendar import day_of
from payments.spending.bank.conversation import LIVE, SNAP_WAYS
from payments.spending.bank.sources import payable_spends
from payments.spending.models import (
    BulkFile,
    Disbursement,
    DisbursementState,
    Payee,
    Spend,
    TreasuryAccount,
)
from payments.spending.rules import FROM_ACCOUNT
from payments.spending.services import safe
from payments.spending.services.transfers import check_is_fresh, name_matches


@dataclass(frozen=True)
class PayFilter:
    """What the list is narrowed to; empty fields narrow nothing."""

    channel: str = ""
    words: str = ""
    opd_id: int | None = None


def waiting(reach: Scope, where: PayFilter) -> QuerySet[Spend]:
    """Spends ready to be paid, oldest test first; each with ``net`` (rupiah)."""
    rows = reach.filter(payable_spends())
    if where.channel:
        rows = rows.filter(channel=where.channel)
    if where.opd_id:
        rows = rows.filter(opd=where.opd_id)
    if where.words:
        words = where.words
        rows = rows.filter(
            Q(description__icontains=words)
            | Q(payee__name__icontains=words)
            | Q(merchant_name__icontains=words)
        )
    return rows.select_related("payee", "opd", "line").order_by("tested_at", "pk")


def total(rows: QuerySet[Spend]) -> Decimal:
    """The sum of what leaves (rupiah)."""
    found: Decimal | None = rows.aggregate(sum=Sum("net"))["sum"]
    return found or Decimal(0)


def unanswered(reach: Scope) -> QuerySet[Disbursement]:
    """Payments whose fate the bank has not told yet, oldest first."""
    rows = Disbursement.objects.filter(state__in=LIVE, way__in=SNAP_WAYS)
    return reach.filter(rows, "spend__opd").select_related("spend__payee", "spend__opd").order_by("made_at")


def bulk_files(reach: Scope) -> QuerySet[BulkFile]:
    """CMS files, newest first, with how many lines were paid and failed."""
    paid = Count("disbursements", filter=Q(disbursements__state=DisbursementState.SUCCEEDED))
    failed = Count("disbursements", filter=Q(disbursements__state=DisbursementState.FAILED))
    rows = BulkFile.objects.annotate(paid=paid, failed=failed)
    return reach.filter(rows).select_related("account", "made_by", "opd").order_by("-made_at", "-pk")


def attempts(spend_id: UUID) -> list[Disbursement]:
    """Every try to pay a spend, newest first."""
    rows = Disbursement.objects.filter(spend=spend_id).select_related("account", "made_by", "bulk_file")
    return list(rows.order_by("-made_at", "-pk"))


@dataclass(frozen=True)
class PayeeView:
    """A payee as the pay page shows it."""

    payee: Payee
    account: str
    checked: bool
    matches: bool

    @property
    def has_account(self) -> bool:
        return bool(self.payee.account_no and self.payee.bank_code)


def payee_view(payee: Payee | None, *, at: datetime) -> PayeeView | None:
    if payee is None:
        return None
    return PayeeView(payee, payee.account_no, check_is_fresh(payee, at=at), name_matches(payee))


def account_choices(accounts: QuerySet[TreasuryAccount]) -> list[tuple[int, str]]:
    return [(row.pk, f"{row.get_kind_display()} · {row.bank_name} {row.account_no}") for row in accounts]


def timeline(disbursement: Disbursement) -> list[dict[str, Any]]:
    """What happened to one payment, oldest first."""
    state = DisbursementState(disbursement.state)
    steps: list[dict[str, Any]] = [
        {"at": disbursement.made_at, "text": "Perintah bayar dibuat", "by": disbursement.made_by or "sistem"}
    ]
    if disbursement.finished_at:
        detail = disbursement.message if state is DisbursementState.FAILED else ""
        steps.append({"at": disbursement.finished_at, "text": state.label, "detail": detail})
    if disbursement.proven_at:
        steps.append({"at": disbursement.proven_at, "text": "Terbukti di rekening koran"})
    return steps


@dataclass(frozen=True)
class Shortfall:
    """What a payment would leave on the treasurer's account below zero, as the books know it (rupiah)."""

    balance: Decimal
    under_way: Decimal
    wanted: Decimal

    @property
    def left(self) -> Decimal:
        return self.balance - self.under_way - self.wanted


def shortfall(
    opd_id: int, wanted: Decimal, *, at: datetime, bulk: BulkFile | None = None
) -> Shortfall | None:
    """The figures where ``wanted`` (or ``bulk`` of that total) is more than the books have; else None.

    What other payments have under way counts as gone. A warning only: the books may lag behind the bank.
    """
    balance = safe.bank_balance(opd_id, day_of(at))
    if balance is None:
        return None
    others = Disbursement.objects.filter(spend__opd=opd_id, state__in=LIVE, way__in=FROM_ACCOUNT)
    if bulk is not None:
        others = others.exclude(bulk_file=bulk)
    found = Shortfall(balance, others.aggregate(sum=Sum("amount"))["sum"] or Decimal(0), wanted)
    return found if found.left < 0 else None
