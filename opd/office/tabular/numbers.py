"""How a file writes amounts: Indonesian (1.234.567,89), English (1,234,567.89) or plain. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

_HEAD = re.compile(r"^(?P<sign>[-\u2212(]?)\s*(?:Rp\.?|IDR)?\s*(?P<inner>-?)", re.IGNORECASE)
_PLAIN = re.compile(r"\d+")
_INDONESIAN = re.compile(r"\d{1,3}(\.\d{3})+,\d{1,2}|\d{1,3}(\.\d{3}){2,}|\d+,\d{1,2}")
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})+\.\d{1,2}|\d{1,3}(,\d{3}){2,}|\d+\.\d{1,2}")
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}")


class Style(Enum):
    PLAIN = "tanpa pemisah"
    INDONESIAN = "1.234.567,89"
    ENGLISH = "1,234,567.89"
    UNCLEAR = "tidak jelas"
    MIXED = "campuran"


class NotAnAmount(ValueError):
    """The text is no amount in this style; the message says why."""


def digits(text: str) -> tuple[bool, str]:
    """Whether the text is negative (minus or brackets), and what is left of it."""
    bare = " ".join(text.replace("\u00a0", " ").split())
    head = _HEAD.match(bare)
    assert head is not None  # every part of it may be absent
    rest = bare[head.end() :]
    closes = rest.endswith(")")
    if (head["sign"] == "(") != closes or (head["sign"] and head["inner"]):
        raise NotAnAmount("bukan angka.")
    return bool(head["sign"] or head["inner"]), rest.removesuffix(")").strip()


def infer(texts: Iterable[str]) -> Style:
    """The one style that fits every text; UNCLEAR where nothing decides, MIXED where texts disagree."""
    found: set[Style] = set()
    either = False
    for text in texts:
        try:
            bare = digits(text)[1]
        except NotAnAmount:
            continue
        if _INDONESIAN.fullmatch(bare):
            found.add(Style.INDONESIAN)
        elif _ENGLISH.fullmatch(bare):
            found.add(Style.ENGLISH)
        either = either or bool(_EITHER.fullmatch(bare))
    if len(found) > 1:
        return Style.MIXED
    return found.pop() if found else Style.UNCLEAR if either else Style.PLAIN


def plain(text: str, style: Style) -> str:
    """The amount as "-1234.56". Raises NotAnAmount with a sentence that says what to do."""
    negative, bare = digits(text)
    if style is Style.MIXED:
        raise NotAnAmount(
            "berkas memakai dua cara menulis angka (1.234,56 dan 1,234.56). Samakan dahulu, lalu unggah lagi."
        )
    if style is Style.UNCLEAR and _EITHER.fullmatch(bare):
        raise NotAnAmount(
            f"“{text}” dapat berarti dua jumlah. Tulis tanpa pemisah, misalnya 1234000, lalu unggah lagi."
        )
    number = _read(bare, style)
    return f"-{number}" if negative else number


def _read(bare: str, style: Style) -> str:
    if _PLAIN.fullmatch(bare):
        return bare
    grouped = _EITHER.fullmatch(bare)
    if style is Style.INDONESIAN and (_INDONESIAN.fullmatch(bare) or (grouped and "." in bare)):
        return bare.replace(".", "").replace(",", ".")
    if style is Style.ENGLISH and (_ENGLISH.fullmatch(bare) or (grouped and "," in bare)):
        return bare.replace(",", "")
    raise NotAnAmount(f"“{bare[:40]}” bukan jumlah uang yang dapat dibaca. Tulis dengan angka saja.")
