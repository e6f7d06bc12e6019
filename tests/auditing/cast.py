"""An auditor, an agency that spends, and a finding about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.urls import reverse

from opd.models import Role, User
from payments.auditing import services
from payments.auditing.models import Finding, Severity
from payments.auditing.services import FindingDraft
from tests.books import world
from tests.opd.cast import person
from tests.planning.world import rp
from tests.spending.claims.world import Office

AT = world.JULY
RECEIVED = date(2026, 7, 1)
_keys = count(1)


@dataclass
class Desk:
    office: Office
    auditor: User

    def draft(self, *, about: Sequence[str] = (), received_on: date = RECEIVED) -> FindingDraft:
        return FindingDraft(
            opd=self.office.opd, title="Setoran terlambat", severity=Severity.MAJOR, amount=rp(1_250_000),
            condition="Tunai disetor hari keempat.", criteria="Permendagri 77/2020.", cause="Menunggu genap.",
            effect="Uang di luar RKUD.", recommendation="Setor setiap hari.", received_on=received_on,
            about=about,
        )  # fmt: skip

    def finding(self, *, key: str = "", about: Sequence[str] = ()) -> Finding:
        return services.record(
            draft=self.draft(about=about), form_key=key or f"uji-{next(_keys)}", by=self.auditor, at=AT
        )

    def answered(self) -> Finding:
        row = self.finding()
        return services.answer(finding_id=row.pk, text="Sudah disetor penuh.", by=self.office.bp, at=AT)

    def judged(self, verdict: str = "done") -> Finding:
        row = self.answered()
        return services.judge(
            finding_id=row.pk, verdict=verdict, text="Bukti setor dilihat.", by=self.auditor, at=AT
        )


def desk() -> Desk:
    return Desk(world.office(), person("auditor", Role.AUDITOR))


def page_of(spend_id: object) -> str:
    return reverse("spending:spend_detail", args=[spend_id])
