"""QRIS payloads (EMVCo merchant-presented codes as Indonesia uses them): pure, no Django.

Parse tolerantly, with warnings, since real merchants' codes bend the rules; build strictly. Source: the
Indonesian specification as quoted in ``astrapay/spring-qris`` (tables 3.6, 3.7, 4.3), CRC-16/CCITT-FALSE.
"""

from payments.qris.builder import build, static_to_dynamic
from payments.qris.errors import QrisError, QrisWarning
from payments.qris.parser import parse
from payments.qris.payload import AdditionalData, MerchantAccount, QrisPayload, Tip

__all__ = [
    "AdditionalData",
    "MerchantAccount",
    "QrisError",
    "QrisPayload",
    "QrisWarning",
    "Tip",
    "build",
    "parse",
    "static_to_dynamic",
]
