"""After a restore from a dump the owner continues the books' transaction numbers where they stopped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone


class Command(BaseCommand):
    help = "Memulai babak baru nomor transaksi setelah basis data dipulihkan dari salinan."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_new_epoch(%s)", [timezone.now()])
            (offset,) = cursor.fetchone()
        if offset is None:
            self.stdout.write("Nomor transaksi tidak tertinggal: tidak ada yang diubah.")
        else:
            self.stdout.write(f"Babak baru dimulai; nomor transaksi ditambah {offset}.")
