"""Several people at the same spends, line and purse at one moment. Real threads and connections.

No interleaving of submit, approve, reject, test, pay, fail and cancel overspends, or pays twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opd.models import Opd, Role, User
from opd.planning.models import BudgetLine, Purse, PurseKind
from opd.planning.services import BudgetError
from payments.ledger.models import Journal
from payments.spending import services
from payments.spending.models import Disbursement, DisbursementState, Spend, SpendState, Way
from payments.spending.services import SpendError
from tests.opd.cast import SINCE, person
from tests.planning.test_races import overlapped, together
from tests.spending import world
from tests.spending.laws import broken
from tests.spending.world import ALL_TRUE, AT, DAY, YEAR, Office, rp

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (SpendError, BudgetError, PermissionDenied)
_numbers = count(1)


def tried(deed: Callable[[], Any]) -> Callable[[], Any]:
    """The deed, its lawful refusal told by name."""

    def run() -> Any:
        try:
            return deed()
        except REFUSED as refusal:
            return type(refusal).__name__

    return run


def outcomes(found: list[Any]) -> Counter[str]:
    return Counter(one if isinstance(one, str) else "done" for one in found)


def pays(place: Office, spend: Spend, reference: str) -> Callable[[], Any]:
    return tried(
        lambda: services.record_paid(
            spend_id=spend.pk,
            way=Way.CMS_MANUAL,
            paid_date=DAY,
            reference_no=reference,
            rrn="",
            account_id=place.account.pk,
            by=place.bp,
            at=AT,
        )
    )


def paid_once(spend: Spend) -> None:
    succeeded = Disbursement.objects.filter(spend=spend, state=DisbursementState.SUCCEEDED)
    assert succeeded.count() == 1
    assert Journal.objects.filter(source=spend.hold_key, kind="spending_paid").count() == 1


def test_the_last_rupiah_of_a_line_is_held_for_one() -> None:
    place = world.office(pagu=1_500_000)
    spends = [world.raised(place) for _ in range(6)]
    found, spans = together(
        *(
            tried(lambda s=s: services.submit(spend_id=s.pk, by=place.pptk, at=AT))  # type: ignore[misc]
            for s in spends
        )
    )
    assert overlapped(spans)
    assert outcomes(found) == {"done": 1, "OverPagu": 5}
    assert Spend.objects.filter(state=SpendState.DRAFT).count() == 5
    assert broken() == []


def test_submitting_twice_at_once_holds_once() -> None:
    place = world.office()
    spend = world.raised(place)
    deed = tried(lambda: services.submit(spend_id=spend.pk, by=place.pptk, at=AT))
    found, _ = together(*[deed] * 5)
    assert outcomes(found) == {"done": 1, "WrongState": 4}
    assert broken() == []


def test_many_payments_of_one_spend_at_once_pay_it_once() -> None:
    place = world.office()
    spend = world.tested(place)

    def begins() -> Any:
        return services.begin_payment(
            spend_id=spend.pk, way=Way.INTRABANK, account_id=place.account.pk, by=place.bp, at=AT
        )

    found, spans = together(*(pays(place, spend, f"R{n}") for n in range(4)), *[tried(begins)] * 4)
    assert overlapped(spans)
    assert outcomes(found) == {"done": 1, "WrongState": 7}
    assert Disbursement.objects.filter(spend=spend).count() == 1
    assert broken() == []


def test_one_rrn_pays_one_spend() -> None:
    place = world.office()
    spends = [world.tested(place, channel="qris", payee_id=None) for _ in range(4)]
    found, _ = together(
        *(
            tried(lambda s=s: world.pay(place, s, rrn="123456789012"))  # type: ignore[misc]
            for s in spends
        )
    )
    assert outcomes(found) == {"done": 1, "Twice": 3}
    assert Spend.objects.filter(state=SpendState.TESTED).count() == 3
    assert broken() == []


def test_the_banks_answer_heard_by_many_at_once_books_once() -> None:
    place = world.office()
    spend = world.tested(place)
    payment = services.begin_payment(
        spend_id=spend.pk, way=Way.INTERBANK, account_id=place.account.pk, by=place.bp, at=AT
    )

    def settles() -> Any:
        return services.settle_payment(
            disbursement_id=payment.pk, paid_date=DAY, reference_no="B1", rrn="", by=None, at=AT
        )

    def fails() -> Any:
        return services.fail_payment(disbursement_id=payment.pk, message="ditolak", by=None, at=AT)

    together(*[tried(settles)] * 5, *[tried(fails)] * 2)
    payment.refresh_from_db()
    spend.refresh_from_db()
    if payment.state == DisbursementState.SUCCEEDED:
        paid_once(spend)
    else:
        assert spend.state == SpendState.TESTED
    assert broken() == []


def test_approval_rejection_and_withdrawal_at_once_leave_one_outcome() -> None:
    place = world.office()
    spend = world.submitted(place)
    together(
        tried(lambda: services.approve(spend_id=spend.pk, by=place.pa, at=AT)),
        tried(lambda: services.approve(spend_id=spend.pk, by=place.kpa, at=AT)),
        tried(lambda: services.reject(spend_id=spend.pk, reason="Tidak", by=place.kpa, at=AT)),
        tried(lambda: services.cancel(spend_id=spend.pk, reason="Batal", by=place.pptk, at=AT)),
    )
    spend.refresh_from_db()
    assert spend.state in {SpendState.APPROVED, SpendState.REJECTED, SpendState.CANCELLED}
    assert broken() == []


def test_one_tax_is_deposited_once() -> None:
    place = world.office()
    spend = world.paid(place, taxes=(services.TaxDraft("ppn", rp(99_000)),))  # type: ignore[arg-type]
    tax = spend.taxes.get()

    def deposits(number: int) -> Callable[[], Any]:
        return tried(
            lambda: services.deposit_tax(
                tax_id=tax.pk, ntpn=f"A1B2C3D4E5F6000{number}", deposited_date=DAY, by=place.bp, at=AT
            )
        )

    found, _ = together(*(deposits(number % 2) for number in range(6)))
    assert outcomes(found)["done"] == 3, "those with the number that came first"
    assert Journal.objects.filter(kind="tax_deposited").count() == 1
    assert broken() == []


DEEDS = ("submit", "approve", "reject", "cancel", "test", "pay", "begin", "settle", "fail", "verify")
plans = st.lists(
    st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)), min_size=4, max_size=8),
    min_size=5,
    max_size=5,
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans)
def test_no_interleaving_overspends_or_pays_twice(plan: list[list[tuple[str, int]]]) -> None:
    place, second = crew()
    spends = [
        world.tested(place), world.submitted(place), world.raised(place), world.raised(place),
    ]  # fmt: skip
    found, spans = together(*(worker(place, second, spends, steps) for steps in plan))
    assert overlapped(spans)
    assert all(isinstance(one, int) for one in found)
    line, purse = BudgetLine.objects.get(pk=place.line.pk), purse_of(place)
    assert line.held + line.realised <= line.pagu
    assert purse.used <= purse.limit
    for spend in Spend.objects.filter(opd=place.opd):
        live = Disbursement.objects.filter(spend=spend).exclude(state=DisbursementState.FAILED)
        assert live.count() <= 1
        assert Journal.objects.filter(source=spend.hold_key, kind="spending_paid").count() <= 1
    assert broken() == []


def crew() -> tuple[Office, User]:
    """A fresh agency whose line takes two of the spends and whose purse two; with a second treasurer."""
    number = next(_numbers)
    opd = Opd.objects.create(
        code=f"9{number:02d}", name=f"Dinas Uji {number}", short_name=f"Uji {number}", valid_from=SINCE
    )
    place = world.office(pagu=2_500_000, up=4_000_000, opd=opd, prefix=f"u{number}.")
    return place, person(f"u{number}.bpp", Role.BENDAHARA_PENGELUARAN_PEMBANTU, opd)


def purse_of(place: Office) -> Purse:
    return Purse.objects.get(opd=place.opd, year=YEAR, kind=PurseKind.UP_CASH)


def worker(
    place: Office, second: User, spends: list[Spend], steps: list[tuple[str, int]]
) -> Callable[[], int]:
    """One person's day: each step is tried, whatever the others do; how many went through."""

    def run() -> int:
        return sum(
            not isinstance(tried(lambda: deed(place, second, name, spends[at]))(), str)  # noqa: B023
            for name, at in steps
        )

    return run


