"""Gives the application's and the auditor's database roles their rights. Run after every ``migrate``."""

from __future__ import annotations

from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from config import env
from payments.ledger.grants import Granted, grant


def user_of(name: str) -> str:
    """The user in the database address in the environment variable ``name``; empty without one."""
    address = env.secret(name)
    return str(env.database(address)["USER"]) if address else ""


class Command(BaseCommand):
    help = "Memberi hak basis data kepada peran aplikasi dan auditor; dijalankan oleh pemilik tabel."

    def handle(self, *args: Any, **options: Any) -> None:
        app, auditor = user_of("DATABASE_APP_URL") or user_of("DATABASE_URL"), user_of("DATABASE_AUDITOR_URL")
        owner = user_of("DATABASE_OWNER_URL")
        if not owner or owner == app:
            self.stdout.write("Hanya satu peran basis data yang diberikan: tidak ada hak yang diatur.")
            return
        try:
            granted = self._grant(app, auditor if auditor not in {app, owner} else None)
        except psycopg.Error as error:
            raise CommandError(f"Hak tidak dapat diberikan: {error}") from error
        self.stdout.write(
            f"Hak {app} pada {granted.tables} tabel diatur; buku besar hanya dibaca dan dijurnal."
        )
        if granted.append_only:
            self.stdout.write(f"Hanya dapat ditambah: {', '.join(granted.append_only)}.")
        if granted.hidden:
            self.stdout.write(f"Tersembunyi bagi {auditor}: {', '.join(granted.hidden)}.")

    def _grant(self, app: str, auditor: str | None) -> Granted:
        """As the owner: over the connection at hand where it is the owner's, else over one of its own."""
        if connection.settings_dict["USER"] == user_of("DATABASE_OWNER_URL"):
            with transaction.atomic(), connection.cursor() as cursor:
                return grant(cursor, app=app, auditor=auditor)
        address = env.secret("DATABASE_OWNER_URL")
        with psycopg.connect(address, connect_timeout=5) as own, own.cursor() as bare:
            return grant(bare, app=app, auditor=auditor)
