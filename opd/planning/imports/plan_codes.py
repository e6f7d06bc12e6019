"""Codes and targets of plan documents, in the spelling in which they are compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

_FIELD = r"(?:\d|X)\.(?:\d{2}|XX)"
HEADING = re.compile(r"(?:\d|X)(?:\.(?:\d{2}|XX))?")
"""Urusan and bidang urusan: printed documents repeat them as headings."""
PROGRAM = re.compile(rf"{_FIELD}\.\d{{2}}")
KEGIATAN = re.compile(rf"{_FIELD}\.\d{{2}}\.1\.\d{{2}}")
"""The fourth part is 1 for a province and 2 for kabupaten and kota (Permendagri 90/2019)."""
OF_REGENCY = re.compile(rf"{_FIELD}\.\d{{2}}\.2\.\d{{2}}(?:\.\d{{2,4}})?")
SUB_KEGIATAN = re.compile(rf"{_FIELD}\.\d{{2}}\.1\.\d{{2}}\.(?:\d{{4}}|\d{{2}})")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_INDONESIAN = re.compile(r"\d+(?:,\d+)?")
_ENGLISH = re.compile(r"\d+\.\d+")


def level_of(code: str) -> int | None:
    """1 program, 2 kegiatan, 3 sub kegiatan; None for anything else."""
    for level, pattern in ((1, PROGRAM), (2, KEGIATAN), (3, SUB_KEGIATAN)):
        if pattern.fullmatch(code):
            return level
    return None


def parent_of(code: str) -> str:
    """The code one level up; "" above a program."""
    parts = code.split(".")
    return ".".join(parts[: {5: 3, 6: 5}.get(len(parts), 0)])


def canonical(code: str) -> str:
    """A sub kegiatan with two digits at its end (older years) in today's four."""
    head, _, last = code.rpartition(".")
    return f"{head}.{last.zfill(4)}" if level_of(code) == 3 else code


def target_key(target: str | Decimal) -> str:
    """One spelling for one number: "85,00", "85" and 85 are equal; text is compared without case.

    "1.250" is one thousand two hundred and fifty, as Indonesian documents write it.
    """
    if isinstance(target, Decimal):
        return _bare(target)
    text = "".join(target.split())
    if _THOUSANDS.fullmatch(text):
        return _bare(Decimal(text.replace(".", "").replace(",", ".")))
    if _INDONESIAN.fullmatch(text):
        return _bare(Decimal(text.replace(",", ".")))
    if _ENGLISH.fullmatch(text):
        return _bare(Decimal(text))
    return " ".join(target.split()).casefold()


def _bare(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def newest(code: str, changes: Mapping[str, str]) -> str:
    """The code that stands for ``code`` today. ``changes`` gives for a replaced code the one that replaced
    it; a changed program or kegiatan carries along what stands below it, unless that has a change of its own.
    """
    code = canonical(code)
    for _ in range(len(changes) + 1):
        head = code
        while head and head not in changes:
            head = parent_of(head)
        if not head:
            return code
        code = canonical(changes[head] + code[len(head) :])
    raise ValueError(f"perubahan kode {code} berputar")
