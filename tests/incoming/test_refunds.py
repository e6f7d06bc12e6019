"""Money back: proposed, decided by another, sent once, booked once, whatever the bank does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from opd import audit
from opd.models import Role, User
from payments.incoming import asking, refund_booking, refund_sending, refunds, services, sweep, whereabouts
from payments.incoming.models import MoneyException, Payment, Refund
from payments.incoming.refund_rules import Path, Whereabouts
from payments.incoming.refunds import RefundError
from payments.ledger.models import Entry, PostingRule
from payments.snap.codes import Service
from tests.incoming.bank import Answer
from tests.incoming.test_booking import check_laws
from tests.incoming.world import AT, OTHER_RRN, PRICE, Things, World
from tests.opd.cast import person

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def minutes(number: int) -> datetime:
    return AT + timedelta(minutes=number)


@pytest.fixture
def treasurer(world: World) -> User:
    return person(Role.BENDAHARA_PENERIMAAN, opd=world.opd)


@pytest.fixture
def head(world: World) -> User:
    return person(Role.PA, opd=world.opd)


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Decimal]]:
    heard: list[tuple[str, Decimal]] = []

    def on_refunded(self: Things, key: str, payment_id: Any, amount: Decimal, at: datetime) -> None:
        self._fail()
        heard.append((key, amount))

    monkeypatch.setattr(Things, "on_refunded", on_refunded)
    return heard


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[Whereabouts], None]:
    """Say where the money is, as reconciliation would."""

    def put(where: Whereabouts) -> None:
        monkeypatch.setattr(whereabouts, "_where", lambda ids: dict.fromkeys(ids, where))

    return put


def paid(world: World, **changes: Any) -> Payment:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=minutes(1))
    return world.book(request, **changes)


def propose(payment: Payment, by: User, amount: Decimal = PRICE, left: Decimal | None = None) -> Refund:
    expected = refunds.left(payment).amount if left is None else left
    return refunds.propose(
        payment_id=payment.pk, amount=amount, expected_left=expected, reason="Batal berkunjung", by=by,
        at=minutes(5),
    )  # fmt: skip


def sent(refund: Refund, head: User) -> Refund:
    refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    return services.carry_out(refund.pk, at=minutes(6))


def says(world: World, service: Service, *answers: Answer | None) -> None:
    """The next calls of ``service`` meet these answers; after them the bank is honest."""
    waiting = list(answers)

    def mood(called: Service, body: dict[str, Any], honest: Callable[[], Answer]) -> Answer | None:
        return waiting.pop(0) if called is service and waiting else honest()

    world.bank.mood = mood


def code(service: Service, http: int, case: str = "00", **fields: Any) -> Answer:
    return http, {"responseCode": f"{http}{service.code}{case}", "responseMessage": "uji", **fields}


def balance(role: str) -> Decimal:
    accounts = PostingRule.objects.filter(role=role).values("account")
    return sum(Entry.objects.filter(account__in=accounts).values_list("amount", flat=True), Decimal(0))


def test_a_payment_is_undone_at_the_bank_before_settlement(
    world: World, treasurer: User, head: User, told: list[Any]
) -> None:
    payment = paid(world)
    refund = propose(payment, treasurer)
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    done = sent(refund, head)
    assert (done.state, done.path, done.against) == ("done", "cancel", "receivable")
    assert balance("acquirer_receivable") == balance("undeposited_receipts") == 0
    assert told == [(payment.request.payable_key, PRICE)]  # type: ignore[union-attr]
    body = world.bank.calls[-1][1]
    assert body["additionalInfo"] == {"rrn": payment.rrn}
    assert body["amount"] == {"value": "13000.00", "currency": "IDR"}
    check_laws()


def test_the_acquirer_gives_back_a_part_after_settlement(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer, Decimal(3000))
    says(world, Service.QR_REFUND, code(Service.QR_REFUND, 200, refundNo="REF1"))
    done = sent(refund, head)
    assert (done.state, done.refund_no) == ("done", "REF1")
    assert balance("acquirer_receivable") == Decimal(10000)
    assert refunds.left(payment).amount == Decimal(10000)
    body = world.bank.calls[-1][1]
    assert body["partnerRefundNo"] == refund.partner_refund_no
    check_laws()


def test_money_in_rkud_goes_back_by_papers_and_lessens_the_revenue_of_its_year(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(TODAY, TODAY, booked=True))
    refund = propose(payment, treasurer, Decimal(5000))
    refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    assert services.carry_out(refund.pk, at=minutes(6)).state == "approved"
    with pytest.raises(RefundError, match="SKRDLB dahulu"):
        refunds.record_spm(refund_id=refund.pk, number="SPM/1", day=TODAY, by=treasurer, at=minutes(7))
    for deed, number in ((refunds.record_skrdlb, "SKRDLB/1"), (refunds.record_spm, "SPM/1")):
        deed(refund_id=refund.pk, number=number, day=TODAY, by=treasurer, at=minutes(7))
    done = refunds.record_sp2d(refund_id=refund.pk, number="SP2D/9", day=TODAY, by=head, at=minutes(8))
    assert (done.state, done.path, done.against) == ("done", "restitution", "rkud")
    assert balance("rkud") == -5000
    assert balance("revenue_lra") == balance("revenue_lo") == 5000
    assert told == [(payment.request.payable_key, Decimal(5000))]  # type: ignore[union-attr]
    assert world.bank.asked(Service.QR_REFUND) == world.bank.asked(Service.QR_CANCEL) == 0
    check_laws()


def test_a_prior_years_money_goes_back_from_btt(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    last_year = date(TODAY.year - 1, 12, 30)
    place(Whereabouts(last_year, last_year, booked=True))
    refund = propose(payment, treasurer)
    refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    for deed, number in (
        (refunds.record_skrdlb, "SKRDLB/1"), (refunds.record_spm, "SPM/1"), (refunds.record_sp2d, "SP2D/1"),
    ):  # fmt: skip
        deed(refund_id=refund.pk, number=number, day=TODAY, by=head, at=minutes(7))
    assert balance("unexpected_lra") == PRICE
    assert balance("revenue_lra") == 0
    assert balance("rkud") == -PRICE
    check_laws()


def test_the_proposer_never_decides(world: World, treasurer: User) -> None:
    refund = propose(paid(world), treasurer)
    with pytest.raises(RefundError, match="orang lain"):
        refunds.approve(refund_id=refund.pk, by=treasurer, at=minutes(6))
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(state="approved", decided_by=treasurer)


def test_a_stale_amount_proposes_nothing(
    world: World, treasurer: User, place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    propose(payment, treasurer, Decimal(3000))
    with pytest.raises(RefundError, match="sudah berubah"):
        propose(payment, treasurer, Decimal(3000), left=PRICE)
    with pytest.raises(RefundError, match=r"Rp.10\.000"):
        propose(payment, treasurer, Decimal(11000))
    assert Refund.objects.count() == 1


def test_the_database_refuses_more_than_was_paid(
    world: World, treasurer: User, place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer)
    refund.pk, refund.partner_refund_no = None, "RF-lagi"
    refund.amount = refund.revenue_amount = Decimal(1)
    with pytest.raises(DatabaseError, match="melebihi"), transaction.atomic():
        refund.save(force_insert=True)


def test_a_part_waits_for_settlement(world: World, treasurer: User) -> None:
    with pytest.raises(RefundError, match="seluruhnya"):
        propose(paid(world), treasurer, Decimal(3000))


def test_money_that_moved_on_stops_the_old_path(
    world: World, treasurer: User, head: User, place: Callable[[Whereabouts], None]
) -> None:
    refund = propose(paid(world), treasurer)
    place(Whereabouts(settled_on=TODAY))
    with pytest.raises(RefundError, match="berpindah"):
        refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    place(Whereabouts())
    refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    place(Whereabouts(TODAY, TODAY, booked=True))
    stopped = services.carry_out(refund.pk, at=minutes(7))
    assert stopped.state == "refused"
    assert world.bank.asked(Service.QR_CANCEL) == 0


def test_a_refusal_of_the_bank_leaves_the_payment_as_it_was(
    world: World, treasurer: User, head: User, place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer)
    says(world, Service.QR_REFUND, code(Service.QR_REFUND, 405, "01"))
    refused = sent(refund, head)
    assert (refused.state, refused.bank_code) == ("refused", "4057801")
    assert refunds.left(payment).amount == PRICE
    assert balance("acquirer_receivable") == PRICE
    check_laws()


@pytest.mark.parametrize("answer", [None, code(Service.QR_REFUND, 404, "13")])
def test_a_lost_answer_is_asked_again_under_the_same_number(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None],
    answer: Answer | None,
) -> None:  # fmt: skip
    """The bank did it; either it knows the number, or it calls the repetition too much and says 04."""
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer)
    again = answer or code(Service.QR_REFUND, 409, "01")
    says(world, Service.QR_REFUND, None, again)
    assert sent(refund, head).state == "unclear"
    world.bank.transactions[payment.partner_reference_no].status = "04"
    sweep.run(at=minutes(30))
    assert Refund.objects.get().state == "done"
    numbers = {body["partnerRefundNo"] for called, body in world.bank.calls if called is Service.QR_REFUND}
    assert numbers == {refund.partner_refund_no}
    assert Entry.objects.filter(journal__kind="refund_by_bank").count() == 2
    check_laws()


def test_a_worker_killed_before_it_saved_is_taken_up_by_the_sweep(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer)
    says(world, Service.QR_REFUND, code(Service.QR_REFUND, 200), code(Service.QR_REFUND, 409, "01"))
    with monkeypatch.context() as killed:
        killed.setattr(refund_sending, "_save", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sent(refund, head)
    assert Refund.objects.get().state == "sent"
    assert services.carry_out(refund.pk, at=minutes(6)).state == "sent"  # somebody holds it still
    assert world.bank.asked(Service.QR_REFUND) == 1
    sweep.run(at=minutes(8))
    assert Refund.objects.get().state == "done"
    check_laws()


def test_a_room_that_fails_is_told_again(world: World, treasurer: User, head: User, told: list[Any]) -> None:
    payment = paid(world)
    world.things.broken = True
    refund = propose(payment, treasurer)
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    assert (sent(refund, head).state, Refund.objects.get().told) == ("done", "pending")
    world.things.broken = False
    sweep.run(at=minutes(20))
    assert Refund.objects.get().told == "done"
    assert len(told) == 1


def test_a_double_payment_goes_back_from_the_liability_and_closes_its_exception(
    world: World, treasurer: User, head: User, told: list[Any]
) -> None:
    request = world.request()
    world.bank.pay(request.partner_reference_no, at=minutes(1))
    world.book(request)
    second = world.book(request, rrn=OTHER_RRN)
    refund = propose(second, treasurer)
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    sent(refund, head)
    assert balance("payment_liability") == 0
    assert balance("undeposited_receipts") == -PRICE
    trouble = MoneyException.objects.get(kind="double")
    assert (trouble.state, trouble.explained_by_id) == ("explained", head.pk)
    assert world.bank.calls[-1][1]["additionalInfo"] == {"rrn": OTHER_RRN}
    check_laws()


def test_an_unclear_refund_is_ruled_by_the_banks_written_word(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    says(world, Service.QR_REFUND, None)
    refund = sent(propose(payment, treasurer), head)
    with pytest.raises(RefundError, match="Pengusul"):
        refunds.rule_unclear(refund_id=refund.pk, done=True, reason="surat", by=treasurer, at=minutes(9))
    ruled = refunds.rule_unclear(refund_id=refund.pk, done=False, reason="surat 7", by=head, at=minutes(9))
    assert ruled.state == "refused"
    assert refunds.left(payment).amount == PRICE
    check_laws()


def test_what_the_bank_gave_back_by_itself_is_taken_over(
    world: World, treasurer: User, head: User, told: list[Any]
) -> None:
    payment = paid(world)
    assert payment.request is not None
    trouble = MoneyException.objects.create(
        kind="refunded_at_bank", cause="uji", at=AT, request=payment.request,
        partner_reference_no=payment.partner_reference_no,
    )  # fmt: skip
    refund = refunds.propose_found(exception_id=trouble.pk, reason="surat bank", by=treasurer, at=minutes(5))
    assert refund.way is Path.FOUND
    done = refunds.approve(refund_id=refund.pk, by=head, at=minutes(6))
    assert (done.state, done.against) == ("done", "receivable")
    trouble.refresh_from_db()
    assert trouble.state == "explained"
    check_laws()


def test_a_refund_made_after_we_refused_it_is_shown_and_taken_over(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    """The bank's answer takes so long that somebody has ruled meanwhile: it never happened."""
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    refund = propose(payment, treasurer, Decimal(3000))

    def slow(service: Service, body: dict[str, Any], honest: Callable[[], Answer]) -> Answer | None:
        Refund.objects.filter(pk=refund.pk).update(state="unclear", claimed_until=minutes(7))
        refunds.rule_unclear(refund_id=refund.pk, done=False, reason="surat 7", by=head, at=minutes(9))
        return code(service, 200)

    world.bank.mood = slow
    assert sent(refund, head).state == "refused"
    trouble = MoneyException.objects.get(kind="refunded_at_bank")
    assert (trouble.state, trouble.amount, trouble.payment_id) == ("open", Decimal(3000), payment.pk)
    with pytest.raises(RefundError, match="Bank menyatakan uang ini sudah dikembalikan"):
        propose(payment, treasurer, Decimal(3000))
    found = refunds.propose_found(exception_id=trouble.pk, reason="surat 8", by=treasurer, at=minutes(10))
    assert (found.way, found.amount) == (Path.FOUND, Decimal(3000))
    refunds.approve(refund_id=found.pk, by=head, at=minutes(11))
    trouble.refresh_from_db()
    assert trouble.state == "explained"
    assert balance("acquirer_receivable") == PRICE - 3000
    check_laws()