def deed(place: Office, second: User, name: str, spend: Spend) -> Any:
    last = Disbursement.objects.filter(spend=spend).order_by("-made_at", "-pk").first()
    common: dict[str, Any] = {"at": AT}
    match name:
        case "submit":
            return services.submit(spend_id=spend.pk, by=place.pptk, **common)
        case "approve":
            return services.approve(spend_id=spend.pk, by=place.pa, **common)
        case "reject":
            return services.reject(spend_id=spend.pk, reason="Uji", by=place.kpa, **common)
        case "cancel":
            return services.cancel(spend_id=spend.pk, reason="Uji", by=place.pptk, **common)
        case "test":
            return services.test_spend(spend_id=spend.pk, checks=ALL_TRUE, note="x", by=place.bp, **common)
        case "pay":
            return pays(place, spend, f"R{next(_numbers)}")()
        case "begin":
            return services.begin_payment(
                spend_id=spend.pk, way=Way.INTERBANK, account_id=place.account.pk, by=second, **common
            )
        case "settle" if last:
            return services.settle_payment(
                disbursement_id=last.pk, paid_date=DAY, reference_no="B", rrn="", by=None, **common
            )
        case "fail" if last:
            return services.fail_payment(disbursement_id=last.pk, message="gagal", by=None, **common)
        case "verify":
            return services.verify_spend(spend_id=spend.pk, by=place.ppk, **common)
    return "nothing"
