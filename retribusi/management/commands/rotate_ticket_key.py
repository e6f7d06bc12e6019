"""Sign tickets with a new key from now on; every earlier ticket stays good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from retribusi.services.keys import rotate_key


class Command(BaseCommand):
    help = (
        "Mengganti kunci penanda tangan tiket. Tiket lama tetap berlaku; gerbang luring mengunduh kunci baru."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        key = rotate_key(by=None, at=timezone.now())
        self.stdout.write(
            f"Kunci {key.key_id} dipakai. Kunci publik (Ed25519): {bytes(key.public_key).hex()}"
        )
