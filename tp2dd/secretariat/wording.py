"""What people type, made ready to be kept; refused in words where it does not do."""

from __future__ import annotations

from tp2dd.secretariat.errors import DeskError

SHORTEST = 5
"""Letters of a reason or a summary."""


def said(text: str, complaint: str, field: str, *, most: int = 300) -> str:
    """The text with its ends cut. Raises DeskError with the complaint where it is too short to say anything
    or longer than ``most``."""
    words = text.strip()
    if len(words) < SHORTEST:
        raise DeskError(f"{complaint} Belum ada yang berubah.", field)
    if len(words) > most:
        raise DeskError(f"Terlalu panjang: paling banyak {most} huruf. Belum ada yang berubah.", field)
    return words
