"""What the launcher leaves for a demo, without a launcher: keys, merchants, a folder, files in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pytest_django import Settings


def merchant(key: str, number: int, name: str) -> dict[str, str]:
    return {
        "key": key,
        "merchant_id": f"99900000000000{number}",
        "nmid": f"ID2026000000{number}",
        "terminal_id": "A01",
        "merchant_pan": f"936009990000000{number:04d}",
        "name": name,
    }


def offer_demo_bank(settings: Settings, folder: Path) -> None:
    """Make ``settings`` those of a demo whose data lie in ``folder``."""
    settings.DEMO, settings.DATA_DIR = True, folder
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.SANDBOX_CREDENTIALS = folder / "sandbox.json"
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    side = {"client_id": "a", "client_secret": "b", "private_key": private, "public_key": public}
    merchants = [
        merchant("rumah-bung-karno", 1, "UJI COBA RBK"),
        merchant("museum-negeri", 2, "UJI COBA MUSEUM"),
        merchant("lapak-aula", 4, "UJI COBA LAPAK AULA"),
    ]
    ours = {**side, "partner_id": "p", "channel_id": "95221", "merchants": merchants}
    facts = {
        "bank_url": "http://127.0.0.1:8001",
        "app_url": "http://127.0.0.1:8000",
        "ours": ours,
        "bank": side,
    }
    settings.SANDBOX_CREDENTIALS.write_text(json.dumps(facts), encoding="utf-8")


@pytest.fixture
def seed_demo(db: None, tmp_path: Path, settings: Settings) -> Callable[..., list[str]]:
    """Call it with an instant and rooms' demos: it seeds the demo's people, its bank, the points with their
    takings, then those rooms, and gives what the rooms told."""

    def seed(at: datetime, *rooms: Any) -> list[str]:
        from opd import demo as people
        from payments.snap import demo as banking
        from retribusi import demo as levies

        offer_demo_bank(settings, tmp_path)
        with time_machine.travel(at, tick=False):
            for room in (people, banking):
                room.seed(at=at)
            return [room.seed(at=at) for room in (levies, *rooms)]

    return seed
