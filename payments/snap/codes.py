"""Services and response codes of SNAP, pure.

``responseCode`` is HTTP status (3) + service code (2) + case (2). Source: SNAP developer site (BI/ASPI),
"Response Code" and the service list; misspellings in the messages stand as they do there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

VERSION = "/v1.0"


class Service(Enum):
    """A SNAP service: its code, HTTP method and path below the partner's address, version included."""

    BALANCE_INQUIRY = ("11", "POST", "/balance-inquiry")
    TRANSACTION_HISTORY_LIST = ("12", "POST", "/transaction-history-list")
    BANK_STATEMENT = ("14", "POST", "/bank-statement")
    ACCOUNT_INQUIRY_INTERNAL = ("15", "POST", "/account-inquiry-internal")
    ACCOUNT_INQUIRY_EXTERNAL = ("16", "POST", "/account-inquiry-external")
    TRANSFER_INTRABANK = ("17", "POST", "/transfer-intrabank")
    TRANSFER_INTERBANK = ("18", "POST", "/transfer-interbank")
    VA_INQUIRY = ("24", "POST", "/transfer-va/inquiry")
    VA_PAYMENT = ("25", "POST", "/transfer-va/payment")
    VA_STATUS = ("26", "POST", "/transfer-va/status")
    VA_CREATE = ("27", "POST", "/transfer-va/create-va")
    VA_DELETE = ("31", "DELETE", "/transfer-va/delete-va")
    TRANSFER_STATUS = ("36", "POST", "/transfer/status")
    QR_GENERATE = ("47", "POST", "/qr/qr-mpm-generate")
    QR_DECODE = ("48", "POST", "/qr/qr-mpm-decode")
    QR_PAYMENT = ("50", "POST", "/qr/qr-mpm-payment")
    QR_QUERY = ("51", "POST", "/qr/qr-mpm-query")
    QR_NOTIFY = ("52", "POST", "/qr/qr-mpm-notify")
    QR_STATUS = ("53", "POST", "/qr/qr-mpm-status")
    TOKEN_B2B = ("73", "POST", "/access-token/b2b")
    QR_CANCEL = ("77", "POST", "/qr/qr-mpm-cancel")
    QR_REFUND = ("78", "POST", "/qr/qr-mpm-refund")

    def __init__(self, code: str, method: str, tail: str) -> None:
        self.code = code
        self.method = method
        self.path = f"{VERSION}{tail}"

    @classmethod
    def of(cls, code: str) -> Service:
        """The service of a two-digit code. Raises CodeError."""
        for service in cls:
            if service.code == code:
                return service
        raise CodeError(f"Kode layanan SNAP tidak dikenal: {code[:10]!r}.")


QUERIES = frozenset(
    {
        Service.QR_QUERY,
        Service.QR_STATUS,
        Service.TRANSFER_STATUS,
        Service.VA_STATUS,
        Service.BALANCE_INQUIRY,
        Service.BANK_STATEMENT,
        Service.TRANSACTION_HISTORY_LIST,
        Service.ACCOUNT_INQUIRY_INTERNAL,
        Service.ACCOUNT_INQUIRY_EXTERNAL,
        Service.QR_DECODE,
    }
)
"""Services that only ask: calling one again changes nothing at the bank."""

