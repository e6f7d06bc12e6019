"""What a card may pay, what is tested against the bill, and by when: decided without a database (pure).

Source: Permendagri 79/2022 Pasal 5 and 6 (tests, DPT, rejection), Pasal 18 (kinds of cards).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

TRAVEL = "5.1.02.04"
GOODS = "5.1.02"
CAPITAL = "5.2"

CHECKS: dict[str, str] = {
    "payee": "Data penerima pembayaran benar",
    "evidence": "Bukti pengeluaran benar secara material",
    "arithmetic": "Perhitungan pada tagihan benar",
    "bill": "Bukti sesuai dengan tagihan",
    "type": "Jenis belanja boleh dibayar dengan KKPD",
    "specification": "Spesifikasi dan volume sesuai",
}
"""The tests of Permendagri 79/2022 Pasal 5 (PA) and Pasal 6 (KPA)."""


def fits(card_kind: str, kode_rekening: str) -> bool:
    """Whether a card of this kind may pay from a budget line."""
    if card_kind == "perjadin":
        return kode_rekening.startswith(TRAVEL)
    return kode_rekening.startswith((GOODS, CAPITAL)) and not kode_rekening.startswith(TRAVEL)


def spend_type(kode_rekening: str) -> str:
    """The spending type that a DPR prints: travel, capital or goods."""
    if kode_rekening.startswith(TRAVEL):
        return "travel"
    return "capital" if kode_rekening.startswith(CAPITAL) else "goods"


def card_digits(text: str) -> tuple[str, str] | None:
    """First six and last four digits of a masked card number; None for anything else.

    A full number is refused as well: between six and four there must be at least one mask and no digit.
    """
    bare = "".join(text.replace("\u00a0", " ").split()).replace("-", "")
    head, tail, middle = bare[:6], bare[-4:], bare[6:-4]
    digits = (head + tail).isascii() and (head + tail).isdigit() and len(head) == 6 and len(tail) == 4
    if not digits or not middle or any(char not in "*•xX." for char in middle):
        return None
    return head, tail


def looks_full(text: str) -> bool:
    """Whether somebody typed a whole card number."""
    bare = "".join(char for char in text if char.isdigit())
    return len(bare) >= 12


def failed(checks: dict[str, bool]) -> list[str]:
    """The tests that did not pass, in the order of the list."""
    return [name for name in CHECKS if not checks.get(name, False)]


def due(start: date, days: int) -> date:
    """The last day (WIB) of a deadline of ``days`` calendar days after ``start``."""
    return start + timedelta(days=days)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """A ratio, or None where the whole is zero."""
    return part / whole if whole else None
