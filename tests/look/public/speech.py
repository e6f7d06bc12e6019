"""Which words belong to one of the two languages only: all that the catalogue says, and a calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from config import catalog

_WORD = re.compile(r"[^\W\d_]{3,}")
_MARKUP = re.compile(r"%\([a-z_0-9]+\)[sd]|<[^>]+>|https?:\S+")
_CALENDAR = {
    "id": "Januari Februari Maret Mei Juni Juli Agustus Oktober Desember Agu Okt Des Senin Selasa Rabu Kamis "
    "Jumat Sabtu Minggu yang dan untuk dengan tidak dari oleh pada atau itu adalah telah rupiah ribu juta",
    "en": "January February March May June July August October December Oct Dec Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday the and with for your this that you is are was of to",
}


def words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_MARKUP.sub(" ", text))}


@cache
def only(language: str) -> frozenset[str]:
    """Words of ``language`` (id or en) that the other doesn't know."""
    said = {"id": words(_CALENDAR["id"]), "en": words(_CALENDAR["en"])}
    for entry in catalog.read():
        for code, texts in (("id", entry.id), ("en", entry.string)):
            for text in [texts] if isinstance(texts, str) else texts or []:
                said[code] |= words(text)
    other = {"id": "en", "en": "id"}[language]
    return frozenset(said[language] - said[other])


def leaked(texts: Iterable[str], language: str, names: Iterable[str]) -> list[str]:
    """Texts of a page in ``language`` that hold a word of the other; proper names are taken out before."""
    foreign = only({"id": "en", "en": "id"}[language])
    found = []
    for text in texts:
        bare = text
        for name in names:
            bare = bare.replace(name, " ")
        if strange := words(bare) & foreign:
            found.append(f"{sorted(strange)} in {text!r}")
    return found
