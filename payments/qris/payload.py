"""A parsed QRIS: every object in its order, and names for what a treasurer or a phone wants to know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from payments.money import MoneyError, rupiah
from payments.qris.errors import QrisError, QrisWarning
from payments.qris.tlv import DataObject, read, write

STATIC, DYNAMIC = "11", "12"
DOMESTIC = tuple(str(tag) for tag in range(26, 46))
REPOSITORY = "51"
REPOSITORY_GUID = "ID.CO.QRIS.WWW"
TEMPLATES = frozenset({*DOMESTIC, REPOSITORY, "62", "64"})
LOOSE_TEMPLATES = frozenset(str(tag) for tag in (*range(46, 51), *range(80, 100)))
"""Templates whose inside the specification leaves open: read where they read, kept as text where not."""

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]{0,2})?")
LONGEST_AMOUNT = 13


@dataclass(frozen=True)
class MerchantAccount:
    """An acquirer's account of the merchant (tags 26–45); the first 8 digits of the PAN name the acquirer."""

    guid: str
    pan: str
    merchant_id: str
    criteria: str
    tag: str = DOMESTIC[0]


@dataclass(frozen=True)
class Tip:
    """Tag 55: ``prompt`` (the app asks), ``fixed`` (``value`` in rupiah) or ``percentage`` (in %)."""

    kind: Literal["prompt", "fixed", "percentage"]
    value: Decimal | None = None


@dataclass(frozen=True)
class AdditionalData:
    """Tag 62. ``***`` in a value means that the paying app asks for it; ``other`` holds sub-tags 10–99."""

    bill_number: str | None = None
    mobile_number: str | None = None
    store_label: str | None = None
    loyalty_number: str | None = None
    reference_label: str | None = None
    customer_label: str | None = None
    terminal_label: str | None = None
    purpose: str | None = None
    consumer_request: str | None = None
    other: tuple[DataObject, ...] = ()


ADDITIONAL = {
    "01": "bill_number",
    "02": "mobile_number",
    "03": "store_label",
    "04": "loyalty_number",
    "05": "reference_label",
    "06": "customer_label",
    "07": "terminal_label",
    "08": "purpose",
    "09": "consumer_request",
}


@dataclass(frozen=True)
class QrisPayload:
    """A QRIS that ``parse`` or ``build`` let through; ``str()`` gives its very text back."""

    objects: tuple[DataObject, ...]
    warnings: tuple[QrisWarning, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return write(self.objects)

    def get(self, tag: str) -> str | None:
        """The value of a root tag, or None."""
        return next((item.value for item in self.objects if item.tag == tag), None)

    def template(self, tag: str) -> dict[str, str]:
        """Sub-tags of a template in their order; empty where the tag is absent or has no readable inside."""
        try:
            return {item.tag: item.value for item in read(self.get(tag) or "")}
        except QrisError:
            return {}

    @property
    def is_dynamic(self) -> bool:
        return self.get("01") == DYNAMIC

    @property
    def merchants(self) -> tuple[MerchantAccount, ...]:
        """The acquirers' accounts (tags 26–45) in the order of the payload; absent parts are empty text."""
        found = []
        for item in self.objects:
            if item.tag in DOMESTIC:
                parts = self.template(item.tag)
                guid, pan, merchant_id, criteria = (parts.get(sub, "") for sub in ("00", "01", "02", "03"))
                found.append(MerchantAccount(guid, pan, merchant_id, criteria, item.tag))
        return tuple(found)

    @property
    def nmid(self) -> str | None:
        """The national merchant id (tag 51, sub-tag 02)."""
        return self.template(REPOSITORY).get("02")

    @property
    def mcc(self) -> str:
        return self.get("52") or ""

    @property
    def currency(self) -> str:
        return self.get("53") or ""

    @property
    def amount(self) -> Decimal | None:
        """Rupiah with two places; None where the payer types the amount."""
        text = self.get("54")
        return None if text is None else read_amount(text, "54")

    @property
    def tip(self) -> Tip | None:
        match self.get("55"):
            case "01":
                return Tip("prompt")
            case "02":
                return Tip("fixed", read_amount(self.get("56") or "", "56"))
            case "03":
                return Tip("percentage", Decimal(self.get("57") or ""))
        return None

    @property
    def country(self) -> str:
        return self.get("58") or ""

    @property
    def merchant_name(self) -> str:
        return self.get("59") or ""

    @property
    def city(self) -> str:
        return self.get("60") or ""

    @property
    def postal_code(self) -> str | None:
        return self.get("61")

    @property
    def additional(self) -> AdditionalData:
        parts = self.template("62")
        other = tuple(DataObject(tag, value) for tag, value in parts.items() if tag not in ADDITIONAL)
        return AdditionalData(
            bill_number=parts.get("01"),
            mobile_number=parts.get("02"),
            store_label=parts.get("03"),
            loyalty_number=parts.get("04"),
            reference_label=parts.get("05"),
            customer_label=parts.get("06"),
            terminal_label=parts.get("07"),
            purpose=parts.get("08"),
            consumer_request=parts.get("09"),
            other=other,
        )

    @property
    def crc(self) -> str:
        return self.get("63") or ""


def read_amount(text: str, tag: str) -> Decimal:
    """The rupiah of tag 54 or 56: ``1000.00``, ``1000``, ``1000.``. Raises QrisError ``amount``."""
    fits = len(text) <= LONGEST_AMOUNT and _AMOUNT.fullmatch(text)
    if not fits or not (amount := rupiah(Decimal(text))):
        raise QrisError("amount", f"Nominal pada tag {tag} tidak sah: {text[:20]!r}.")
    return amount


def write_amount(amount: Decimal | int) -> str:
    """The shortest text: ``5000``, or ``5000.50`` where there are sen. Raises QrisError ``amount``."""
    try:
        exact = rupiah(amount) if isinstance(amount, Decimal | int) else None
    except MoneyError:
        exact = None
    if exact is None or exact <= 0:
        raise QrisError("amount", f"Nominal QRIS harus Decimal di atas nol, bukan {str(amount)[:20]!r}.")
    text = str(int(exact)) if exact == int(exact) else f"{exact:.2f}"
    if len(text) > LONGEST_AMOUNT:
        raise QrisError("amount", f"Nominal QRIS terlalu panjang: {text}.")
    return text
