"""A Sekda, a secretary, two agencies with their heads, and an instruction as far as a test needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.base import ContentFile

from opd.access import EVERYWHERE
from opd.models import Opd, Role, User
from opd.office import attachments
from opd.office.models import Attachment
from tests.opd.cast import agency, person
from tp2dd.instruction import services
from tp2dd.instruction.board import Board, Row, board
from tp2dd.instruction.models import Acknowledgement, Addressee, Duty, Instruction, Point
from tp2dd.instruction.services.drafting import Written
from tp2dd.instruction.services.issuing import LETTER
from tp2dd.instruction.subjects import PROOF

AT = datetime(2026, 7, 10, 3, 0, tzinfo=UTC)
DAY = date(2026, 7, 10)
LATER = datetime(2026, 8, 5, 3, 0, tzinfo=UTC)
"""Past the deadline of the first two points, before that of the third."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
WRITTEN = Written(
    number="800/12/2026", day=date(2026, 7, 1), subject="Transaksi nontunai di semua OPD",
    content="Semua kepala OPD meninggalkan transaksi tunai.", legal_basis="Permendagri 56/2021",
    deadline=date(2026, 12, 31),
)  # fmt: skip
POINTS: tuple[dict[str, Any], ...] = (
    {"text": "Surat edaran kepala OPD", "deadline": date(2026, 7, 31), "measure": "report"},
    {"text": "Retribusi dengan QRIS", "deadline": date(2026, 8, 1), "measure": "takings"},
    {"text": "Belanja lewat CMS", "deadline": date(2026, 9, 1), "measure": "channel", "channel": "cms"},
)


@dataclass
class World:
    sekda: User
    secretary: User
    head: User
    opd: Opd
    other: Opd
    instruction: Instruction = field(default_factory=Instruction)

    def draft(self, **more: Any) -> Instruction:
        asked: dict[str, Any] = {
            "written": WRITTEN, "opd_ids": [self.opd.pk, self.other.pk], "replaces_id": None,
            "by": self.secretary, "at": AT,
        }  # fmt: skip
        self.instruction = services.draft(**asked | more)
        return self.instruction

    def whole(self, **more: Any) -> Instruction:
        """A draft with its points and its scanned letter."""
        row = self.draft(**more)
        for point in POINTS:
            self.point(**point)
        self.letter()
        return row

    def point(self, **said: Any) -> Point:
        asked: dict[str, Any] = {"channel": "", "target": None, "by": self.secretary, "at": AT}
        return services.add_point(instruction_id=self.instruction.pk, **asked | said)

    def letter(self) -> Attachment:
        row = self.instruction
        return attachments.attach(subject=row, kind=LETTER, upload=sheet(), by=self.secretary, at=AT)

    def issue(self, **more: Any) -> Instruction:
        self.whole(**more)
        self.instruction = services.issue(instruction_id=self.instruction.pk, by=self.sekda, at=AT)
        return self.instruction

    def addressee(self, opd: Opd | None = None) -> Addressee:
        return Addressee.objects.get(instruction=self.instruction, opd=opd or self.opd)

    def duty(self, serial: int = 1, opd: Opd | None = None) -> Duty:
        return Duty.objects.get(addressee=self.addressee(opd), point__serial=serial)

    def acknowledge(self) -> Acknowledgement:
        return services.acknowledge(addressee_id=self.addressee().pk, note="Siap", by=self.head, at=AT)

    def prove(self, serial: int = 1) -> Attachment:
        duty = self.duty(serial)
        return attachments.attach(subject=duty, kind=PROOF, upload=sheet(), by=self.head, at=AT)

    def report(self, serial: int = 1, claim: str = "done", at: datetime = AT) -> Duty:
        text = "Surat edaran nomor 7 terbit 5 Juli."
        return services.report(duty_id=self.duty(serial).pk, claim=claim, text=text, by=self.head, at=at)

    def reported(self, serial: int = 1, claim: str = "done", at: datetime = AT) -> Duty:
        """Acknowledged, proved and reported."""
        self.acknowledge()
        self.prove(serial)
        return self.report(serial, claim, at)

    def board(self, on: date = DAY) -> Board:
        return board(self.instruction, EVERYWHERE, today=on)

    def row(self, on: date = DAY) -> Row:
        return next(row for row in self.board(on).rows if row.opd == self.opd)


def build() -> World:
    opd, other = agency("113", "Dinas Pariwisata"), agency("117", "Dinas Sosial")
    agency("136", "Sekretariat Daerah")
    return World(
        person("sekda", Role.SEKDA), person("sekretaris", Role.SEKRETARIS_TP2DD), person("pa", Role.PA, opd),
        opd, other,
    )  # fmt: skip


def sheet(name: str = "surat.pdf") -> ContentFile[bytes]:
    return ContentFile(b"%PDF-1.4 " + name.encode(), name=name)
