"""What the sandbox bank remembers. Nothing here is the product's: its own database, its own login."""

from payments.sandbox.models.accounts import Account, Movement
from payments.sandbox.models.acquiring import (
    BankDay,
    BankFile,
    LatePayout,
    MerchantRate,
    Notice,
    Partner,
    Payment,
    Qr,
    QrState,
    Refund,
    Tap,
)
from payments.sandbox.models.cards import Card, CardBill, CardTransaction, EmoneyCard, EmoneyEntry
from payments.sandbox.models.traffic import (
    SERVICE_LABELS,
    Attempt,
    Behaviour,
    Call,
    SeenExternalId,
    Token,
)
from payments.sandbox.models.transfers import CmsFile, Decode, Transfer
from payments.sandbox.models.virtual import VaMessage, VaOrder

__all__ = [
    "SERVICE_LABELS",
    "Account",
    "Attempt",
    "BankDay",
    "BankFile",
    "Behaviour",
    "Call",
    "Card",
    "CardBill",
    "CardTransaction",
    "CmsFile",
    "Decode",
    "EmoneyCard",
    "EmoneyEntry",
    "LatePayout",
    "MerchantRate",
    "Movement",
    "Notice",
    "Partner",
    "Payment",
    "Qr",
    "QrState",
    "Refund",
    "SeenExternalId",
    "Tap",
    "Token",
    "Transfer",
    "VaMessage",
    "VaOrder",
]
