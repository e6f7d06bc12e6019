"""The doors of this room. Everything that changes incoming money goes through one of these."""

from payments.incoming.accounts import RegisterError, end_account, register_account
from payments.incoming.asking import cancel, confirm, ensure_qr, expire, renew, request_payment
from payments.incoming.booking import record_money
from payments.incoming.exceptions import ExceptionError, explain
from payments.incoming.intents import RequestError, accept_qr, default_expiry, plan_request
from payments.incoming.refund_sending import carry_out
from payments.incoming.refunds import RefundError
from payments.incoming.traces import MoneySeen

__all__ = [
    "ExceptionError",
    "MoneySeen",
    "RefundError",
    "RegisterError",
    "RequestError",
    "accept_qr",
    "cancel",
    "carry_out",
    "confirm",
    "default_expiry",
    "end_account",
    "ensure_qr",
    "expire",
    "explain",
    "plan_request",
    "record_money",
    "register_account",
    "renew",
    "request_payment",
]
