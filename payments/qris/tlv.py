"""The grammar of a QRIS: objects of tag (2 digits), length (2 digits, 01 to 99) and value, in a row."""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterable
from dataclasses import dataclass

from payments.qris.errors import QrisError

_TWO_DIGITS = re.compile(r"[0-9]{2}")
LONGEST_VALUE = 99


@dataclass(frozen=True)
class DataObject:
    """One tag and its value; ``str()`` writes it as the wire has it."""

    tag: str
    value: str

    def __str__(self) -> str:
        return f"{self.tag}{len(self.value):02}{self.value}"


def read(text: str, where: str = "QRIS", *, last: str | None = None) -> tuple[DataObject, ...]:
    """The objects of ``text``, every one, in order; nothing may follow the tag ``last``.

    ``where`` names the place in messages. Raises QrisError: ``tag``, ``length``, ``overrun``, ``duplicate``,
    ``trailing``.
    """
    objects: list[DataObject] = []
    at = 0
    while at < len(text):
        if last and objects and objects[-1].tag == last:
            raise QrisError("trailing", f"Ada isi setelah tag {last}, yang seharusnya terakhir.")
        found = _object_at(text, at, where)
        if any(found.tag == other.tag for other in objects):
            raise QrisError("duplicate", f"Tag {found.tag} muncul dua kali dalam {where}.")
        objects.append(found)
        at += 4 + len(found.value)
    return tuple(objects)


def write(objects: Iterable[DataObject]) -> str:
    return "".join(map(str, objects))


def make(tag: str, value: str) -> DataObject:
    """An object to be written. Raises QrisError ``length`` for no or over 99 characters."""
    if not 1 <= len(value) <= LONGEST_VALUE:
        raise QrisError("length", f"Isi tag {tag} harus 1 sampai 99 karakter, bukan {len(value)}.")
    return DataObject(tag, value)


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of ``text`` (which ends in ``6304``): four upper-case hex digits, zeros kept."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def _object_at(text: str, at: int, where: str) -> DataObject:
    tag, length = text[at : at + 2], text[at + 2 : at + 4]
    if not _TWO_DIGITS.fullmatch(tag):
        raise QrisError("tag", f"Tag pada posisi {at + 1} dalam {where} bukan dua angka.")
    if not _TWO_DIGITS.fullmatch(length) or length == "00":
        raise QrisError("length", f"Panjang tag {tag} dalam {where} bukan angka 01 sampai 99.")
    value = text[at + 4 : at + 4 + int(length)]
    if len(value) != int(length):
        raise QrisError("overrun", f"Panjang tag {tag} melampaui akhir {where}.")
    return DataObject(tag, value)
