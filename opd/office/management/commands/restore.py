"""Puts an archive of ``backup`` back and proves it; exit 1 and names what differs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from opd.office.backup import restoring
from opd.office.backup.errors import BackupError
from opd.office.backup.programs import BEFORE


class Command(BaseCommand):
    help = "Memulihkan arsip cadangan, lalu membuktikan isinya; keluar dengan kode 1 bila ada yang berbeda."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="arsip dari 'manage.py backup'")
        parser.add_argument(
            "--replace", action="store_true", help="ganti isi basis data tujuan yang tidak kosong"
        )

    def handle(self, *args: Any, path: Path, replace: bool, **options: Any) -> None:
        try:
            problems = restoring.restore(path, replace=replace, at=timezone.now(), tell=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for problem in problems:
            self.stdout.write(f"- {problem}")
        if problems:
            raise CommandError(
                f"Pemulihan TIDAK terbukti: {len(problems)} hal berbeda. Isi sebelumnya, bila ada, masih"
                f" tersimpan dalam skema {BEFORE}."
            )
        self.stdout.write("Pemulihan terbukti: isi basis data dan bukti sama dengan saat dicadangkan.")
