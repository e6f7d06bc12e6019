"""Recomputes every law of the books; exit 1 and names what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from opd.office.verification import laws


class Command(BaseCommand):
    help = "Memeriksa ulang semua hukum pembukuan; keluar dengan kode 1 bila ada yang salah."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for law in laws():
                finding = law.check()
                broken += bool(finding.problems)
                verdict = "SALAH" if finding.problems else "benar"
                self.stdout.write(f"{verdict}  {finding.rows:>9} baris  {law.name}: {law.text_id}")
                for problem in finding.problems:
                    self.stdout.write(f"         - {problem}")
        if broken:
            raise CommandError(f"{broken} hukum dilanggar.")
        self.stdout.write("Semua hukum terpenuhi.")