def test_what_the_bank_gave_back_beyond_what_is_left_is_not_booked(
    world: World, treasurer: User, head: User, told: list[Any], place: Callable[[Whereabouts], None]
) -> None:
    payment = paid(world)
    place(Whereabouts(settled_on=TODAY))
    says(world, Service.QR_REFUND, code(Service.QR_REFUND, 200))
    sent(propose(payment, treasurer, Decimal(11_000)), head)
    trouble = MoneyException.objects.create(
        kind="refunded_at_bank", cause="uji", at=AT, payment=payment, amount=Decimal(3000)
    )
    with pytest.raises(RefundError, match=r"yang tersisa Rp.2\.000"):
        refunds.propose_found(exception_id=trouble.pk, reason="surat 8", by=treasurer, at=minutes(10))
    assert refunds.left(payment).amount == 2000


def test_our_own_refund_raises_no_alarm_when_the_bank_says_refunded(
    world: World, treasurer: User, head: User, told: list[Any]
) -> None:
    payment = paid(world)
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    sent(propose(payment, treasurer), head)
    world.bank.mood = None
    world.bank.transactions[payment.partner_reference_no].status = "04"
    assert payment.request is not None
    asking.ask(payment.request.pk, at=minutes(10))
    assert not MoneyException.objects.filter(kind="refunded_at_bank").exists()


