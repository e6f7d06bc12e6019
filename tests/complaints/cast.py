"""A museum with its treasurer, another agency's treasurer, and one complaint at a time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from opd.models import Opd, Role, User
from opd.office.calendar import WIB
from retribusi.complaints.models import Complaint
from retribusi.complaints.services import filing, handling
from retribusi.complaints.services.filing import Report
from retribusi.models import CollectionPoint
from tests.opd.cast import agency, person

AT = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
"""A Tuesday."""
WORDS = "Saldo terpotong dua kali."
PHONE = "0812 3456 789"


@dataclass
class Desk:
    opd: Opd
    other: Opd
    point: CollectionPoint
    treasurer: User
    stranger: User
    admin: User

    def file(self, *, at: datetime = AT, key: str = "kunci-formulir-satu", **fields: Any) -> Complaint:
        evidence = fields.pop("evidence", None)
        given: dict[str, Any] = {
            "category": "payment", "happened_on": AT.date(), "text": WORDS, "point": self.point, **fields,
        }  # fmt: skip
        return filing.file_complaint(report=Report(**given), evidence=evidence, form_key=key, at=at)

    def answered(self, **fields: Any) -> Complaint:
        row = self.file(**fields)
        return handling.answer(complaint_id=row.pk, text="Sudah kami kembalikan.", by=self.treasurer, at=AT)


def desk() -> Desk:
    opd, other = agency("113", "Dinas Pariwisata"), agency("120", "Dinas Pendidikan")
    point = CollectionPoint.objects.create(
        slug="rumah-uji", name="Rumah Uji", name_en="Test House", address="Jl. Contoh 8", contact="loket",
        opd=opd, legal_basis="Perda uji", status="suspended",
    )  # fmt: skip
    return Desk(
        opd, other, point, person("bendahara", Role.BENDAHARA_PENERIMAAN, opd),
        person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, other), person("admin", Role.ADMINISTRATOR),
    )  # fmt: skip


def photo(name: str = "bukti.png") -> ContentFile[bytes]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 20, 40)).save(out, "PNG")
    return ContentFile(out.getvalue(), name=name)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
