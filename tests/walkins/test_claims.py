"""Money of the printed QRIS becomes tickets once, and comes back whole where the claim was wrong."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from opd import audit
from opd.access import scope
from opd.models import Role
from payments.incoming.models import MoneyException, Payment, Recognition
from payments.ledger.queries import journal_of
from payments.ledger.services import Draft, credit, debit, post
from payments.reconciliation import demo as files
from payments.reconciliation.models import Match, ReconciliationException
from payments.reconciliation.queries import lights
from payments.reconciliation.services import record_as_deposit
from retribusi.models import Order, Ticket
from retribusi.walkins import queries
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.services import claims
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, make_tariff
from tests.walkins.cast import Gate, problems

LATER = AT + timedelta(days=1)


def test_a_claim_moves_the_money_and_issues_the_tickets(gate: Gate) -> None:
    payment = gate.credit()
    assert (gate.held("payment_liability"), gate.held("undeposited_receipts")) == (-13_000, 0)
    order = gate.claim(payment)
    assert (order.state, order.payment_id, order.total, order.visit_date) == (
        "paid", payment.pk, Decimal(13_000), AT.date(),
    )  # fmt: skip
    assert Ticket.objects.filter(line__order=order, state="valid").count() == 3
    assert (gate.held("payment_liability"), gate.held("undeposited_receipts")) == (0, -13_000)
    trouble = MoneyException.objects.get()
    assert (trouble.state, trouble.explained_by) == ("explained", gate.officer)
    assert problems() == []


def test_the_payment_itself_never_changes(gate: Gate) -> None:
    payment = gate.credit()
    before = Payment.objects.values().get()
    gate.claim(payment)
    gate.undo(payment)
    assert Payment.objects.values().get() == before


@pytest.mark.parametrize(("adults", "children"), [(1, 0), (3, 0), (2, 2), (0, 0)])
def test_another_sum_is_refused_and_changes_nothing(gate: Gate, adults: int, children: int) -> None:
    payment = gate.credit()
    with pytest.raises(WalkInError, match="Belum ada"):
        gate.claim(payment, adults=adults, children=children)
    assert (Order.objects.count(), Recognition.objects.count()) == (0, 0)
    assert gate.held("payment_liability") == -13_000


def test_the_same_form_claims_once_and_another_is_told(gate: Gate) -> None:
    payment = gate.credit()
    key = "satu-formulir-yang-sama"
    assert gate.claim(payment, key=key) == gate.claim(payment, key=key)
    with pytest.raises(WalkInError, match="sudah diklaim"):
        gate.claim(payment)
    assert Ticket.objects.count() == 3


def test_money_of_a_request_cannot_be_claimed(gate: Gate) -> None:
    order = gate.museum.paid()
    assert order.payment is not None
    with pytest.raises(WalkInError, match="tagihan sendiri"):
        gate.claim(order.payment)


def test_a_tariff_of_another_day_is_refused(gate: Gate) -> None:
    late = make_tariff(gate.museum.point, "Senja", 13_000, valid_from=LATER.date())
    payment = gate.credit()
    with pytest.raises(WalkInError, match="tidak berlaku"):
        claims.claim(
            payment_id=payment.pk, quantities={late.pk: 1}, form_key="x" * 16, by=gate.officer, at=LATER
        )


def test_an_officer_of_another_agency_may_not(gate: Gate) -> None:
    stranger = person("loket.lain", Role.PETUGAS_LOKET, agency("9", "Dinas Lain"))
    with pytest.raises(PermissionDenied):
        gate.claim(gate.credit(), by=stranger)


def test_a_failed_audit_row_claims_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    payment, record = gate.credit(), audit.record

    def broken(action: str, *args: object, **kwargs: object) -> None:
        if action == "walkins.claim":
            raise RuntimeError("jejak penuh")
        record(action, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        gate.claim(payment)
    assert (Order.objects.count(), gate.held("payment_liability")) == (0, -13_000)


def test_light_five_books_a_claim_to_its_codes_with_the_credit(gate: Gate) -> None:
    gate.museum.child.codes.create(
        valid_from=AT.date(), kode_lra="4.1.02.02.17.0009", kode_lo="8.1.02.02.17.0009", legal_basis="uji"
    )
    payment = gate.credit()
    gate.claim(payment)
    gate.settle(payment)
    match = Match.objects.get()
    assert match.revenue_journal is not None
    booked = next(j for j in journal_of(payment.source) if j.journal.id == match.revenue_journal)
    codes = {leg.kode_rekening: leg.amount for leg in booked.entries if leg.kode_rekening}
    assert codes["4.1.02.02.17.0001"] == -10_000
    assert codes["4.1.02.02.17.0009"] == -3_000
    lit = lights([payment.pk])[payment.pk]
    assert (lit.deposit, lit.all_deposit) == (False, False)
    assert lit.booked is not None
    assert (gate.held("undeposited_receipts"), gate.held("acquirer_receivable")) == (0, 0)
    assert problems() == []


def test_a_claim_after_the_credit_books_its_revenue_at_once(gate: Gate) -> None:
    payment = gate.credit()
    gate.settle(payment)
    assert Match.objects.get().revenue_journal is None
    assert gate.held("payment_liability") == -13_000
    gate.claim(payment, at=LATER)
    assert Match.objects.get().revenue_journal is not None
    assert (gate.held("payment_liability"), gate.held("undeposited_receipts")) == (0, 0)
    assert problems() == []
    with pytest.raises(WalkInError, match="RKUD"):
        gate.undo(payment, at=LATER + timedelta(minutes=1))


def test_money_that_only_the_file_tells_of_is_recorded_and_then_claimed(gate: Gate) -> None:
    payment = gate.credit()
    known = files._line(payment, AT.date())
    lines = [known, files._stranger(known)]
    day = AT.date()
    gate.bring(files.settlement_name(day), files.settlement_text(lines), gate.treasurer, day, 7)
    (waiting,) = queries.of_files(scope(gate.treasurer, "reconciliation.resolve"))
    record_as_deposit(exception_id=waiting.pk, reason="uji", by=gate.treasurer, at=LATER)
    found = Match.objects.get(line=waiting.settlement_line).payment
    assert found.amount == 7000
    teen = make_tariff(gate.museum.point, "Remaja", 4000, position=3)
    wanted = {teen.pk: 1, gate.museum.child.pk: 1}
    order = claims.claim(
        payment_id=found.pk, quantities=wanted, form_key="x" * 16, by=gate.treasurer, at=LATER
    )
    assert (order.is_paid, order.visit_date) == (True, day)
    assert ReconciliationException.objects.filter(state="open").count() == 0


def test_an_undone_claim_leaves_void_tickets_and_money_to_claim_again(gate: Gate) -> None:
    payment = gate.credit()
    wrong = gate.claim(payment)
    gate.undo(payment)
    wrong.refresh_from_db()
    assert (wrong.state, wrong.payment_id) == ("void", None)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"void"}
    assert (gate.held("payment_liability"), gate.held("undeposited_receipts")) == (-13_000, 0)
    assert MoneyException.objects.filter(state="open", payment=payment).count() == 1
    right = gate.claim(payment)
    assert right.pk != wrong.pk
    assert MoneyException.objects.filter(state="open").count() == 0
    assert problems() == []


def test_a_used_ticket_keeps_its_claim(gate: Gate) -> None:
    payment = gate.credit()
    gate.claim(payment)
    Ticket.objects.filter(pk=Ticket.objects.earliest("pk").pk).update(state="used")
    with pytest.raises(WalkInError, match="sudah dipakai"):
        gate.undo(payment)
    assert (Recognition.objects.standing().count(), gate.held("payment_liability")) == (1, 0)


def test_a_claim_is_undone_only_on_its_day_and_by_the_treasurer(gate: Gate) -> None:
    payment = gate.credit()
    gate.claim(payment)
    with pytest.raises(WalkInError, match="hari yang sama"):
        gate.undo(payment, at=LATER)
    with pytest.raises(PermissionDenied):
        claims.undo(payment_id=payment.pk, reason="salah", by=gate.officer, at=AT)


def test_what_was_given_back_cannot_be_claimed(gate: Gate) -> None:
    payment = gate.credit()
    legs = (
        debit("payment_liability", Decimal(1000), opd=payment.opd_id),
        credit("acquirer_receivable", Decimal(1000), opd=payment.opd_id),
    )
    given = Draft("payment_given_back", payment.source, AT.date(), AT.date(), "uji", legs)
    post(given, key="uji:kembali", by=None, at=AT)
    with pytest.raises(WalkInError, match="dikembalikan"):
        gate.claim(payment)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incoming_recognition SET amount = 1",
        "DELETE FROM incoming_recognition",
        "UPDATE incoming_recognition SET payable_key = 'lain'",
    ],
)
def test_the_database_keeps_a_recognition(gate: Gate, statement: str) -> None:
    gate.claim(gate.credit())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
