"""Measures a room in a database of its own; each room says how in its ``benchmark.py``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from opd.office import measuring


def rooms() -> dict[str, str]:
    """The rooms that can be measured: app label and module."""
    found = {config.label: f"{config.name}.benchmark" for config in apps.get_app_configs()}
    return {label: module for label, module in found.items() if find_spec(module)}


class Command(BaseCommand):
    help = "Mengukur kecepatan satu ruang di basis data tersendiri, yang dihapus sesudahnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("room", choices=sorted(rooms()), help="ruang yang diukur")
        parser.add_argument("--size", type=int, default=100_000, help="banyaknya data untuk diukur")
        parser.add_argument("--seconds", type=float, default=2.0, help="lama setiap putaran")
        parser.add_argument("--rounds", type=int, default=5, help="putaran; yang dilaporkan mediannya")

    def handle(self, *args: Any, room: str, **options: Any) -> None:
        with measuring.own_database(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT 'PostgreSQL ' || current_setting('server_version')"
                " || ', fsync ' || current_setting('fsync')"
            )
            self.stdout.write(cursor.fetchone()[0])
            asked = measuring.Options(options["seconds"], options["rounds"], options["size"])
            import_module(rooms()[room]).run(self.stdout.write, asked)
