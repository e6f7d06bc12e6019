"""Demo data, once: each room's ``demo.seed`` in turn, through services, at given times."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from opd import demo as people
from opd.models import User
from opd.office import jobs
from opd.office.models import Job, JobState
from opd.planning import demo as budget
from payments.auditing import demo as auditing
from payments.books import demo as books
from payments.emoney import demo as emoney
from payments.kkpd import demo as kkpd
from payments.reconciliation import demo as files
from payments.snap import demo as bank
from payments.spending import demo as spending
from retribusi import demo as levies
from retribusi.assessments import demo as assessments
from retribusi.complaints import demo as complaints
from retribusi.counter import demo as counter
from retribusi.gate import demo as gate
from retribusi.karcis import demo as karcis
from retribusi.refunds import demo as refunds
from retribusi.walkins import demo as walkins
from tp2dd.board import demo as board
from tp2dd.consistency import demo as consistency
from tp2dd.etpd import demo as etpd
from tp2dd.evaluation import demo as evaluation
from tp2dd.instruction import demo as instruction
from tp2dd.roadmap import demo as roadmap
from tp2dd.rollout import demo as rollout
from tp2dd.secretariat import demo as secretariat
from tp2dd.tasks import roll_up_all
from tp2dd.transparency import demo as transparency

KIND = "seed"
SPENDING = (
    ("Anggaran", budget), ("Belanja", spending), ("Uang elektronik", emoney), ("KKPD", kkpd),
    ("Pembukuan", books), ("Peluncuran", rollout), ("Konsistensi", consistency), ("ETPD", etpd),
    ("Instruksi", instruction), ("Penilaian", evaluation), ("Temuan", auditing),
    ("Sekretariat", secretariat), ("Rencana aksi", roadmap),
    ("Papan", board),
    ("Keterbukaan", transparency),
)  # fmt: skip
"""An agency's spending, each room after those that it stands on."""


class Command(BaseCommand):
    help = "Mengisi data peragaan (hanya dengan DEMO=1); pengulangan tidak mengubah apa pun."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Data peragaan hanya dengan DEMO=1.")
        if Job.objects.filter(kind=KIND, state=JobState.DONE).exists():
            bank.seed(at=timezone.now())
            self.stdout.write("Data peragaan sudah ada; alamat bank uji coba disesuaikan.")
            return
        if User.objects.exists():
            raise CommandError(
                "Basis data sudah berisi pengguna. Data peragaan hanya masuk ke basis data yang kosong:"
                " pakai folder data yang baru (--data)."
            )
        with transaction.atomic():  # a start that is interrupted here begins anew the next time
            self._fill(timezone.now())
        roll_up_all()
        budget.write_examples(Path(settings.DATA_DIR) / files.FOLDER, at=timezone.now())

    def _fill(self, at: datetime) -> None:
        job = jobs.create(KIND, subject="demo", by=None, at=at)
        people.seed(at=at)
        bank.seed(at=at)
        self.stdout.write(f"Retribusi: {levies.seed(at=at)}.")
        self.stdout.write(f"Pengaduan: {complaints.seed(at=at)}.")
        self.stdout.write(f"Loket: {counter.seed(at=at)}.")
        self.stdout.write(f"Karcis: {karcis.seed(at=at)}.")
        self.stdout.write(f"Penetapan: {assessments.seed(at=at)}.")
        self.stdout.write(f"QRIS statis: {walkins.seed(at=at)}.")
        self.stdout.write(f"Rekonsiliasi: {files.seed(at=at)}.")
        self.stdout.write(f"Pengembalian: {refunds.seed(at=at)}.")
        self.stdout.write(f"Gerbang: {gate.seed(at=at)}.")
        for name, room in SPENDING:
            self.stdout.write(f"{name}: {room.seed(at=at)}.")
        self.stdout.write(f"SIPD: {budget.report(at=at)}.")
        levies.write_banks_past(at=at, openings=books.bank_balances())
        jobs.finish(job, message="Data peragaan terisi.")
