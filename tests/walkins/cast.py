"""Money that the printed QRIS brings, and those who claim it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from opd.models import Role, User
from payments.incoming.models import Payment
from payments.incoming.services import MoneySeen, record_money
from payments.ledger.queries import balance
from payments.reconciliation import demo as files
from payments.reconciliation import services as reconciliation
from retribusi.models import Order
from retribusi.services import ordering
from retribusi.walkins.services import claims
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum

DAY = AT.date()
_numbers = count(1)


@dataclass
class Gate:
    museum: Museum
    officer: User
    treasurer: User
    bud: User
    auditor: User

    def credit(self, amount: int = 13_000, *, at: datetime = AT, **changes: Any) -> Payment:
        """Money at the museum's terminal with no reference of ours."""
        account = self.museum.point.receiving_account
        assert account is not None
        facts: dict[str, Any] = {
            "source": "notice", "partner_id": self.museum.partner.pk, "reference_no": "",
            "partner_reference_no": "", "rrn": f"7328110{next(_numbers):05}", "amount": Decimal(amount),
            "paid_at": at, "nmid": account.nmid, "terminal_id": account.terminal_id, "issuer": "93600002",
            "payer_mask": "•••417", **changes,
        }  # fmt: skip
        payment = record_money(MoneySeen(**facts), by=None, at=at + timedelta(seconds=1))
        assert payment is not None
        return payment

    def claim(
        self, payment: Payment, *, adults: int = 2, children: int = 1, by: User | None = None,
        at: datetime = AT + timedelta(minutes=5), key: str = "",
    ) -> Order:  # fmt: skip
        return claims.claim(
            payment_id=payment.pk,
            quantities={self.museum.adult.pk: adults, self.museum.child.pk: children},
            form_key=key or ordering.new_form_key(), by=by or self.officer, at=at,
        )  # fmt: skip

    def undo(self, payment: Payment, *, at: datetime = AT + timedelta(minutes=9)) -> Order:
        return claims.undo(payment_id=payment.pk, reason="salah pilih uang", by=self.treasurer, at=at)

    def settle(self, *payments: Payment, day: date = DAY) -> None:
        """The acquirer's file of the day, and RKUD's statement that credits it."""
        lines = [files._line(payment, day) for payment in payments]
        self.bring(files.settlement_name(day), files.settlement_text(lines), self.treasurer, day, 7)
        _, text = files.statement_text(day, Decimal("1000000.00"), lines)
        self.bring(files.statement_name(day), text, self.bud, day, 9)

    def bring(self, name: str, text: str, by: User, day: date, hour: int) -> None:
        files._import(name, text, by, day, hour=hour)

    def held(self, role: str) -> int:
        """What the role's account holds in whole rupiah, debit above zero."""
        found = balance(role, on=DAY + timedelta(days=30), opd=self.museum.opd.pk)
        assert found == int(found)
        return int(found)


def staffed(museum: Museum) -> Gate:
    return Gate(
        museum,
        person("petugas.loket", Role.PETUGAS_LOKET, museum.opd),
        person("bendahara.terima", Role.BENDAHARA_PENERIMAAN, museum.opd),
        person("kuasa.bud", Role.KUASA_BUD),
        person("auditor", Role.AUDITOR),
    )


def problems() -> list[str]:
    """What the laws of money, files, orders and this room find."""
    from payments.incoming.verification import LAWS as INCOMING
    from payments.reconciliation.verification import LAWS as FILES
    from retribusi.verification import LAWS as ORDERS

    quiet = [law for law in (*INCOMING, *FILES, *ORDERS) if law.name != "reconciliation.originals"]
    return [problem for law in quiet for problem in law.check().problems]


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


__all__ = ["Gate", "problems", "reconciliation", "run", "staffed"]
