"""Payees and accounts, spends with their taxes, ways to the bank, and claims on the treasury."""

from payments.spending.models.accounts import Payee, TreasuryAccount, TreasuryAccountQuerySet
from payments.spending.models.claims import Claim, ClaimKind, ClaimLine, ClaimState
from payments.spending.models.paying import BulkFile, BulkState, Disbursement, DisbursementState, Way
from payments.spending.models.refunds import Refund
from payments.spending.models.rulings import Contradiction, Ruling, RulingState, Verdict
from payments.spending.models.spends import (
    HOLDING,
    SPENT,
    Channel,
    Method,
    Source,
    Spend,
    SpendState,
    SpendType,
    TaxKind,
    TaxLine,
)

__all__ = [
    "HOLDING",
    "SPENT",
    "BulkFile",
    "BulkState",
    "Channel",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "ClaimState",
    "Contradiction",
    "Disbursement",
    "DisbursementState",
    "Method",
    "Payee",
    "Refund",
    "Ruling",
    "RulingState",
    "Source",
    "Spend",
    "SpendState",
    "SpendType",
    "TaxKind",
    "TaxLine",
    "TreasuryAccount",
    "TreasuryAccountQuerySet",
    "Verdict",
    "Way",
]
