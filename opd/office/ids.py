"""Identifiers: sortable ones for rows, unguessable ones for links."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, 74 random bits; indexes stay warm."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    return uuid.UUID(int=value)


def token() -> str:
    """128 unguessable bits as 22 URL-safe characters: the secret part of a public link."""
    return secrets.token_urlsafe(16)
