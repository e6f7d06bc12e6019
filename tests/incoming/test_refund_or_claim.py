"""One payment's money goes one way: claimed as tickets, or back to its payer; never both."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from opd.models import Role, User
from payments.incoming import refunds, registry, services, whereabouts
from payments.incoming.models import Payment, Recognition, Refund
from payments.incoming.recognising import RecogniseError
from payments.incoming.refund_rules import Path, Whereabouts, Why
from payments.incoming.refunds import RefundError
from payments.snap.codes import Service
from tests.incoming.test_booking import check_laws
from tests.incoming.test_races import together
from tests.incoming.test_refunds import code, minutes, propose, says, sent
from tests.incoming.va.teller import pay_by_number
from tests.incoming.world import AT, KIND, LO, LRA, PRICE, World
from tests.opd.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasurer(world: World) -> User:
    return person(Role.BENDAHARA_PENERIMAAN, opd=world.opd)


@pytest.fixture
def head(world: World) -> User:
    return person(Role.PA, opd=world.opd)


def static(world: World) -> Payment:
    """Money of the printed QRIS: titipan until somebody says what it was."""
    return world.book(None, reference_no="STATIC-9", rrn="632811000019")


def claim(world: World, payment: Payment, by: User) -> Recognition:
    quote = registry.Quote(PRICE, "Karcis", world.opd.pk, LRA, LO)
    return services.recognise(payment.pk, kind=KIND, key="walk-in", quote=quote, by=by, at=minutes(5))


def test_claimed_money_goes_back_only_after_its_claim_is_undone(world: World, treasurer: User) -> None:
    payment = static(world)
    claim(world, payment, treasurer)
    assert refunds.choice(payment, on=AT.date()).why is Why.CLAIMED
    with pytest.raises(RefundError, match="diklaim"):
        propose(payment, treasurer)
    services.put_back(payment.pk, reason="salah pilih uang", by=treasurer, at=minutes(6))
    assert propose(payment, treasurer).liability_amount == PRICE
    check_laws()


@pytest.mark.parametrize("far", ["proposed", "done"])
def test_money_on_its_way_back_cannot_be_claimed(world: World, treasurer: User, head: User, far: str) -> None:
    payment = static(world)
    refund = propose(payment, treasurer)
    if far == "done":
        says(world, Service.QR_CANCEL, code(Service.QR_CANCEL, 200))
        assert sent(refund, head).state == "done"
    with pytest.raises(RecogniseError, match="Pengembalian"):
        claim(world, payment, treasurer)
    assert not Recognition.objects.exists()


def test_a_refused_refund_leaves_the_money_to_be_claimed(world: World, treasurer: User, head: User) -> None:
    payment = static(world)
    refund = propose(payment, treasurer)
    refunds.refuse(refund_id=refund.pk, reason="tidak beralasan", by=head, at=minutes(6))
    assert claim(world, payment, treasurer).amount == PRICE
    check_laws()


def test_money_of_a_virtual_account_waits_for_rkud(
    world: World, treasurer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SNAP 77 and 78 are of QRIS; nobody may claim it as tickets either."""
    pay_by_number(world)
    payment = Payment.objects.get(method="va")
    assert refunds.choice(payment, on=AT.date()).why is Why.BY_NUMBER
    with pytest.raises(RefundError, match="Virtual Account"):
        propose(payment, treasurer)
    in_rkud = Whereabouts(AT.date(), AT.date(), booked=True)
    monkeypatch.setattr(whereabouts, "_where", lambda ids: dict.fromkeys(ids, in_rkud))
    assert refunds.choice(payment, on=AT.date()).path is Path.RESTITUTION


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_refund_at_one_moment_leave_one_of_them(world: World, treasurer: User) -> None:
    payment = static(world)

    def trying(deed: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            try:
                return deed()
            except (RecogniseError, RefundError) as error:
                return error

        return run

    together(
        trying(lambda: claim(world, payment, treasurer)),
        trying(lambda: propose(payment, treasurer, left=PRICE)),
    )
    assert Recognition.objects.count() + Refund.objects.count() == 1