MESSAGES: dict[tuple[int, str], str] = {
    (200, "00"): "Successful",
    (202, "00"): "Request In Progress",
    (400, "00"): "Bad Request",
    (400, "01"): "Invalid Field Format {field name}",
    (400, "02"): "Invalid Mandatory Field {field name}",
    (401, "00"): "Unauthorized. [reason]",
    (401, "01"): "Invalid Token (B2B)",
    (401, "02"): "Invalid Customer Token",
    (401, "03"): "Token Not Found (B2B)",
    (401, "04"): "Customer Token Not Found",
    (403, "00"): "Transaction Expired",
    (403, "01"): "Feature Not Allowed [Reason]",
    (403, "02"): "Exceeds Transaction Amount Limit",
    (403, "03"): "Suspected Fraud",
    (403, "04"): "Activity Count Limit Exceeded",
    (403, "05"): "Do Not Honor",
    (403, "06"): "Feature Not Allowed At This Time. [reason]",
    (403, "07"): "Card Blocked",
    (403, "08"): "Card Expired",
    (403, "09"): "Dormant Account",
    (403, "10"): "Need To Set Token Limit",
    (403, "11"): "OTP Blocked",
    (403, "12"): "OTP Lifetime Expired",
    (403, "13"): "OTP Sent To Cardholer",
    (403, "14"): "Insufficient Funds",
    (403, "15"): "Transaction Not Permitted.[reason]",
    (403, "16"): "Suspend Transaction",
    (403, "17"): "Token Limit Exceeded",
    (403, "18"): "Inactive Card/Account/Customer",
    (403, "19"): "Merchant Blacklisted",
    (403, "20"): "Merchant Limit Exceed",
    (403, "21"): "Set Limit Not Allowed",
    (403, "22"): "Token Limit Invalid",
    (403, "23"): "Account Limit Exceed",
    (404, "00"): "Invalid Transaction Status",
    (404, "01"): "Transaction Not Found",
    (404, "02"): "Invalid Routing",
    (404, "03"): "Bank Not Supported By Switch",
    (404, "04"): "Transaction Cancelled",
    (404, "05"): "Merchant Is Not Registered For Card Registration Services",
    (404, "06"): "Need To Request OTP",
    (404, "07"): "Journey Not Found",
    (404, "08"): "Invalid Merchant",
    (404, "09"): "No Issuer",
    (404, "10"): "Invalid API Transition",
    (404, "11"): "Invalid Card/Account/Customer [info]/Virtual Account",
    (404, "12"): "Invalid Bill/Virtual Account [Reason]",
    (404, "13"): "Invalid Amount",
    (404, "14"): "Paid Bill",
    (404, "15"): "Invalid OTP",
    (404, "16"): "Partner Not Found",
    (404, "17"): "Invalid Terminal",
    (404, "18"): "Inconsistent Request",
    (404, "19"): "Invalid Bill/Virtual Account",
    (405, "00"): "Requested Function Is Not Supported",
    (405, "01"): "Requested Opearation Is Not Allowed",
    (409, "00"): "Conflict",
    (409, "01"): "Duplicate partnerReferenceNo",
    (429, "00"): "Too Many Requests",
    (500, "00"): "General Error",
    (500, "01"): "Internal Server Error",
    (500, "02"): "External Server Error",
    (504, "00"): "Timeout",
}

MESSAGE_LIMIT = 150
_PLACE = re.compile(r" ?(?:\{field name\}|\[reason\]|\[Reason\]|\[info\])")
_CODE = re.compile(r"[1-5][0-9]{6}")


class CodeError(ValueError):
    """The value is not a response code or service code of SNAP."""


@dataclass(frozen=True)
class ResponseCode:
    """A response code in its three parts; ``str()`` puts them together again."""

    http: int
    service: str
    case: str

    def __str__(self) -> str:
        return f"{self.http:03}{self.service}{self.case}"


def response_code(http: int, service: Service, case: str = "00") -> str:
    """Seven digits: 401, QR_NOTIFY, "00" give ``"4015200"``. Raises CodeError for an unlisted case."""
    if (http, case) not in MESSAGES:
        raise CodeError(f"Kode jawaban SNAP tidak dikenal: {http} {case}.")
    return str(ResponseCode(http, service.code, case))


def message(http: int, case: str = "00", detail: str = "") -> str:
    """The standard ``responseMessage``, at most 150 characters, with ``detail`` in its bracketed place."""
    return _PLACE.sub(lambda _: f" {detail}" if detail else "", MESSAGES[http, case])[:MESSAGE_LIMIT]


def answer(http: int, service: Service, case: str = "00", detail: str = "") -> dict[str, str]:
    """The two members every SNAP answer starts with."""
    return {
        "responseCode": response_code(http, service, case),
        "responseMessage": message(http, case, detail),
    }


def parse_response_code(value: object) -> ResponseCode:
    """The parts of a ``responseCode`` as received: seven digits, text or whole number. Raises CodeError."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _CODE.fullmatch(text):
        raise CodeError(f"responseCode tidak sah: {str(value)[:20]!r}.")
    return ResponseCode(int(text[:3]), text[3:5], text[5:])
