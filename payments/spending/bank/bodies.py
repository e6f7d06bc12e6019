"""The bodies of our orders and questions, as SNAP's tables of members say. Pure.

Remarks and names travel as plain ASCII: banks cut or refuse anything else. SNAP's interbank transfer has no
``remark``; there the customer's reference says what it is for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from payments import money
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

_OTHER = re.compile(r"[^A-Za-z0-9 .,/()&'-]+")


@dataclass(frozen=True)
class Beneficiary:
    """Who is paid; ``bank_code`` as SNAP writes it."""

    account_no: str
    name: str
    bank_code: str
    bank_name: str


@dataclass(frozen=True)
class OrderFacts:
    """What every order says: our number, rupiah, the account that pays, and when it was made."""

    partner_reference_no: str
    amount: Decimal
    source_account_no: str
    made_at: datetime
    remark: str = ""


def plain(words: str, longest: int) -> str:
    """Text that any bank takes: ASCII without signs that separate columns, cut to ``longest``."""
    ascii_ = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return " ".join(_OTHER.sub(" ", ascii_).split())[:longest].strip()


def inquiry(account_no: str, bank_code: str, *, internal: bool, reference: str) -> dict[str, Any]:
    """Service 15 inside the bank of our account, 16 for any other."""
    body = {"partnerReferenceNo": reference, "beneficiaryAccountNo": account_no}
    return body if internal else {"beneficiaryBankCode": bank_code, **body}


def transfer(service: Service, facts: OrderFacts, to: Beneficiary) -> dict[str, Any]:
    """Service 17 or 18. The time is the one of the order, so that it never differs for one number."""
    body: dict[str, Any] = {
        "partnerReferenceNo": facts.partner_reference_no,
        "amount": money.to_snap(facts.amount),
        "beneficiaryAccountNo": to.account_no,
        "currency": money.CURRENCY,
        "sourceAccountNo": facts.source_account_no,
        "transactionDate": format_timestamp(facts.made_at),
    }
    if service is Service.TRANSFER_INTRABANK:
        body["remark"] = plain(facts.remark, 50)
    else:
        body["customerReference"] = plain(facts.remark, 30)
        body["beneficiaryAccountName"] = plain(to.name, 100)
        body["beneficiaryBankCode"] = to.bank_code
        if to.bank_name:
            body["beneficiaryBankName"] = plain(to.bank_name, 50)
    return body


def decode(content: str, *, reference: str, at: datetime) -> dict[str, Any]:
    """Service 48."""
    return {
        "partnerReferenceNo": reference,
        "qrContent": content,
        "scanTime": format_timestamp(at),
    }


def qr_payment(facts: OrderFacts, *, content: str, decode_reference_no: str) -> dict[str, Any]:
    """Service 50: the account that pays and the very QRIS stand in additionalInfo, which SNAP leaves free."""
    info = {"sourceAccountNo": facts.source_account_no, "qrContent": content}
    if decode_reference_no:
        info["decodeReferenceNo"] = decode_reference_no
    return {
        "partnerReferenceNo": facts.partner_reference_no,
        "amount": money.to_snap(facts.amount),
        "additionalInfo": info,
    }


def status(service: Service, facts: OrderFacts, *, reference_no: str) -> dict[str, Any]:
    """How an order of ``service`` stands: service 36 for transfers, 51 for QRIS."""
    body: dict[str, Any] = {
        "originalPartnerReferenceNo": facts.partner_reference_no,
        "serviceCode": service.code,
    }
    if reference_no:
        body["originalReferenceNo"] = reference_no
    if service is not Service.QR_PAYMENT:
        body["transactionDate"] = format_timestamp(facts.made_at)
        body["amount"] = money.to_snap(facts.amount)
    return body
