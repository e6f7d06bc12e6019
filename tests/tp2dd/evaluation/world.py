"""Everybody of an evaluation, and a campaign of the team and two agencies."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from opd.models import Opd, Role, User
from opd.office import attachments
from tests.opd.cast import agency, person
from tp2dd.evaluation import rights, services, standing
from tp2dd.evaluation.models import Campaign, Entry, Sheet
from tp2dd.evaluation.services import Said

AT = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)
LATE = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
VALUES = {"P1": "1", "P2": "2", "P4": "3", "P5": "1", "P7": "1", "O4": "1", "C4": "80"}
"""A value for every indicator that people fill."""


@dataclass
class World:
    secretary: User
    reviewer: User
    sekda: User
    head: User
    clerk: User
    opd: Opd
    other: Opd
    campaign: Campaign

    def sheet(self, opd: Opd | None = None) -> Sheet:
        """The sheet of an agency, the team's without one, as it stands."""
        rows = Sheet.objects.select_related("campaign__rubric_version", "opd")
        return rows.get(campaign=self.campaign, opd=opd)

    def own(self, opd: Opd | None) -> User:
        return self.head if opd else self.secretary

    def say(self, opd: Opd | None, code: str, value: str, note: str = "") -> Entry | None:
        """What the subject itself says of an indicator, over what it said before."""
        sheet = self.sheet(opd)
        return services.fill(
            sheet_id=sheet.pk, by=self.own(opd), at=AT,
            said=Said(code, value, bool(value), note, seen(sheet, code, "own")),
        )  # fmt: skip

    def prove(self, opd: Opd | None, code: str, kind: str = "", name: str = "bukti.png") -> None:
        sheet = self.sheet(opd)
        kind = kind or standing.board(sheet).by_code[code].kinds[0]
        attachments.attach(
            subject=(rights.ITEM, rights.item_id(sheet, code)), kind=kind, upload=picture(name),
            by=self.own(opd), at=AT,
        )  # fmt: skip

    def fill(self, opd: Opd | None, **other: str) -> None:
        """Everything that people give, with evidence where it is asked."""
        for item in standing.board(self.sheet(opd)).items:
            code = item.indicator.code
            if not item.indicator.is_automatic:
                self.say(opd, code, other.get(code, VALUES[code]))
                self.prove(opd, code, name=f"{code}.png")

    def submit(self, opd: Opd | None, *, at: datetime = AT, reason: str = "") -> Sheet:
        return services.submit(sheet_id=self.sheet(opd).pk, late_reason=reason, by=self.own(opd), at=at)

    def hand_in(self, *opds: Opd | None) -> None:
        for opd in opds:
            self.fill(opd)
            self.submit(opd)

    def start_review(self) -> None:
        services.start_review(campaign_id=self.campaign.pk, by=self.secretary, at=AT)
        self.campaign.refresh_from_db()

    def judge(self, opd: Opd | None, code: str, value: str, note: str = "Menurut daftar hadir") -> None:
        sheet = self.sheet(opd)
        services.review(
            sheet_id=sheet.pk, by=self.reviewer, at=AT,
            said=Said(code, value, bool(value), note, seen(sheet, code, "review")),
        )  # fmt: skip

    def finish(self, opd: Opd | None) -> None:
        services.finish(sheet_id=self.sheet(opd).pk, by=self.reviewer, at=AT)

    def close(self) -> None:
        services.close_review(campaign_id=self.campaign.pk, by=self.secretary, at=AT)
        self.campaign.refresh_from_db()

    def reviewed(self) -> None:
        """The team and one agency handed in and reviewed; the other never came."""
        self.hand_in(None, self.opd)
        self.start_review()
        self.finish(None)
        self.finish(self.opd)
        self.close()

    def final(self) -> Campaign:
        self.reviewed()
        return services.finalise(campaign_id=self.campaign.pk, by=self.sekda, at=AT)

    def published(self) -> Campaign:
        self.final()
        row = services.publish(campaign_id=self.campaign.pk, by=self.sekda, at=AT)
        self.campaign.refresh_from_db()
        return row


def seen(sheet: Sheet, code: str, side: str) -> int:
    found = Entry.objects.filter(sheet=sheet, code=code, side=side).order_by("-serial").first()
    return found.serial if found else 0


def build() -> World:
    secretary = person("sekretaris", Role.SEKRETARIS_TP2DD)
    opd, other = agency("113", "Dinas Pariwisata"), agency("120", "Dinas Pendidikan")
    campaign = services.open_campaign(
        year=2026, half=1, opds=[opd, other], own_due=date(2026, 7, 14), review_due=date(2026, 7, 28),
        final_due=date(2026, 8, 4), by=secretary, at=AT,
    )  # fmt: skip
    return World(
        secretary, person("tp2dd", Role.TP2DD_MEMBER), person("sekda", Role.SEKDA),
        person("pa", Role.PA, opd), person("ppk", Role.PPK_OPD, opd), opd, other, campaign,
    )  # fmt: skip


def picture(name: str = "bukti.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")
