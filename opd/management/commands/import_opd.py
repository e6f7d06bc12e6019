"""Agencies from a CSV file, as on the settings page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from opd.services.agencies import AgencyFileError, import_agencies, parse


class Command(BaseCommand):
    help = "Mengimpor OPD dari berkas CSV (contoh: opd/data/opd_bengkulu.csv)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            done = import_agencies(rows=parse(file.read_bytes()), by=None, at=timezone.now())
        except (OSError, AgencyFileError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(done.new)} OPD baru, {len(done.changed)} diubah, {done.same} tetap.")
