"""Recomputes every law of the books; exit 1 and names what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opd.office.models import Verdict
from opd.office.proving import check, snapshot, verdict_of
from opd.office.verification import laws

_WORDS = {Verdict.HOLDS: "benar", Verdict.BROKEN: "SALAH", Verdict.NOT_RUN: "BELUM"}


class Command(BaseCommand):
    help = "Memeriksa ulang semua hukum pembukuan; keluar dengan kode 1 bila ada yang salah."

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        with snapshot():
            for law in laws():
                finding = check(law)
                found.append(verdict_of(finding))
                self.stdout.write(f"{_WORDS[found[-1]]}  {finding.rows:>9} baris  {law.name}: {law.text_id}")
                for problem in [*finding.problems, finding.not_run]:
                    if problem:
                        self.stdout.write(f"         - {problem}")
        broken, not_run = found.count(Verdict.BROKEN), found.count(Verdict.NOT_RUN)
        if broken:
            raise CommandError(f"{broken} hukum dilanggar.")
        self.stdout.write(f"{not_run} hukum belum diperiksa; " if not_run else "", ending="")
        self.stdout.write("Semua hukum terpenuhi." if not not_run else "yang lain terpenuhi.")
