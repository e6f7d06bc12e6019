"""Money by virtual account: each credit of the statement is one payment, through all five lights."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from opd.access import Scope
from opd.models import Role
from payments.incoming import services as incoming
from payments.incoming.models import Payment
from payments.incoming.va import answering
from payments.ledger.queries import balance
from payments.reconciliation import queries, services, verification
from payments.reconciliation.models import DirectCredit, KeptApart
from payments.reconciliation.queries import awaited
from payments.snap.codes import Service
from payments.snap.registry import Notice
from tests.incoming.va.teller import paying
from tests.opd.cast import person
from tests.reconciliation.files import RKUD, WIB, Movement, statement
from tests.reconciliation.scene import AT, DAY, Scene, imported, legs, open_kinds
from tp2dd import rollup
from tp2dd.models import TakingsDay

PAID_AT = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
_numbers = count(900_001)


@pytest.fixture
def paid(scene: Scene) -> Payment:
    """Five thousand rupiah by virtual account on the house's own second terminal."""
    account = incoming.register_account(
        by=None,
        at=AT,
        opd=scene.tourism,
        name="Sewa aula",
        partner=scene.house.partner,
        merchant_id="M-VA",
        nmid="ID20260000003",
        merchant_pan="9360099900000000033",
        merchant_name="UJI COBA",
        terminal_id="A03",
        va_prefix="88099",
        bank_account=RKUD,
        decree_number="SK 7/2026",
        decree_date=DAY,
        valid_from=DAY,
    )
    va = incoming.open_va(
        kind="uji.house",
        key="5000:va",
        receiving_account=account,
        name="Budi",
        expires_at=AT + timedelta(days=30),
        by=None,
        at=PAID_AT,
    )
    body = paying(va.number, Decimal(5000), at=PAID_AT)
    notice = Notice(next(_numbers), account.partner_id, Service.VA_PAYMENT, body, PAID_AT)
    assert answering.answer_payment(notice).http == 200
    return Payment.objects.get(method="va")


def credit(payment: Payment, *, sen: int = 500_000, reference: str = "") -> Movement:
    return Movement(sen, 0, "VA 8809900000000001", reference or payment.reference_no)


def laws_hold() -> None:
    assert [problem for law in verification.LAWS for problem in law.check().problems] == []


def test_its_credit_lights_all_five(paid: Payment) -> None:
    imported(statement(credit(paid)))
    lights = queries.lights([paid.pk])[paid.pk]
    assert (lights.settled, lights.credited, lights.booked) == (DAY, DAY, DAY)
    bud = [amount for book, _, amount in legs(kind="credited_to_rkud") if book == "bud"]
    assert sorted(bud) == [Decimal("-5000.00"), Decimal("5000.00")]
    budgetary = [amount for book, _, amount in legs(kind="revenue_booked") if book == "opd_budgetary"]
    assert sorted(budgetary) == [Decimal("-5000.00"), Decimal("5000.00")]
    assert open_kinds() == []
    rollup.refresh(since=DAY, at=AT)
    row = TakingsDay.objects.get(receiving_account=paid.receiving_account)
    assert row.settled == row.credited == row.booked == 5000
    laws_hold()


def test_the_same_statement_again_books_nothing_more(paid: Payment) -> None:
    imported(statement(credit(paid)))
    imported(statement(credit(paid), Movement(credit=900)), name="lagi.csv")
    assert DirectCredit.objects.count() == 1
    laws_hold()


@pytest.mark.parametrize(("sen", "reference"), [(400_000, ""), (500_000, "LAIN")])
def test_a_credit_that_is_no_payment_of_ours_is_a_difference(paid: Payment, sen: int, reference: str) -> None:
    imported(statement(credit(paid, sen=sen, reference=reference)))
    assert not DirectCredit.objects.exists()
    assert open_kinds() == ["credit_unexplained"]
    laws_hold()


def test_no_settlement_file_is_awaited_for_it(paid: Payment) -> None:
    assert awaited.settlement_days(Scope(None), today=DAY + timedelta(days=2)) == []


def test_an_undone_credit_is_reversed_and_recognised_again_unless_kept_apart(paid: Payment) -> None:
    bud, later = person("kuasa.bud", Role.KUASA_BUD), AT + timedelta(days=2)
    imported(statement(credit(paid)))
    booked = balance("rkud", on=later.date())
    for keep_apart, kinds in ((False, []), (True, ["credit_unexplained"])):
        row = DirectCredit.objects.standing().get()
        services.undo_direct(
            match_id=row.pk, reason="Salah rekening", keep_apart=keep_apart, by=bud, at=later
        )
        assert balance("rkud", on=later.date()) == 0
        assert open_kinds() == ["credit_unexplained"]
        laws_hold()
        services.reconcile(file_id=None, at=later)
        assert open_kinds() == kinds
        laws_hold()
    services.lift_apart(apart_id=KeptApart.objects.get().pk, by=bud, at=later)
    services.reconcile(file_id=None, at=later)
    assert DirectCredit.objects.standing().get().payment == paid
    assert balance("rkud", on=later.date()) == booked
    laws_hold()
