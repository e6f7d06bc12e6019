"""A payment that the bank never makes certain: two people and its paper, booked once; its own word wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from opd.models import AuditEvent, Role, User
from payments.ledger.models import Journal
from payments.snap.codes import Service
from payments.spending import sweep
from payments.spending.bank import calls, conversation
from payments.spending.errors import BadDraft, OwnWork, Twice, WrongState
from payments.spending.models import Contradiction, Disbursement, Ruling, Spend, Verdict, Way
from payments.spending.services import contradictions, payments, recorded, rulings
from payments.spending.services.rulings import RulingDraft
from payments.spending.services.transfers import ask_bank
from tests.opd.cast import agency, person
from tests.spending.laws import broken
from tests.spending.pay.bank import ORDERS, Answer, Honest
from tests.spending.pay.test_recorded import receipt
from tests.spending.pay.world import AT, DAY, World

STATUS = Service.TRANSFER_STATUS
LATER = AT + timedelta(hours=24)
PAID, FAILED = Verdict.PAID, Verdict.FAILED


def in_doubt(world: World, status: str = "04") -> Disbursement:
    """The bank took the order and never says how it ended."""

    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        return world.bank.order(service, body, status="03") if service in ORDERS else honest()

    world.bank.mood = mood
    pending = world.pay(world.spend())
    say(world, pending, status)
    return pending


def say(world: World, payment: Disbursement, status: str) -> None:
    world.bank.orders[payment.partner_reference_no].status = status


@pytest.fixture
def ppk(world: World) -> User:
    return person("ppk", Role.PPK_OPD, world.opd)


def propose(
    world: World, payment: Disbursement, verdict: Verdict = PAID, *, by: User | None = None, **fields: Any
) -> Ruling:
    facts: dict[str, Any] = {"reference_no": "BR-77", "day": DAY, "at": LATER, "proof": receipt()} | fields
    return rulings.propose_ruling(
        disbursement_id=payment.pk, draft=RulingDraft(verdict, facts["reference_no"], facts["day"]),
        proof=facts["proof"], by=by or world.treasurer, at=facts["at"],
    )  # fmt: skip


def confirm(row: Ruling, by: User, hours: int = 1) -> Ruling:
    return rulings.confirm_ruling(ruling_id=row.pk, by=by, at=LATER + timedelta(hours=hours))


def now(payment: Disbursement) -> Disbursement:
    return Disbursement.objects.get(pk=payment.pk)


def journals(payment: Disbursement) -> int:
    return Journal.objects.filter(key=f"spend:{payment.spend_id}:paid").count()


def test_a_confirmed_success_is_booked_once_on_the_banks_day(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    row = propose(world, payment)
    assert (now(payment).state, journals(payment)) == ("pending", 0)
    assert confirm(row, ppk).state == "confirmed"
    ended = now(payment)
    assert (ended.state, ended.reference_no, ended.paid_date) == ("succeeded", "BR-77", DAY)
    assert (Spend.objects.get().state, journals(payment)) == ("paid", 1)
    with pytest.raises(WrongState, match="dipastikan"):
        confirm(row, ppk, 2)
    assert journals(payment) == 1
    assert AuditEvent.objects.filter(action="payment.ruling_confirm", by=ppk).count() == 1
    assert broken() == []


def test_a_confirmed_failure_lets_it_be_paid_again(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    confirm(propose(world, payment, FAILED), ppk)
    assert (now(payment).state, Spend.objects.get().state) == ("failed", "tested")
    assert "BR-77" in now(payment).message
    world.bank.mood = None
    assert world.pay(payment.spend, at=LATER + timedelta(hours=2)).state == "succeeded"
    assert journals(payment) == 1
    assert broken() == []


@pytest.mark.parametrize(("status", "state"), [("00", "succeeded"), ("06", "failed")])
@pytest.mark.parametrize("verdict", [PAID, FAILED])
def test_the_banks_own_answer_wins_and_the_proposal_lapses(
    world: World, ppk: User, status: str, state: str, verdict: Verdict
) -> None:
    payment = in_doubt(world)
    row = propose(world, payment, verdict)
    say(world, payment, status)
    ask_bank(disbursement_id=payment.pk, at=LATER + timedelta(minutes=1))
    row.refresh_from_db()
    assert (now(payment).state, row.state, row.decided_by) == (state, "lapsed", None)
    with pytest.raises(WrongState, match="gugur"):
        confirm(row, ppk)
    assert not Contradiction.objects.exists()
    assert broken() == []


def test_the_bank_is_asked_once_more_before_it_is_confirmed(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    row = propose(world, payment, FAILED)
    say(world, payment, "00")
    with pytest.raises(WrongState, match="gugur"):
        confirm(row, ppk)
    assert (now(payment).state, now(payment).reference_no, journals(payment)) == (
        "succeeded", "BANK00000001", 1,
    )  # fmt: skip


def test_too_early_too_late_and_twice_are_refused(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    with pytest.raises(WrongState, match="24 jam"):
        propose(world, payment, at=LATER - timedelta(seconds=1))
    propose(world, payment)
    with pytest.raises(WrongState, match="Sudah ada usulan"):
        propose(world, payment, FAILED)
    done = world.spend()
    world.bank.mood = None
    with pytest.raises(WrongState, match="sudah berakhir"):
        propose(world, world.pay(done))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reference_no": "  "}, "reference_no"),
        ({"day": DAY - timedelta(days=1)}, "day"),
        ({"day": date(2026, 12, 31)}, "day"),
        ({"proof": None}, "proof"),
        ({"proof": ContentFile(b"bukan gambar", name="x.txt")}, "proof"),
    ],
)
def test_the_banks_paper_is_checked(world: World, fields: dict[str, Any], field: str) -> None:
    payment = in_doubt(world)
    with pytest.raises(BadDraft) as refusal:
        propose(world, payment, **fields)
    assert refusal.value.field == field
    assert not Ruling.objects.exists()


def test_one_line_of_a_statement_proves_one_payment(world: World) -> None:
    paid = world.pay(world.spend())
    with pytest.raises(BadDraft, match="sudah dipakai"):
        propose(world, in_doubt(world), reference_no=paid.reference_no)


def test_nobody_confirms_what_he_proposed_or_paid(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    with pytest.raises(PermissionDenied):
        propose(world, payment, by=ppk)
    row = propose(world, payment, by=world.second)
    stranger = person("ppk.lain", Role.PPK_OPD, agency("120", "Dikbud"))
    for somebody in (world.treasurer, world.second, world.head, world.pptk, stranger):
        with pytest.raises(PermissionDenied):
            confirm(row, somebody)
    confirm(row, ppk)
    assert now(payment).state == "succeeded"


def test_one_person_in_two_roles_is_still_one_person(
    world: World, ppk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = propose(world, in_doubt(world), by=world.second)
    monkeypatch.setattr("opd.access.require", lambda *args, **kwargs: None)
    for somebody in (world.second, world.treasurer):
        with pytest.raises(OwnWork):
            confirm(row, somebody)


def test_a_declined_proposal_leaves_the_payment_waiting(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    row = propose(world, payment)
    with pytest.raises(WrongState, match="alasan"):
        rulings.decline_ruling(ruling_id=row.pk, reason=" ", by=ppk, at=LATER)
    with pytest.raises(PermissionDenied):
        rulings.decline_ruling(ruling_id=row.pk, reason="x", by=world.pptk, at=LATER)
    declined = rulings.decline_ruling(ruling_id=row.pk, reason="Surat lain", by=ppk, at=LATER)
    assert (declined.state, now(payment).state) == ("declined", "pending")
    withdrawn = propose(world, payment)
    rulings.decline_ruling(ruling_id=withdrawn.pk, reason="Salah", by=world.treasurer, at=LATER)
    confirm(propose(world, payment), ppk)
    assert broken() == []


def contradicted(world: World, ppk: User, verdict: Verdict, status: str) -> Disbursement:
    """The bank speaks after people did, and says the opposite."""
    payment = in_doubt(world)
    confirm(propose(world, payment, verdict), ppk)
    say(world, payment, status)
    assert sweep.run(at=LATER + timedelta(hours=6)) == 0, "not before the pause is over"
    assert sweep.run(at=LATER + timedelta(hours=7)) == 1
    return now(payment)


def test_a_success_after_a_confirmed_failure_is_kept_and_books_nothing(world: World, ppk: User) -> None:
    payment = contradicted(world, ppk, FAILED, "00")
    found = Contradiction.objects.get()
    assert (found.told, found.reference_no, payment.state) == ("paid", "BANK00000001", "failed")
    assert (journals(payment), Spend.objects.get().state) == (0, "tested")
    assert sweep.run(at=LATER + timedelta(days=3)) == 0
    assert AuditEvent.objects.filter(action="payment.contradicted").count() == 1
    with pytest.raises(Twice, match="sudah dibayar oleh percobaan"):
        world.pay(payment.spend, at=LATER + timedelta(hours=8))
    assert world.bank.asked(*ORDERS) == 1
    assert broken() == []


def test_what_left_after_all_is_recorded_by_its_reference_and_the_word_closed(
    world: World, ppk: User
) -> None:
    payment = contradicted(world, ppk, FAILED, "00")
    at = LATER + timedelta(hours=8)
    paid = recorded.PaidElsewhere(Way.CMS_MANUAL, DAY, "BANK00000001", account_id=world.account.pk)
    recorded.record_elsewhere(
        spend_id=payment.spend_id, paid=paid, proof=receipt(9), by=world.treasurer, at=at
    )
    found = Contradiction.objects.get()
    with pytest.raises(PermissionDenied):
        contradictions.close(contradiction_id=found.pk, reason="x", by=world.treasurer, at=at)
    with pytest.raises(WrongState, match="Tulis"):
        contradictions.close(contradiction_id=found.pk, reason=" ", by=ppk, at=at)
    contradictions.close(contradiction_id=found.pk, reason="Dicatat menurut rekening koran", by=ppk, at=at)
    with pytest.raises(WrongState, match="sudah diselesaikan"):
        contradictions.close(contradiction_id=found.pk, reason="x", by=ppk, at=at)
    assert (journals(payment), Contradiction.objects.open().count()) == (1, 0)
    assert broken() == []


@pytest.mark.parametrize("status", ["06", "07"])
def test_a_failure_after_a_confirmed_success_is_kept_too(world: World, ppk: User, status: str) -> None:
    payment = contradicted(world, ppk, PAID, status)
    assert (Contradiction.objects.get().told, payment.state, journals(payment)) == ("failed", "succeeded", 1)
    assert broken() == []


@pytest.mark.parametrize(("verdict", "status"), [(PAID, "00"), (FAILED, "06"), (FAILED, "07")])
def test_a_word_that_agrees_ends_the_questions(
    world: World, ppk: User, verdict: Verdict, status: str
) -> None:
    payment = in_doubt(world)
    confirm(propose(world, payment, verdict), ppk)
    say(world, payment, status)
    assert sweep.run(at=LATER + timedelta(hours=7)) == 1
    assert (now(payment).next_ask_at, Contradiction.objects.count()) == (None, 0)
    assert broken() == []


def test_the_questions_after_a_ruling_end_by_themselves(world: World, ppk: User) -> None:
    payment = in_doubt(world)
    confirm(propose(world, payment, FAILED), ppk)
    for days in (1, 5, 13):
        assert sweep.run(at=LATER + timedelta(days=days)) == 1
        assert now(payment).next_ask_at is not None
    assert sweep.run(at=LATER + timedelta(days=15)) == 1
    assert now(payment).next_ask_at is None
    assert now(payment).state == "failed"


def test_a_success_that_comes_after_a_failure_of_the_bank_itself_is_kept(world: World) -> None:
    """Two answers on their way at once: the second finds the payment ended the other way."""
    payment = in_doubt(world, "03")
    payments.fail_payment(disbursement_id=payment.pk, message="Bank menyatakan gagal", by=None, at=LATER)
    say(world, payment, "00")
    told = calls.ask_standing(calls.load(payment.pk), at=LATER)
    for _ in range(2):
        conversation._note(calls.load(payment.pk), told, by=None, at=LATER)
    assert (Contradiction.objects.get().told, now(payment).state, journals(payment)) == ("paid", "failed", 0)
    assert broken() == []


def everything(model: Any) -> Any:
    return model._default_manager.all()


def test_what_was_ruled_and_said_stays(world: World, ppk: User) -> None:
    payment = contradicted(world, ppk, FAILED, "00")
    found = Contradiction.objects.get()
    deeds: list[Callable[[], Any]] = [
        lambda: Ruling.objects.update(reference_no="lain"),
        lambda: Ruling.objects.update(state="declined"),
        lambda: everything(Ruling)._raw_delete("default"),
        lambda: Contradiction.objects.update(told="failed"),
        lambda: everything(Contradiction)._raw_delete("default"),
    ]
    for deed in deeds:
        with pytest.raises(DatabaseError, match=r"tidak dapat diubah|ditolak"), transaction.atomic():
            deed()
    contradictions.close(contradiction_id=found.pk, reason="Selesai", by=ppk, at=LATER)
    with pytest.raises(DatabaseError, match="tidak dapat diubah"), transaction.atomic():
        Contradiction.objects.filter(pk=found.pk).update(closed_at=None, closed_by=None, reason="")
    assert now(payment).state == "failed"


def test_a_failed_audit_write_changes_nothing(
    world: World, ppk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = in_doubt(world)
    row = propose(world, payment)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("opd.audit.record", refuse)
    with pytest.raises(RuntimeError):
        confirm(row, ppk)
    row.refresh_from_db()
    assert (row.state, now(payment).state, journals(payment)) == ("proposed", "pending", 0)
