"""A secretary, a reviewer, and a semester with as many answers as a test needs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from opd.models import Opd, Role, User
from tests.opd.cast import agency, person
from tp2dd.etpd import services
from tp2dd.etpd.form import Column, Form
from tp2dd.etpd.models import FormVersion, Semester
from tp2dd.etpd.services import Change, locking

AT = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
DAY = date(2026, 7, 2)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class World:
    secretary: User
    reviewer: User
    opd: Opd
    semester: Semester

    def fill(self, **values: str) -> int:
        """Answer fields as the secretary, whatever stood before, with a reason for each."""
        form, standing = self.form, locking.current(self.semester)
        changes = [
            Change(
                form.by_field[name].letter, value, standing[name].serial if name in standing else 0,
                "Menurut laporan bulanan",
            )
            for name, value in values.items()
        ]  # fmt: skip
        return services.answer(semester_id=self.semester.pk, changes=changes, by=self.secretary, at=AT)

    def fill_all(self, **other: str) -> None:
        known = locking.values(self.semester)
        wanted = {column.field: example(column) for column in self.form.asked if not column.optional}
        wanted |= {"landasan_hukum_pembentukan_tp2dd": "Keputusan Gubernur 1/2022"}
        wanted |= {"regulasi_yang_dimiliki": "Pergub 1/2022", "wilayah_blankspot": "Enggano"}
        self.fill(**{**wanted, **known, **other})

    def submit(self) -> None:
        services.submit(semester_id=self.semester.pk, by=self.secretary, at=AT)
        self.semester.refresh_from_db()

    def accept(self) -> None:
        services.accept(semester_id=self.semester.pk, by=self.reviewer, at=AT)
        self.semester.refresh_from_db()

    def freeze(self, reason: str = "") -> Semester:
        return services.freeze(semester_id=self.semester.pk, stale_reason=reason, by=self.secretary, at=AT)

    def frozen(self) -> Semester:
        self.fill_all()
        self.submit()
        self.accept()
        return self.freeze("Yang diperiksa tetap berlaku")

    @property
    def form(self) -> Form:
        return self.semester.form_version.form


def example(column: Column) -> str:
    """Some answer that the column takes."""
    examples = {
        "email": "tp2dd@contoh.go.id", "nip": "198001012005011001", "phone": "0736 21450",
        "date": "2026-07-02", "rupiah": "0", "percent": "90", "channels": "Teller/Loket Bank", "text": "SIPD",
    }  # fmt: skip
    if column.group == "B":
        return "Ya"
    return examples.get(column.type) or (column.choices[0] if column.choices else "")


def build() -> World:
    secretary = person("sekretaris", Role.SEKRETARIS_TP2DD)
    reviewer = person("peninjau", Role.PENINJAU_BI)
    opd = agency("BAPENDA", "Badan Pendapatan Daerah")
    semester = services.open_semester(year=2026, half=1, by=secretary, at=AT)
    return World(secretary, reviewer, opd, semester)


def official() -> Form:
    return FormVersion.objects.get(code="2021").form


def picture(name: str = "bukti.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")
