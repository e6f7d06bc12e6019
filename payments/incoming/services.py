"""The doors of this room. Everything that changes incoming money goes through one of these."""

from payments.incoming.accounts import RegisterError, end_account, register_account
from payments.incoming.booking import record_money
from payments.incoming.exceptions import ExceptionError, explain
from payments.incoming.traces import MoneySeen

__all__ = [
    "ExceptionError",
    "MoneySeen",
    "RegisterError",
    "end_account",
    "explain",
    "record_money",
    "register_account",
]