def test_a_failed_audit_write_changes_nothing(
    world: World, treasurer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(world)
    monkeypatch.setattr(audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        propose(payment, treasurer)
    assert not Refund.objects.exists()


def test_nothing_of_a_proposal_can_be_changed_or_deleted(world: World, treasurer: User) -> None:
    refund = propose(paid(world), treasurer)
    for change in (
        {"amount": Decimal(1), "revenue_amount": Decimal(1)},
        {"reason": "lain"},
        {"state": "done"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.all().delete()


def test_nobody_rules_while_the_bank_is_being_asked(world: World, treasurer: User, head: User) -> None:
    """Its answer would find the refund closed: money gone back, and nothing booked."""
    refund = propose(paid(world), treasurer)
    says(world, Service.QR_CANCEL, None)
    sent(refund, head)
    Refund.objects.filter(pk=refund.pk).update(state="unclear", claimed_until=minutes(10))
    with pytest.raises(RefundError, match="sedang ditanya"):
        refunds.rule_unclear(refund_id=refund.pk, done=False, reason="surat 7", by=head, at=minutes(9))
    ruled = refunds.rule_unclear(refund_id=refund.pk, done=False, reason="surat 7", by=head, at=minutes(11))
    assert ruled.state == "refused"


def test_a_refund_explains_the_bank_only_about_its_own_payment(
    world: World, treasurer: User, head: User
) -> None:
    """Money of a printed QRIS has the bank's reference alone: an empty one of ours names nothing."""
    own = world.book(None, reference_no="STATIC-1", rrn="632811000021")
    says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
    assert sent(propose(own, treasurer), head).state == "done"
    known = partial(refund_booking.known_at_bank, own.partner_id)
    assert known(ours="", theirs="STATIC-1")
    assert not known(ours="", theirs="STATIC-2")
    assert not known(ours="", theirs="")
    assert not refund_booking.known_at_bank(own.partner_id + 1, ours="", theirs="STATIC-1")
