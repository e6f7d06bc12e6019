"""Member names of answers, copied from the official field tables of the SNAP developer site."""

from __future__ import annotations

from typing import Any

_EVERY = {"responseCode", "responseMessage"}
_MANDATORY = {
    "15": {"beneficiaryAccountName", "beneficiaryAccountNo"},
    "16": {"beneficiaryAccountName", "beneficiaryAccountNo"},
    "17": {"beneficiaryAccountNo", "transactionDate"},
    "18": {"beneficiaryAccountNo"},
    "48": {"referenceNo", "merchantName"},
    "50": {"referenceNo"},
    "51": {"serviceCode", "latestTransactionStatus"},
}
_ALLOWED = {
    "15": {
        *("referenceNo", "partnerReferenceNo", "beneficiaryAccountName", "beneficiaryAccountNo"),
        *("beneficiaryAccountStatus", "beneficiaryAccountType", "currency", "additionalInfo"),
    },
    "16": {
        *("referenceNo", "partnerReferenceNo", "beneficiaryAccountName", "beneficiaryAccountNo"),
        *("beneficiaryBankCode", "beneficiaryBankName", "currency", "additionalInfo"),
    },
    "17": {
        *("referenceNo", "partnerReferenceNo", "amount", "beneficiaryAccountNo", "currency"),
        *("customerReference", "sourceAccountNo", "transactionDate", "originatorInfos", "additionalInfo"),
    },
    "18": {
        *("referenceNo", "partnerReferenceNo", "amount", "beneficiaryAccountNo", "beneficiaryBankCode"),
        *("sourceAccountNo", "traceNo", "originatorInfos", "additionalInfo"),
    },
    "36": {
        *("originalReferenceNo", "originalPartnerReferenceNo", "originalExternalId", "serviceCode"),
        *("transactionDate", "amount", "beneficiaryAccountNo", "beneficiaryBankCode", "currency"),
        *("previousResponseCode", "referenceNumber", "sourceAccountNo", "transactionId"),
        *("latestTransactionStatus", "transactionStatusDesc", "additionalInfo"),
    },
    "48": {
        *("referenceNo", "partnerReferenceNo", "redirectUrl", "merchantName", "merchantCategory"),
        *("merchantLocation", "merchantInfos", "transactionAmount", "feeAmount", "additionalInfo"),
    },
    "50": {
        *("referenceNo", "partnerReferenceNo", "transactionDate", "amount", "feeAmount"),
        *("verificationId", "additionalInfo"),
    },
    "51": {
        *("originalReferenceNo", "originalPartnerReferenceNo", "originalExternalId", "serviceCode"),
        *("latestTransactionStatus", "transactionStatusDesc", "paidTime", "amount", "feeAmount"),
        *("terminalId", "additionalInfo"),
    },
}
"""Service 36 is not in the tables that we have; its members are those of the official sample."""
_LENGTHS = {
    "responseMessage": 150,
    "referenceNo": 64,
    "partnerReferenceNo": 64,
    "beneficiaryAccountName": 100,
    "beneficiaryAccountStatus": 16,
    "beneficiaryAccountType": 1,
    "beneficiaryBankName": 50,
    "traceNo": 16,
    "transactionDate": 25,
    "merchantName": 25,
    "merchantCategory": 32,
    "merchantLocation": 25,
    "transactionStatusDesc": 50,
    "paidTime": 25,
}


def check(service: str, body: dict[str, Any]) -> None:
    """Every mandatory member is there, nothing beyond the table, and no text is too long."""
    names = set(body)
    assert _EVERY | _MANDATORY.get(service, _ALLOWED[service]) <= names
    assert names <= _EVERY | _ALLOWED[service]
    assert not {name for name, longest in _LENGTHS.items() if len(body.get(name, "")) > longest}
