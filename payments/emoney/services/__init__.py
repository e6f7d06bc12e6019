"""The doors of e-money: each service stands in the module of its subject."""

from payments.emoney.errors import BadFile, EmoneyError, Missing, NotEnough, OverLimit, Reused, Unusable
from payments.emoney.services.cards import CardDraft, block_card, end_card, register_card, unblock_card
from payments.emoney.services.history import drop_history, fits, save_history, upload_history
from payments.emoney.services.moving import return_balance, top_up
from payments.emoney.services.taps import charge, explain, repay, report, withdraw_report

__all__ = [
    "BadFile",
    "CardDraft",
    "EmoneyError",
    "Missing",
    "NotEnough",
    "OverLimit",
    "Reused",
    "Unusable",
    "block_card",
    "charge",
    "drop_history",
    "end_card",
    "explain",
    "fits",
    "register_card",
    "repay",
    "report",
    "return_balance",
    "save_history",
    "top_up",
    "unblock_card",
    "upload_history",
    "withdraw_report",
]
