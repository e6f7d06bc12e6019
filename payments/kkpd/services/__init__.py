"""The doors of the card's cycle; each service stands in the module of its subject."""

from payments.kkpd.errors import KkpdError
from payments.kkpd.services.bills import import_bill, match_by_hand, match_lines, unmatch
from payments.kkpd.services.cards import CardDraft, block_card, change_limit, register_card, unblock_card
from payments.kkpd.services.dprs import draft_dpr, sign_dpr, void_dpr
from payments.kkpd.services.dpts import issue_dpt, issue_letter, issue_npd
from payments.kkpd.services.limits import set_limit
from payments.kkpd.services.reports import CardSpend, report, withdraw
from payments.kkpd.services.settling import claim_bill, record_holder_payment, settle_bill, verify_bill
from payments.kkpd.services.taught import drop, receive, teach
from payments.kkpd.services.testing import approve_line, reject_line

__all__ = [
    "CardDraft",
    "CardSpend",
    "KkpdError",
    "approve_line",
    "block_card",
    "change_limit",
    "claim_bill",
    "draft_dpr",
    "drop",
    "import_bill",
    "issue_dpt",
    "issue_letter",
    "issue_npd",
    "match_by_hand",
    "match_lines",
    "receive",
    "record_holder_payment",
    "register_card",
    "reject_line",
    "report",
    "set_limit",
    "settle_bill",
    "sign_dpr",
    "teach",
    "unblock_card",
    "unmatch",
    "verify_bill",
    "void_dpr",
    "withdraw",
]
