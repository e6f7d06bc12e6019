"""Measures in a database of its own what ``tests/benchmarks`` says, which is not part of an installation."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

ROOMS = ("ledger", "planning", "consistency", "reconciliation", "exports", "notices", "pages")


class Command(BaseCommand):
    help = "Mengukur kecepatan di basis data tersendiri, yang dihapus sesudahnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rooms", nargs="*", metavar="ruang", help=f"{', '.join(ROOMS)}; kosong: semuanya")
        parser.add_argument("--size", type=int, default=100_000, help="banyaknya data untuk diukur")
        parser.add_argument("--seconds", type=float, default=2.0, help="lama setiap putaran")
        parser.add_argument("--rounds", type=int, default=5, help="putaran; yang dilaporkan mediannya")
        parser.add_argument("--peers", action="store_true", help="pasang dan ukur pembanding dari luar juga")
        parser.add_argument("--json", type=Path, help="tulis angkanya ke berkas ini juga")

    def handle(self, *args: Any, rooms: list[str], **options: Any) -> None:
        if find_spec("tests") is None:
            raise CommandError("Pengukuran ada di folder tests, yang tidak ada pada pemasangan ini.")
        unknown = set(rooms) - set(ROOMS)
        if unknown:
            raise CommandError(f"Tidak dikenal: {', '.join(sorted(unknown))}. Yang ada: {', '.join(ROOMS)}.")
        figures = import_module("tests.benchmarks.figures")
        measuring = import_module("tests.benchmarks.measuring")
        asked = measuring.Options(options["seconds"], options["rounds"], options["size"], options["peers"])
        found: list[Any] = []
        server = ""
        for room in rooms or ROOMS:
            with measuring.own_database():
                server = server or self._server()
                for figure in import_module(f"tests.benchmarks.{room}").run(asked):
                    self.stdout.write(figure.words)
                    found.append(figure)
        self.stdout.write(f"\n{server}\n{figures.table(found)}")
        if options["json"]:
            figures.write(options["json"], server, found)

    def _server(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 'PostgreSQL ' || current_setting('server_version')"
                " || ', fsync ' || current_setting('fsync')"
            )
            name = str(cursor.fetchone()[0])
        self.stdout.write(name)
        return name
