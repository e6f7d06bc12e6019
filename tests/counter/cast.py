"""An officer at the museum's counter, and those who take the cash on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from opd.models import Role, User
from payments.books.notes import FIELDS
from payments.ledger.queries import balance
from retribusi.counter.models import Deposit, Sale, Shift
from retribusi.counter.services import deposits, selling, shifts
from retribusi.counter.services.selling import Basket, Channel
from retribusi.counter.verification import LAWS
from retribusi.services import ordering
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum

NO_APP = "Pengunjung tidak punya aplikasi"


@dataclass
class Desk:
    museum: Museum
    officer: User
    treasurer: User
    bud: User

    def open(self, *, change: int = 0, at: datetime = AT) -> Shift:
        return shifts.open_shift(
            point=self.museum.point, change_amount=Decimal(change), by=self.officer, at=at
        )

    def basket(self, channel: Channel = Channel.CASH, adults: int = 2, **more: Any) -> Basket:
        given: dict[str, Any] = {
            "form_key": ordering.new_form_key(),
            "full": {self.museum.adult.pk: adults},
            "cash_reason": NO_APP if channel == Channel.CASH else "",
            "reference": "RRN123456" if channel in (Channel.EDC, Channel.EMONEY) else "",
        }
        return Basket(channel=channel, **(given | more))

    def sell(self, channel: Channel = Channel.CASH, *, at: datetime = AT, **more: Any) -> Sale:
        return selling.sell(basket=self.basket(channel, **more), by=self.officer, at=at)

    def close(self, shift: Shift, amount: int, *, why: str = "", at: datetime = AT) -> Shift:
        return shifts.close_shift(
            shift_id=shift.pk, counted=pieces(amount), explanation=why, by=self.officer, at=at
        )

    def deposit(self, *rows: Shift, key: str = "form:setor:1", after: int = 1) -> Deposit:
        when = AT + timedelta(hours=after)
        return deposits.deposit(
            request_key=key, opd=self.museum.opd, shift_ids=[row.pk for row in rows], deposited_at=when,
            reference="SETOR 0001", by=self.treasurer, at=when,
        )  # fmt: skip

    def deposited(self) -> Deposit:
        shift = self.open()
        self.sell()
        return self.deposit(self.close(shift, 10_000))

    def held(self, role: str) -> int:
        """What the role's account holds in whole rupiah, debit above zero."""
        found = balance(role, on=AT.date() + timedelta(days=9), opd=self.museum.opd.pk)
        assert found == int(found)
        return int(found)


def staffed(museum: Museum) -> Desk:
    return Desk(
        museum,
        person("petugas.loket", Role.PETUGAS_LOKET, museum.opd),
        person("bendahara.terima", Role.BENDAHARA_PENERIMAAN, museum.opd),
        person("kuasa.bud", Role.KUASA_BUD),
    )


def pieces(amount: int) -> dict[str, int]:
    counted: dict[str, int] = {}
    for name, value, _ in FIELDS:
        if amount >= value:
            counted[name], amount = divmod(amount, value)
    return counted


def problems() -> list[str]:
    """What the counter's laws find."""
    return [problem for law in LAWS for problem in law.check().problems]


def without_guards(*statements: str) -> None:
    """Break what the database guards, as nobody but its owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("counter_shift", "counter_sale", "counter_deposit", "counter_reduction"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
