"""The secrets that the sandbox bank and the product share, random per installation."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config.local.installation import read_json, write_private

ACQUIRER = "93600999"
"""In no national list that we know, so that no real app pays what the sandbox bank draws."""

OUR_MERCHANTS = (
    ("rumah-bung-karno", "RBK000000000001", "ID20260000001", "A01", f"{ACQUIRER}00000000017", "UJI COBA RBK"),
    (
        "museum-negeri",
        "MUS000000000002",
        "ID20260000002",
        "A01",
        f"{ACQUIRER}00000000025",
        "UJI COBA MUSEUM NEGERI",
    ),
    (
        "lapak-aula",
        "LAP000000000004",
        "ID20260000004",
        "A01",
        f"{ACQUIRER}00000000041",
        "UJI COBA LAPAK AULA",
    ),
    (
        "pantai-panjang",
        "PKP000000000005",
        "ID20260000005",
        "A01",
        f"{ACQUIRER}00000000058",
        "UJI COBA PANTAI PANJANG",
    ),
)
"""The last one belongs to no place of the demo yet: for whoever opens a new point there."""
GUEST_MERCHANTS = (
    ("tamu", "TAM000000000003", "ID20260000003", "A01", f"{ACQUIRER}00000000033", "UJI COBA TAMU"),
)


def ensure(path: Path, *, bank_url: str, app_url: str) -> Path:
    """Make the file once; at later starts only its two addresses change."""
    known = read_json(path) or _new()
    wanted = {**known, "bank_url": bank_url, "app_url": app_url}
    if wanted != read_json(path):
        write_private(path, wanted)
    return path


def _new() -> dict[str, Any]:
    return {
        "ours": _client("nontunai", OUR_MERCHANTS),
        "bank": _party("bank"),
        "guest": _client("tamu", GUEST_MERCHANTS),
    }


def _client(name: str, merchants: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    fields = ("key", "merchant_id", "nmid", "terminal_id", "merchant_pan", "name")
    return {
        **_party(name),
        "partner_id": f"{name}-{secrets.token_hex(4)}",
        "channel_id": "95221",
        "merchants": [dict(zip(fields, values, strict=True)) for values in merchants],
    }


def _party(name: str) -> Mapping[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "client_id": f"{name}-{secrets.token_hex(8)}",
        "client_secret": secrets.token_urlsafe(32),
        "private_key": private.decode(),
        "public_key": public.decode(),
    }
