"""Gives the sandbox bank the past that the demo data tell of."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments.sandbox.seeding import seed


class Command(BaseCommand):
    help = "Isi bank uji coba dari berkas JSON buatan pengisi data peragaan (boleh diulang)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="berkas JSON")

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            done = seed(data, at=timezone.now())
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        if not (done.qrs or done.payments or done.day_opened or done.spending):
            self.stdout.write("Bank uji coba: sudah ada.")
            return
        self.stdout.write(
            f"Bank uji coba: {done.qrs} QRIS dan {done.payments} pembayaran ditambahkan,"
            f" {done.spending} mutasi belanja."
        )
