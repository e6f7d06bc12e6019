"""Who banks here: invented banks, accounts, merchants and cards, all marked as a trial. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

OUR_BANK, ISSUER_BANK, OTHER_BANK = "999", "997", "998"


@dataclass(frozen=True)
class Bank:
    code: str
    name: str
    bic: str


BANKS = {
    bank.code: bank
    for bank in (
        Bank(OUR_BANK, "BANK UJI COBA", "UJICIDJ9"),
        Bank(ISSUER_BANK, "BANK PENERBIT UJI COBA", "PNRBIDJ7"),
        Bank(OTHER_BANK, "BANK LAIN UJI COBA", "LAINIDJ8"),
    )
}
"""Bank codes and BICs that no national list has."""

OPENING = Decimal("500000000.00")
CLEARING = "9990000000001"
"""Where the bank keeps what leaves it by QRIS or e-money, until the other side is paid."""
EMONEY_POOL = "0010300000201"
"""What lies on all e-money cards; a transfer to it that names a card tops that card up."""
BILL_ACCOUNT = "9970000000001"
"""Where the card issuer takes the payment of its bills; the transfer names the bill."""

ACCOUNTS: tuple[tuple[str, str, str, str, str, Decimal], ...] = (
    ("0010200113001", "BEND PENGELUARAN DISPAR", OUR_BANK, "treasurer", "active", OPENING),
    ("0010200113002", "BPP DISPAR", OUR_BANK, "treasurer", "active", OPENING),
    ("0010200120001", "BEND PENGELUARAN DIKBUD", OUR_BANK, "treasurer", "active", OPENING),
    ("0010200101001", "BEND PENGELUARAN DISKOMINFO", OUR_BANK, "treasurer", "active", OPENING),
    ("0010300000011", "CV SUMBER TULIS (UJI COBA)", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000012", "RM RAFFLESIA (UJI COBA)", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000013", "BENGKEL PANTAI (UJI COBA)", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000014", "PT LAWANG WISATA (UJI COBA)", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000099", "REKENING TUTUP (UJI COBA)", OUR_BANK, "vendor", "closed", Decimal(0)),
    ("0010300000101", "UJI COBA WARUNG KOPI", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000102", "UJI COBA TOKO ATK", OUR_BANK, "vendor", "active", Decimal(0)),
    ("0010300000103", "UJI COBA PARKIR", OUR_BANK, "vendor", "active", Decimal(0)),
    (EMONEY_POOL, "PENAMPUNGAN UANG ELEKTRONIK (UJI COBA)", OUR_BANK, "clearing", "active", Decimal(0)),
    (CLEARING, "KLIRING QRIS DAN UANG ELEKTRONIK (UJI COBA)", OUR_BANK, "clearing", "active", Decimal(0)),
    ("8880011223344", "TOKO KOMPUTER NUSANTARA (UJI COBA)", OTHER_BANK, "vendor", "active", Decimal(0)),
    ("8880011223355", "HOTEL PANTAI (UJI COBA)", OTHER_BANK, "vendor", "active", Decimal(0)),
    (BILL_ACCOUNT, "PENAMPUNGAN TAGIHAN KKPD (UJI COBA)", ISSUER_BANK, "issuer", "active", Decimal(0)),
)
"""Number, name, bank, kind, status, opening balance in rupiah."""


@dataclass(frozen=True)
class StaticMerchant:
    """A shop with a printed QRIS; its money goes to ``account``."""

    key: str
    name: str
    merchant_id: str
    nmid: str
    pan: str
    mcc: str
    account: str
    city: str = "BENGKULU"
    postal_code: str = "38119"


MERCHANTS = (
    StaticMerchant(
        "warung-kopi", "UJI COBA WARUNG KOPI", "KOP000000000101", "ID20260000101", "9360099900000001017",
        "5814", "0010300000101",
    ),
    StaticMerchant(
        "toko-atk", "UJI COBA TOKO ATK", "ATK000000000102", "ID20260000102", "9360099900000001025",
        "5943", "0010300000102",
    ),
    StaticMerchant(
        "parkir", "UJI COBA PARKIR", "PRK000000000103", "ID20260000103", "9360099900000001033",
        "7523", "0010300000103",
    ),
)  # fmt: skip

CATEGORIES = {
    "5814": "Makanan dan minuman",
    "5943": "Alat tulis dan kantor",
    "7011": "Penginapan",
    "7523": "Parkir",
    "9399": "Layanan pemerintah",
}
"""What the bank calls a merchant category code; any other is "Lainnya"."""

CARD_LIMIT = Decimal("50000000.00")
CARDS = (
    ("526422", "1234", "PEMEGANG BARANG JASA DISPAR (demo)", "DISPAR"),
    ("526422", "1242", "PEMEGANG PERJALANAN DISPAR (demo)", "DISPAR"),
    ("526422", "2034", "PEMEGANG BARANG JASA DIKBUD (demo)", "DIKBUD"),
    ("526422", "2042", "PEMEGANG PERJALANAN DIKBUD (demo)", "DIKBUD"),
    ("526422", "3034", "PEMEGANG BARANG JASA DISKOMINFO (demo)", "DISKOMINFO"),
    ("526422", "3042", "PEMEGANG PERJALANAN DISKOMINFO (demo)", "DISKOMINFO"),
)
"""Government credit cards: first six and last four digits, holder, agency."""

EMONEY_ISSUER = "UANG ELEKTRONIK UJI COBA"
EMONEY_CARDS = (
    ("603298", "0001", "STAF DISPAR 1 (demo)"),
    ("603298", "0002", "STAF DISPAR 2 (demo)"),
    ("603298", "0003", "STAF DIKBUD (demo)"),
    ("603298", "0004", "STAF DISKOMINFO (demo)"),
)

_CARD = re.compile(r"([0-9]{6})[0-9*•xX.]{0,9}([0-9]{4})")


def card_digits(text: str) -> tuple[str, str] | None:
    """First six and last four digits of a card in any masking: "5264 22•• •••• 1234", "526422******1234"."""
    match = _CARD.fullmatch(re.sub(r"[\s-]", "", text))
    return (match[1], match[2]) if match else None


def ensure(account: Any, card: Any, emoney_card: Any) -> None:
    """Add what the tables (given as models) lack of this catalogue; what is there stays as it is."""
    for number, name, bank_code, kind, status, opening in ACCOUNTS:
        account.objects.get_or_create(
            number=number,
            defaults={
                "name": name,
                "bank_code": bank_code,
                "kind": kind,
                "status": status,
                "opening_balance": opening,
                "balance": opening,
            },
        )
    for first6, last4, holder, owner in CARDS:
        card.objects.get_or_create(
            first6=first6, last4=last4, defaults={"holder": holder, "owner": owner, "limit": CARD_LIMIT}
        )
    for first6, last4, holder in EMONEY_CARDS:
        emoney_card.objects.get_or_create(
            first6=first6, last4=last4, defaults={"holder": holder, "issuer": EMONEY_ISSUER}
        )
