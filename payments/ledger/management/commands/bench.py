"""Measures a room in a database of its own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from payments.ledger import benchmark


class Command(BaseCommand):
    help = "Mengukur kecepatan pembukuan di basis data tersendiri, yang dihapus sesudahnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("room", choices=["ledger"], help="ruang yang diukur")
        parser.add_argument("--journals", type=int, default=100_000, help="jurnal untuk mengukur saldo")
        parser.add_argument("--seconds", type=float, default=2.0, help="lama setiap putaran")
        parser.add_argument("--rounds", type=int, default=5, help="putaran; yang dilaporkan mediannya")

    def handle(self, *args: Any, **options: Any) -> None:
        with benchmark.own_database(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT 'PostgreSQL ' || current_setting('server_version')"
                " || ', fsync ' || current_setting('fsync')"
            )
            self.stdout.write(cursor.fetchone()[0])
            cursor.execute(benchmark.FLOOR_TABLES)
            for clients in (1, 8):
                speed = benchmark.posting(
                    clients=clients, seconds=options["seconds"], rounds=options["rounds"]
                )
                self.stdout.write(
                    f"{clients} klien: {speed.posted:.0f} jurnal/detik; INSERT polos {speed.floor:.0f}/detik;"
                    f" rasio {speed.ratio:.2f}"
                )
            for more in (options["journals"] // 10, options["journals"] - options["journals"] // 10):
                benchmark.fill(more)
                cursor.execute("SELECT count(*) FROM ledger_journal")
                (journals,) = cursor.fetchone()
                self.stdout.write(
                    f"saldo akun terpadat pada {journals} jurnal: {benchmark.balance_ms():.2f} ms"
                )
            self.stdout.write(
                f"saldo dengan 1.000 jurnal belum direkap: {benchmark.balance_ms(tail=1_000):.2f} ms"
            )
