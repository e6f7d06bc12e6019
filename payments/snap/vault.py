"""Credentials in a text column: encrypted with FIELD_KEYS, or the name of an environment variable.

``env:SNAP_BPD_SECRET`` reads the variable ``SNAP_BPD_SECRET`` (or the file that ``SNAP_BPD_SECRET_FILE``
names) at each use. Only names beginning with ``SNAP_`` are read, so that a profile can't reach other secrets.
"""

from __future__ import annotations

import re

from config import env
from opd.office import crypto

_REFERENCE = re.compile(r"env:(SNAP_[A-Z0-9_]{1,60})")


class SecretMissing(Exception):
    """A credential is empty, unreadable or its environment variable is not set."""


def seal(plain: str) -> str:
    """What to store for a credential as typed; an ``env:`` reference stays readable. Raises ValueError."""
    plain = plain.strip()
    if plain.startswith("env:"):
        if not _REFERENCE.fullmatch(plain):
            raise ValueError("Rujukan lingkungan berbentuk env:SNAP_NAMA (huruf besar, angka, garis bawah).")
        return plain
    return crypto.encrypt(plain.encode()).decode() if plain else ""


def reveal(sealed: str, what: str) -> str:
    """The plain credential. Raises SecretMissing, naming ``what`` and never the value."""
    if not sealed:
        raise SecretMissing(f"{what} belum diisi.")
    if reference := _REFERENCE.fullmatch(sealed):
        if value := env.secret(reference[1]):
            return value
        raise SecretMissing(f"{what}: variabel lingkungan {reference[1]} tidak berisi apa pun.")
    try:
        return crypto.decrypt(sealed.encode()).decode()
    except crypto.DecryptionError as error:
        raise SecretMissing(f"{what} tidak dapat dibuka dengan FIELD_KEYS yang ada.") from error


def origin(sealed: str) -> str:
    """Where a credential lies, for screens: "" where it is empty."""
    if not sealed:
        return ""
    return f"lingkungan ({sealed[4:]})" if sealed.startswith("env:") else "tersimpan terenkripsi"
