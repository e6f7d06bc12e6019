"""The doors of spending: each service stands in the module of its subject."""

from payments.spending.drafts import SpendDraft, TaxDraft
from payments.spending.errors import (
    BadDraft,
    Blocked,
    Missing,
    OwnWork,
    SpendError,
    Stale,
    Twice,
    WrongState,
)
from payments.spending.services.closing import first_open_day
from payments.spending.services.payees import (
    PayeeDraft,
    add_payee,
    amend_payee,
    block_payee,
    end_treasury_account,
    register_treasury_account,
    unblock_payee,
)
from payments.spending.services.payments import (
    begin_payment,
    charge_card,
    fail_payment,
    pay_direct,
    record_paid,
    settle_payment,
)
from payments.spending.services.proposals import propose, raise_many, revise
from payments.spending.services.refunds import refund
from payments.spending.services.spends import (
    amend_spend,
    approve,
    cancel,
    pass_spends,
    raise_spend,
    reject,
    submit,
    test_spend,
    verify_spend,
)
from payments.spending.services.taxes import deposit_tax, set_billing_code

__all__ = [
    "BadDraft",
    "Blocked",
    "Missing",
    "OwnWork",
    "PayeeDraft",
    "SpendDraft",
    "SpendError",
    "Stale",
    "TaxDraft",
    "Twice",
    "WrongState",
    "add_payee",
    "amend_payee",
    "amend_spend",
    "approve",
    "begin_payment",
    "block_payee",
    "cancel",
    "charge_card",
    "deposit_tax",
    "end_treasury_account",
    "fail_payment",
    "first_open_day",
    "pass_spends",
    "pay_direct",
    "propose",
    "raise_many",
    "raise_spend",
    "record_paid",
    "refund",
    "register_treasury_account",
    "reject",
    "revise",
    "set_billing_code",
    "settle_payment",
    "submit",
    "test_spend",
    "unblock_payee",
    "verify_spend",
]
