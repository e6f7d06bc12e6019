"""Rupiah: parse, format, spell. Amounts are ``Decimal`` with two places; a float is refused everywhere.

Sources: SNAP (amount: string, length 16,2, currency IDR); PUEBI for numbers in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

CURRENCY = "IDR"
LIMIT = Decimal("9999999999999999.99")
"""The largest amount the columns hold: numeric(18,2)."""
_SEN = Decimal("0.01")
_PLAIN = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?")
_INDONESIAN = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})*|[0-9]{1,16})(,[0-9]{1,2})?")
_SIGN_AND_RP = re.compile(r"(-?)(?:Rp\.? *)?(-?)", re.IGNORECASE)
_SNAP = re.compile(r"[0-9]{1,13}\.[0-9]{2}")


class MoneyError(ValueError):
    """The text or value is not an amount of rupiah."""


def rupiah(value: Decimal | int | str) -> Decimal:
    """An exact amount with two places. ``str`` is plain ("5000", "5000.00"), never grouped.

    Raises MoneyError for floats, more than two places, NaN, or beyond numeric(18,2).
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise MoneyError("jumlah uang harus bilangan bulat, Decimal atau teks; bukan bilangan pecahan biner")
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        raise MoneyError(f"bukan jumlah uang: {value[:40]!r}")
    amount = Decimal(value)
    if not amount.is_finite() or abs(amount) > LIMIT or amount != amount.quantize(_SEN):
        raise MoneyError(f"bukan jumlah uang: {str(value)[:40]!r}")
    return amount.quantize(_SEN) + 0


def parse(text: str) -> Decimal:
    """What a person types or copies from a screen: "Rp 1.250.000", "1.250.000,50", "5000", "-Rp 3.000".

    Raises MoneyError.
    """
    bare = text.strip().replace("\u2212", "-").replace("\u00a0", " ")
    head = _SIGN_AND_RP.match(bare)
    assert head is not None  # every part of it may be absent
    signs, digits = head[1] + head[2], bare[head.end() :]
    if len(signs) > 1 or not _INDONESIAN.fullmatch(digits):
        raise MoneyError(f"bukan jumlah uang: {text[:40]!r}")
    return rupiah(signs + digits.replace(".", "").replace(",", "."))


def format_rupiah(amount: Decimal | int, *, zero: str = "Rp\u00a00") -> str:
    """ "Rp 1.250.000" with a no-break space, sen only where there are any, negative with a true minus."""
    exact = rupiah(amount)
    if not exact:
        return zero
    whole, _, sen = f"{abs(exact):.2f}".partition(".")
    text = f"{int(whole):,}".replace(",", ".") + (f",{sen}" if sen != "00" else "")
    return ("\u2212" if exact < 0 else "") + f"Rp\u00a0{text}"


def to_snap(amount: Decimal) -> dict[str, str]:
    """The amount object of SNAP bodies: ``{"value": "5000.00", "currency": "IDR"}``."""
    return {"value": f"{rupiah(amount):.2f}", "currency": CURRENCY}


def from_snap(value: object) -> Decimal:
    """The Decimal of a SNAP amount object. Raises MoneyError if absent, malformed or not IDR."""
    if not isinstance(value, Mapping):
        raise MoneyError("amount tidak ada atau bukan objek")
    fields: Mapping[str, Any] = value
    if fields.get("currency") != CURRENCY:
        raise MoneyError(f"mata uang bukan IDR: {str(fields.get('currency'))[:10]!r}")
    text = fields.get("value")
    if not isinstance(text, str) or not _SNAP.fullmatch(text):
        raise MoneyError(f"amount.value tidak sah: {str(text)[:40]!r}")
    return rupiah(text)


_UNITS = (
    *("nol", "satu", "dua", "tiga", "empat", "lima"),
    *("enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"),
)
_SCALES = (
    (10**15, "kuadriliun"),
    (10**12, "triliun"),
    (10**9, "miliar"),
    (10**6, "juta"),
    (1000, "ribu"),
    (100, "ratus"),
)


def terbilang(amount: Decimal | int) -> str:
    """The amount in words, ending in "rupiah": 21000 is "dua puluh satu ribu rupiah"."""
    exact = rupiah(amount)
    whole, sen = divmod(int(abs(exact) * 100), 100)
    words = _words(whole) + " rupiah" + (f" {_words(sen)} sen" if sen else "")
    return f"minus {words}" if exact < 0 else words


def _words(number: int) -> str:
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    if number < 100:
        return f"{_UNITS[number // 10]} puluh" + _rest(number % 10)
    for scale, name in _SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            head = f"se{name}" if count == 1 and scale in {100, 1000} else f"{_words(count)} {name}"
            return head + _rest(rest)
    raise AssertionError(number)


def _rest(number: int) -> str:
    return f" {_words(number)}" if number else ""
