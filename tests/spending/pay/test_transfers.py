"""A transfer and all that a bank may answer: paid at most once, failed only where that is certain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from opd.models import AuditEvent, Role
from payments.ledger.models import Journal
from payments.snap.codes import Service
from payments.spending import sweep
from payments.spending.bank import conversation
from payments.spending.bank.answers import GRACE
from payments.spending.bank.sources import PayError
from payments.spending.errors import Blocked, SpendError, WrongState
from payments.spending.models import Disbursement, Payee, Way
from payments.spending.services import payees, payments
from payments.spending.services.transfers import ask_bank, check_payee, pay_by_transfer
from tests.opd.cast import agency, person
from tests.spending.pay.bank import ORDERS, Answer, Honest, refusal
from tests.spending.pay.world import AT, World, rp, seconds


def silent_on(*services: Service) -> Any:
    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        return None if service in services else honest()

    return mood


def lost_on(*services: Service) -> Any:
    """The bank does it, and its answer is lost."""

    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        answer = honest()
        return None if service in services else answer

    return mood


def refusing(http: str, case: str, *services: Service) -> Any:
    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        return refusal(service, http, case) if service in services else honest()

    return mood


def journals(spend: Any) -> int:
    return Journal.objects.filter(key=f"spend:{spend.pk}:paid").count()


INTRA, STATUS = Service.TRANSFER_INTRABANK, Service.TRANSFER_STATUS


def test_a_transfer_inside_the_bank_pays_the_spend_once(world: World) -> None:
    spend = world.spend(150_000)
    paid = world.pay(spend)
    assert (paid.state, paid.way, paid.reference_no) == ("succeeded", Way.INTRABANK, "BANK00000001")
    assert world.state(spend) == "paid"
    assert (world.bank.paid(), journals(spend)) == (rp(150_000), 1)


def test_the_withheld_tax_does_not_leave(world: World) -> None:
    spend = world.spend(222_000, tax=22_000)
    assert world.pay(spend).amount == rp(200_000)
    assert world.bank.paid() == rp(200_000)


def test_a_payee_at_another_bank_is_paid_between_banks(world: World) -> None:
    payee = world.add_payee("Toko Komputer Nusantara (uji coba)", "8880011223344", bank_code="998")
    assert check_payee(payee_id=payee.pk, by=world.treasurer, at=AT).matches
    paid = world.pay(world.spend(payee=payee))
    assert (paid.state, paid.way) == ("succeeded", Way.INTERBANK)
    assert world.bank.asked(Service.ACCOUNT_INQUIRY_EXTERNAL) == 1
    body = next(body for service, body in world.bank.calls if service is Service.TRANSFER_INTERBANK)
    assert body["beneficiaryBankCode"] == "998"


@pytest.mark.parametrize(
    ("http", "case", "words"),
    [
        ("403", "14", "Saldo rekening sumber tidak cukup."),
        ("403", "18", "Rekening sudah ditutup"),
        ("403", "02", "melewati batas"),
        ("404", "11", "tidak dikenal"),
        ("400", "01", "sambungan bank"),
        ("401", "00", "sambungan bank"),
        ("429", "00", "terlalu sibuk"),
        ("403", "99", "menolak"),
    ],
)
def test_a_refusal_is_certain_and_gives_the_spend_back(
    world: World, http: str, case: str, words: str
) -> None:
    world.bank.mood = refusing(http, case, INTRA)
    spend = world.spend()
    failed = world.pay(spend)
    assert failed.state == "failed"
    assert words in failed.message
    assert world.state(spend) == "tested"
    world.bank.mood = None
    assert world.pay(spend).state == "succeeded"
    assert (world.bank.paid(), journals(spend)) == (rp(150_000), 1)


@pytest.mark.parametrize(
    "answer",
    [
        (202, {"responseCode": "2021700", "responseMessage": "Request In Progress"}),
        (500, {"responseCode": "5001700", "responseMessage": "General Error"}),
        (504, {"responseCode": "5041700", "responseMessage": "Timeout"}),
        (200, {"responseCode": "2001800", "responseMessage": "another service"}),
        (200, {}),
        (409, {"responseCode": "4091701", "responseMessage": "Duplicate partnerReferenceNo"}),
        (409, {"responseCode": "4091700", "responseMessage": "Conflict"}),
        (404, {"responseCode": "4041718", "responseMessage": "Inconsistent Request"}),
        None,
    ],
)
def test_what_says_nothing_certain_stays_pending_and_is_never_paid_anew(
    world: World, answer: Answer | None
) -> None:
    world.bank.mood = lambda service, body, honest: answer if service in ORDERS else honest()
    spend = world.spend()
    pending = world.pay(spend)
    assert (pending.state, world.state(spend)) == ("pending", "paying")
    with pytest.raises(WrongState):
        world.pay(spend, at=AT + seconds(5))
    assert world.bank.asked(*ORDERS) == 1


def test_another_amount_in_the_answer_is_not_booked(world: World) -> None:
    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        status, content = honest()
        if "amount" in content:
            content = {**content, "amount": {"value": "1.00", "currency": "IDR"}}
        return status, content

    world.bank.mood = mood
    spend = world.spend()
    pending = world.pay(spend)
    assert pending.state == "pending"
    assert "Bank menyebut jumlah lain" in pending.message
    again = ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=AT + GRACE)
    assert (again.state, journals(spend)) == ("pending", 0)


def test_a_lost_answer_is_found_by_asking(world: World) -> None:
    world.bank.mood = lost_on(INTRA)
    spend = world.spend()
    pending = world.pay(spend)
    assert pending.state == "pending"
    found = ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=AT + seconds(4))
    assert (found.state, found.reference_no) == ("succeeded", "BANK00000001")
    assert (world.bank.asked(INTRA), journals(spend)) == (1, 1)


def test_an_order_that_never_arrived_fails_only_after_the_grace(world: World) -> None:
    world.bank.mood = silent_on(INTRA)
    spend = world.spend()
    pending = world.pay(spend)
    early = ask_bank(disbursement_id=pending.pk, at=AT + GRACE - seconds(1))
    assert early.state == "pending"
    late = ask_bank(disbursement_id=pending.pk, at=AT + GRACE + seconds(3))
    assert (late.state, late.message) == ("failed", conversation.NEVER_ARRIVED)
    assert world.state(spend) == "tested"


def test_an_order_on_its_way_lands_and_is_booked(world: World) -> None:
    """The bank does not know it yet when first asked; then it arrives."""
    held: list[tuple[Service, dict[str, Any]]] = []

    def mood(service: Service, body: dict[str, Any], honest: Honest) -> Answer | None:
        if service in ORDERS:
            held.append((service, body))
            return None
        return honest()

    world.bank.mood = mood
    spend = world.spend()
    pending = world.pay(spend)
    assert ask_bank(disbursement_id=pending.pk, at=AT + seconds(9)).state == "pending"
    world.bank.order(*held[0])
    assert ask_bank(disbursement_id=pending.pk, at=AT + seconds(20)).state == "succeeded"
    assert world.bank.paid() == rp(150_000)


@pytest.mark.parametrize(("status", "ends"), [("00", "succeeded"), ("05", "failed"), ("06", "failed")])
def test_an_order_in_progress_ends_as_the_bank_says(world: World, status: str, ends: str) -> None:
    world.bank.mood = lambda service, body, honest: (
        world.bank.order(service, body, status="03") if service in ORDERS else honest()
    )
    pending = world.pay(world.spend())
    for place, middle in enumerate(["01", "02", "03", "04", "??"]):
        world.bank.orders[pending.partner_reference_no].status = middle
        later = AT + GRACE + seconds(60 * place)
        assert ask_bank(disbursement_id=pending.pk, at=later).state == "pending", middle
    world.bank.orders[pending.partner_reference_no].status = status
    assert ask_bank(disbursement_id=pending.pk, at=AT + timedelta(hours=2)).state == ends


@pytest.mark.parametrize(("http", "case"), [("401", "00"), ("403", "14"), ("404", "00"), ("500", "00")])
def test_a_question_that_is_refused_says_nothing_of_the_payment(world: World, http: str, case: str) -> None:
    world.bank.mood = silent_on(INTRA)
    pending = world.pay(world.spend())
    world.bank.mood = refusing(http, case, STATUS)
    assert ask_bank(disbursement_id=pending.pk, at=AT + timedelta(days=2)).state == "pending"


def test_a_person_may_ask_once_in_three_seconds(world: World) -> None:
    world.bank.mood = silent_on(INTRA, STATUS)
    pending = world.pay(world.spend())
    for offset in (3, 4, 5, 5.9):
        ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=AT + seconds(offset))
    assert world.bank.asked(STATUS) == 1
    ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=AT + seconds(6.1))
    assert world.bank.asked(STATUS) == 2


def test_the_sweep_asks_with_growing_pauses_until_it_knows(world: World) -> None:
    world.bank.mood = lost_on(INTRA)
    spend = world.spend()
    world.pay(spend)
    world.bank.mood = silent_on(STATUS)
    assert sweep.run(at=AT + seconds(4)) == 0
    assert sweep.run(at=AT + seconds(5)) == 1
    assert sweep.run(at=AT + seconds(14)) == 0
    assert sweep.run(at=AT + seconds(15)) == 1
    world.bank.mood = None
    assert sweep.run(at=AT + timedelta(hours=2)) == 1
    assert world.state(spend) == "paid"
    assert sweep.run(at=AT + timedelta(days=1)) == 0


def test_an_intent_whose_maker_died_is_asked_about_and_never_sent_later(world: World) -> None:
    spend = world.spend()
    intent = conversation.begin(
        spend_id=spend.pk, way=Way.INTRABANK, account_id=world.account.pk, by=world.treasurer, at=AT
    )
    assert (intent.state, sweep.run(at=AT + seconds(29))) == ("intended", 0)
    assert sweep.run(at=AT + conversation.CLAIM) == 1
    assert conversation.carry_out(intent.pk, by=None, at=AT + seconds(31)).state == "pending"
    assert (world.bank.asked(*ORDERS), world.bank.asked(STATUS)) == (0, 1)
    assert sweep.run(at=AT + GRACE + seconds(60)) == 1
    assert world.state(spend) == "tested"


def test_a_payment_that_cannot_be_booked_yet_waits_with_the_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise SpendError("bulan ini sedang ditutup")

    spend = world.spend()
    with monkeypatch.context() as patch:
        patch.setattr(payments, "settle_payment", broken)
        pending = world.pay(spend)
    assert (pending.state, world.bank.paid()) == ("pending", rp(150_000))
    assert "bulan ini sedang ditutup" in pending.message
    assert sweep.run(at=AT + seconds(60)) == 1
    assert (world.state(spend), journals(spend)) == ("paid", 1)


def test_a_name_that_differs_at_the_bank_needs_a_statement(world: World) -> None:
    payee = world.add_payee("Toko Lain", "0010300000012")
    checked = check_payee(payee_id=payee.pk, by=world.treasurer, at=AT)
    assert (checked.name, checked.matches) == ("RM RAFFLESIA (UJI COBA)", False)
    spend = world.spend(payee=payee)
    with pytest.raises(PayError, match="RM RAFFLESIA"):
        world.pay(spend)
    assert world.bank.asked(*ORDERS) == 0
    paid = pay_by_transfer(
        spend_id=spend.pk, account_id=world.account.pk, by=world.treasurer, at=AT, name_accepted=True
    )
    assert paid.state == "succeeded"


def test_a_payee_nobody_checked_is_not_paid(world: World) -> None:
    payee = world.add_payee("RM Rafflesia (uji coba)", "0010300000012")
    with pytest.raises(PayError, match="Periksa dahulu"):
        world.pay(world.spend(payee=payee))


def test_an_unknown_account_is_a_problem_and_keeps_nothing(world: World) -> None:
    payee = world.add_payee("Hantu", "0010300009999")
    checked = check_payee(payee_id=payee.pk, by=world.treasurer, at=AT)
    assert "tidak dikenal" in checked.problem
    assert Payee.objects.get(pk=payee.pk).checked_at is None


def test_a_check_is_in_the_trail_and_only_for_those_who_keep_the_book(world: World) -> None:
    assert AuditEvent.objects.filter(action="payee.check", subject_id=str(world.payee.pk)).count() == 1
    with pytest.raises(PermissionDenied):
        check_payee(payee_id=world.payee.pk, by=world.head, at=AT)


def test_a_blocked_payee_is_not_paid(world: World) -> None:
    spend = world.spend()
    payees.block_payee(payee_id=world.payee.pk, reason="Sengketa", by=world.treasurer, at=AT)
    with pytest.raises(Blocked, match="Sengketa"):
        world.pay(spend)
    assert world.bank.asked(*ORDERS) == 0


def test_only_a_treasurer_of_the_agency_pays_and_asks(world: World) -> None:
    spend = world.spend()
    other = person("bendahara.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dikbud"))
    for somebody in (world.pptk, world.head, other):
        with pytest.raises(PermissionDenied):
            world.pay(spend, by=somebody)
    world.bank.mood = silent_on(INTRA)
    pending = world.pay(spend)
    for somebody in (world.pptk, other):
        with pytest.raises(PermissionDenied):
            ask_bank(disbursement_id=pending.pk, by=somebody, at=AT + seconds(9))
    assert Disbursement.objects.count() == 1
