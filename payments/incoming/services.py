"""The doors of this room. Everything that changes incoming money goes through one of these."""

from payments.incoming.accounts import RegisterError, end_account, register_account
from payments.incoming.asking import cancel, confirm, ensure_qr, expire, renew, request_payment
from payments.incoming.booking import record_money
from payments.incoming.compensating import CompensationError, Consent
from payments.incoming.exceptions import ExceptionError, explain
from payments.incoming.intents import RequestError, accept_qr, default_expiry, plan_request
from payments.incoming.recognising import RecogniseError, put_back, recognise
from payments.incoming.refund_sending import carry_out
from payments.incoming.refunds import RefundError
from payments.incoming.traces import MoneySeen
from payments.incoming.va.opening import VaWanted, close_va, open_va, open_vas

__all__ = [
    "CompensationError",
    "Consent",
    "ExceptionError",
    "MoneySeen",
    "RecogniseError",
    "RefundError",
    "RegisterError",
    "RequestError",
    "VaWanted",
    "accept_qr",
    "cancel",
    "carry_out",
    "close_va",
    "confirm",
    "default_expiry",
    "end_account",
    "ensure_qr",
    "expire",
    "explain",
    "open_va",
    "open_vas",
    "plan_request",
    "put_back",
    "recognise",
    "record_money",
    "register_account",
    "renew",
    "request_payment",
]
