"""One archive of the whole installation, while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from opd.office.backup import writing
from opd.office.backup.errors import BackupError


class Command(BaseCommand):
    help = "Mencadangkan basis data dan bukti ke satu arsip; produk boleh tetap berjalan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="berkas baru, atau folder yang sudah ada")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            made = writing.make(path, at=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(made.manifest["tables"].values())
        originals = len(made.manifest["members"]) - 1
        self.stdout.write(f"{made.path}: {made.size} byte, {rows} baris, {originals} bukti.")
        self.stdout.write(f"SHA-256 arsip: {made.sha256}")
        self.stdout.write(f"Segel terakhir: {made.manifest['figures']['ledger.seal']}")
        self.stdout.write(
            "Kunci tidak ikut dalam arsip. Simpan terpisah FIELD_KEYS bersidik: "
            + ", ".join(made.manifest["keys"])
        )
        if made.lost:
            raise CommandError(
                f"Arsip selesai, tetapi {len(made.lost)} bukti sudah hilang atau rusak di penyimpanan: "
                f"{', '.join(made.lost[:5])}."
            )
