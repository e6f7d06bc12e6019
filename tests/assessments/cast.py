"""An agency that fixes levies: a hall and stalls, who issues, who decides, and who owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection

from opd.models import Role, User
from payments.incoming import services as incoming
from payments.incoming.models import Payment
from payments.incoming.services import MoneySeen
from retribusi.assessments.models import Debt, Skrd, WajibRetribusi
from retribusi.assessments.services import deciding, issuing, paying, register
from retribusi.assessments.services.deciding import Grounds
from retribusi.assessments.verification import LAWS
from retribusi.models import TariffItem
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum, make_tariff

MONTH = (date(2026, 11, 1), date(2026, 11, 30))
DECREE = Grounds("SK 12/2026", AT.date(), "permohonan wajib retribusi")


@dataclass
class Office:
    museum: Museum
    stall: TariffItem
    hall: TariffItem
    treasurer: User
    head: User
    auditor: User

    def tenant(self, name: str = "Toko Maju Jaya", number: str = "1771010101010001") -> WajibRetribusi:
        known = WajibRetribusi.objects.filter(opd=self.museum.opd, name=name).first()
        return known or self.register(name, number)

    def register(self, name: str, number: str) -> WajibRetribusi:
        facts = register.checked(
            name=name, kind="nik", identity=number, address="Lapak 1, Pantai Panjang", contact="0811000111"
        )
        return register.register(facts=facts, opd=self.museum.opd, by=self.treasurer, at=AT)

    def judged(
        self, *, stalls: int = 2, halls: int = 0, at: datetime = AT, **more: Any
    ) -> issuing.Assessment:
        given: dict[str, Any] = {
            "form_key": f"skrd:{uuid4()}", "point": self.museum.point, "wajib": self.tenant(),
            "quantities": {self.stall.pk: stalls, self.hall.pk: halls}, "period": MONTH, **more,
        }  # fmt: skip
        return issuing.judged(at=at, **given)

    def issue(self, *, at: datetime = AT, **more: Any) -> Skrd:
        return issuing.issue(assessment=self.judged(at=at, **more), by=self.treasurer, at=at)

    def void(self, row: Skrd, reason: str = "salah orang", at: datetime = AT) -> Skrd:
        return deciding.void(skrd_id=row.pk, reason=reason, by=self.head, at=at)

    def debt(self, row: Skrd) -> Debt:
        """The debt that is paid next."""
        rows = Debt.objects.open().select_related("skrd__point__receiving_account", "request")
        return rows.filter(skrd=row).order_by("position")[0]

    def ask(self, row: Skrd, at: datetime = AT) -> Debt:
        paying.ask_for_qr(self.debt(row), at=at)
        return self.debt(row)

    def pay(self, row: Skrd, at: datetime = AT, **changes: Any) -> Payment:
        """A QRIS of the next debt, paid a minute later."""
        debt = self.ask(row, at)
        assert debt.request is not None
        facts: dict[str, Any] = {
            "source": "notice", "partner_id": self.museum.partner.pk,
            "reference_no": debt.request.reference_no,
            "partner_reference_no": debt.request.partner_reference_no, "rrn": f"6328{uuid4().int % 10**8:08}",
            "amount": debt.request.amount, "paid_at": at + timedelta(minutes=1), **changes,
        }  # fmt: skip
        seen = incoming.record_money(MoneySeen(**facts), by=None, at=at + timedelta(minutes=1, seconds=1))
        assert seen is not None
        return seen


def staffed(museum: Museum) -> Office:
    return Office(
        museum,
        make_tariff(museum.point, "Sewa lapak", 150_000, category="stall", unit="lapak", position=3),
        make_tariff(
            museum.point, "Sewa aula", 750_000, category="hall", unit="kegiatan", position=4,
            kode_lra="4.1.02.02.01.0001", kode_lo="8.1.02.02.01.0001",
        ),
        person("bendahara.terima", Role.BENDAHARA_PENERIMAAN, museum.opd),
        person("kepala.dinas", Role.PA, museum.opd),
        person("auditor.skrd", Role.AUDITOR),
    )  # fmt: skip


def rp(amount: int) -> Decimal:
    return Decimal(amount)


def problems() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]


def without_guards(*statements: str) -> None:
    """Break what the database guards, as nobody but its owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("skrd", "skrdline", "debt", "decision", "letter", "assessmentfile"):
            cursor.execute(f"ALTER TABLE assessments_{table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
