"""Brings the English of visitors' pages up to date: config/locale/en/LC_MESSAGES/django.po and .mo."""

from typing import Any

from django.core.management.base import BaseCommand

from config import catalog


class Command(BaseCommand):
    help = "Menyegarkan terjemahan Inggris halaman pengunjung dan menyebut yang belum diterjemahkan."

    def handle(self, *args: Any, **options: Any) -> None:
        missing = catalog.refresh()
        for text in missing:
            self.stdout.write(f"belum: {text}")
        self.stdout.write(f"{len(missing)} belum diterjemahkan.")
