"""A secretary, an agency with its head, and what the desk keeps."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from opd.models import Opd, Role, User
from tests.opd.cast import agency, person
from tp2dd.roadmap import services as roadmap
from tp2dd.roadmap.models import Action, Evaluation
from tp2dd.secretariat.models import DataRequest, Decree, FigureFile
from tp2dd.secretariat.services import figures, requests, team

AT = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
DAY = date(2026, 7, 2)
BACKEND = "django.contrib.auth.backends.ModelBackend"
TAX = "jenis pajak;kanal;rupiah;transaksi\nPKB;QRIS;1.000.000;10\nPKB;Tunai;250.000;2\n"
LRA = (
    "kode rekening;uraian;anggaran;realisasi\n4.1;PAD;1500;700\n4.1.01;Pajak;1000;500\n"
    "4.1.02;Retribusi;500;200\n"
)


@dataclass
class World:
    secretary: User
    opd: Opd
    head: User
    member: User

    def decree(self) -> Decree:
        """A decree whose first four seats are held."""
        made = team.record_decree(
            number="T.1/2026", decree_date=date(2026, 1, 5), about="Pembentukan TP2DD",
            valid_from=date(2026, 1, 5), by=self.secretary, at=AT,
        )  # fmt: skip
        for seat in made.seats.all()[:4]:
            team.appoint(
                seat_id=seat.pk, name=f"Pejabat {seat.place}", nip="", valid_from=made.valid_from,
                by=self.secretary, at=AT,
            )  # fmt: skip
        return made

    def asks(self, *, outside: str = "", days: int = 5) -> DataRequest:
        return requests.ask(
            opd=None if outside else self.opd, body=outside, subject="Rekap nontunai",
            period="Semester I 2026", note="", due_on=DAY + timedelta(days=days), by=self.secretary, at=AT,
        )  # fmt: skip

    def evaluation(self) -> Evaluation:
        return roadmap.record_evaluation(
            year=2025, letter="LHE 1", letter_date=date(2026, 3, 1), finding="CMS belum terhubung",
            advice="Hubungkan dengan SIPD", due_on=date(2026, 12, 1), by=self.secretary, at=AT,
        )  # fmt: skip

    def action(self, tied: str = "", *, opd: Opd | None = None) -> Action:
        return roadmap.plan(
            year=2026, title="Hubungkan CMS", output="CMS terhubung", opd=opd or self.opd,
            due_on=DAY + timedelta(days=30), tied=tied or f"evaluation:{self.evaluation().pk}",
            by=self.secretary, at=AT,
        )  # fmt: skip

    def figures(
        self, content: str = TAX, total: str = "1250000", *, kind: str = "tax", month: int = 5
    ) -> FigureFile:
        """A draft."""
        return figures.prepare(
            kind=kind, year=2026, month=month, source="Bapenda surat 7", control_total=Decimal(total),
            file=SimpleUploadedFile("angka.csv", content.encode()), by=self.secretary, at=AT,
        )  # fmt: skip

    def saved(
        self, content: str = TAX, total: str = "1250000", *, kind: str = "tax", month: int = 5
    ) -> FigureFile:
        draft = self.figures(content, total, kind=kind, month=month)
        return figures.save(file_id=draft.pk, by=self.secretary, at=AT)


def build() -> World:
    agency("BAPENDA", "Badan Pendapatan Daerah")
    opd = agency("146", "Dinas Komunikasi, Informatika dan Statistik")
    return World(
        person("sekretaris", Role.SEKRETARIS_TP2DD), opd, person("pa.kominfo", Role.PA, opd),
        person("anggota", Role.TP2DD_MEMBER),
    )  # fmt: skip


def picture(name: str = "bukti.png", color: str = "white") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")
