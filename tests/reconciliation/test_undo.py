"""Undoing a match: reversed, open again, made again as it was, unless the two are kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opd.access import EVERYWHERE
from opd.models import Role, User
from payments.incoming import refunds
from payments.incoming.models import Payment
from payments.ledger import periods
from payments.ledger.models import Journal
from payments.ledger.queries import balance, trial_balance
from payments.reconciliation import queries, services
from payments.reconciliation.match_models import CreditMatch, KeptApart, Match
from payments.reconciliation.models import ReconciliationException, SettlementBatch
from payments.reconciliation.queries.cutoff import cut_off
from payments.reconciliation.queries.matches import MatchFilter, matches
from payments.reconciliation.services import UndoError
from payments.reconciliation.verification import LAWS
from tests.ledger.books import close_block
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import WIB, Movement, Sale, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, open_kinds, stalls
from tests.reconciliation.test_two_at_once import together

LATER = AT + timedelta(days=2)
DUE = DAY + timedelta(days=1)
REASON = "Bank menarik kembali barisnya"


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


def laws_hold() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def books() -> dict[str, Decimal]:
    """The balances that are not nil, the last day."""
    return {row.account: row.balance for row in trial_balance(on=LATER.date()) if row.balance}


def pairs() -> Counter[tuple[object, ...]]:
    rows = Match.objects.standing().values_list("payment_id", "line_id", "rule", "agrees", "credited_on")
    credits = CreditMatch.objects.standing().values_list("batch_id", "line_id", "rule", "amount")
    return Counter([*rows, *credits])


def undo(bud: User, *, keep_apart: bool = False, at: datetime = LATER, **which: object) -> Match:
    (row,) = Match.objects.standing().filter(**which)
    return services.undo_match(match_id=row.pk, reason=REASON, keep_apart=keep_apart, by=bud, at=at)


def undo_credit(bud: User, *, keep_apart: bool = False) -> CreditMatch:
    row = CreditMatch.objects.standing().earliest("pk")
    return services.undo_credit(match_id=row.pk, reason=REASON, keep_apart=keep_apart, by=bud, at=LATER)


def test_an_undone_match_is_reversed_open_and_made_again_as_it_was(scene: Scene, bud: User) -> None:
    (payment, sale), (_, other) = scene.sold(13_000, mdr=9_100), scene.sold()
    imported(files.settlement(sale, other))
    unbooked = books()
    imported(files.statement(credit_of(sale, other)))
    booked, matched = books(), pairs()
    row = undo(bud, payment=payment)
    row.refresh_from_db()
    assert (row.undone_by, row.undo_reason, row.undone_xid) == (bud, REASON, row.xid)
    assert Journal.objects.filter(reverses__in=[row.credited_journal, row.revenue_journal]).count() == 2
    seen = queries.lights([payment.pk])[payment.pk]
    assert (seen.settled, seen.credited, seen.booked) == (None, None, None)
    assert open_kinds() == ["fee_differs", "missing_bank", "missing_ours"]
    assert books()["rkud"] == 5_000
    assert unbooked["acquirer-receivable"] == 18_000
    assert books()["acquirer-receivable"] == 13_000
    laws_hold()

    services.reconcile(file_id=None, at=LATER)
    assert pairs() == matched
    assert books() == booked
    assert queries.lights([payment.pk])[payment.pk].credited == DAY
    assert open_kinds() == ["fee_differs"]
    laws_hold()


def test_two_kept_apart_stay_so_until_that_is_lifted(scene: Scene, bud: User) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    booked, matched = books(), pairs()
    undo(bud, keep_apart=True)
    for _ in range(2):
        services.reconcile(file_id=None, at=LATER)
        assert not Match.objects.standing().exists()
        assert not queries.has_open_work()
        assert open_kinds() == ["missing_bank", "missing_ours"]
        laws_hold()
    row = KeptApart.objects.get()
    assert (row.payment, row.reason, row.opd) == (payment, REASON, scene.tourism)
    services.lift_apart(apart_id=row.pk, by=bud, at=LATER)
    with pytest.raises(services.ApartError):
        services.lift_apart(apart_id=row.pk, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert pairs() == matched
    assert books() == booked
    laws_hold()


def test_kept_apart_from_one_line_a_payment_takes_its_twin(scene: Scene, bud: User) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    undo(bud, keep_apart=True)
    imported(files.settlement(Sale(**{**vars(sale), "terminal": "A09"})), name="lain.csv")
    assert Match.objects.standing().get().payment == payment
    assert open_kinds() == ["missing_ours"]
    laws_hold()


@pytest.mark.parametrize("parts", [[1_800_000], [800_000, 1_000_000]])
def test_an_undone_credit_leaves_its_batch_waiting_and_pays_it_again(
    scene: Scene, bud: User, parts: list[int]
) -> None:
    sales = [scene.sold(13_000)[1], scene.sold(5_000)[1]]
    imported(files.settlement(*sales))
    unbooked = books()
    imported(files.statement(*(credit_of(*sales, net=sen) for sen in parts), last=DUE))
    booked, matched = books(), pairs()
    undone = undo_credit(bud)
    batch = SettlementBatch.objects.get()
    assert batch.credited == 18_000 - undone.amount
    assert (batch.credited_on is None) is (len(parts) == 1)
    assert books() == unbooked
    assert Match.objects.standing().filter(credited_journal=None).count() == 2
    assert open_kinds() == (["batch_not_credited"] if len(parts) == 1 else [])
    laws_hold()
    services.reconcile(file_id=None, at=LATER)
    assert pairs() == matched
    assert books() == booked
    assert open_kinds() == []
    laws_hold()


def test_a_credit_kept_apart_from_its_batch_is_unexplained(scene: Scene, bud: User) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale), last=DUE))
    booked, matched = books(), pairs()
    undo_credit(bud, keep_apart=True)
    services.reconcile(file_id=None, at=LATER)
    assert not CreditMatch.objects.standing().exists()
    assert open_kinds() == ["batch_not_credited", "credit_unexplained"]
    laws_hold()
    services.lift_apart(apart_id=KeptApart.objects.get().pk, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert (pairs(), books(), open_kinds()) == (matched, booked, [])


def test_money_that_only_its_line_told_of_keeps_its_rule(scene: Scene, bud: User) -> None:
    imported(files.settlement(scene.sale(scene.request())))
    matched = pairs()
    assert Match.objects.get().rule == "recorded"
    with pytest.raises(UndoError, match="dari baris itu sendiri"):
        undo(bud, keep_apart=True)
    undo(bud)
    services.reconcile(file_id=None, at=LATER)
    assert pairs() == matched
    laws_hold()


def test_a_difference_of_amounts_goes_with_its_match(scene: Scene, bud: User) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale).replace("5000.00", "6000.00"))
    assert open_kinds() == ["amount_differs"]
    undo(bud)
    assert open_kinds() == ["missing_bank", "missing_ours"]
    laws_hold()
    services.reconcile(file_id=None, at=LATER)
    assert open_kinds() == ["amount_differs"]


def test_money_on_its_way_back_holds_its_match(scene: Scene, bud: User) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    left = Decimal(5000)
    refunds.propose(
        payment_id=payment.pk, amount=left, expected_left=left, reason="Museum tutup", by=treasurer, at=LATER
    )
    before = pairs(), books()
    for deed in (undo, undo_credit):
        with pytest.raises(UndoError, match="sudah diusulkan atau dilakukan"):
            deed(bud)
    assert (pairs(), books()) == before


def test_only_who_may_undoes_once_and_says_why(scene: Scene, bud: User) -> None:
    imported(files.settlement(scene.sold()[1]))
    row = Match.objects.get()
    with pytest.raises(PermissionDenied):
        undo(person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism))
    with pytest.raises(UndoError, match="5 huruf"):
        services.undo_match(match_id=row.pk, reason=" abc ", by=bud, at=LATER)
    undo(bud)
    with pytest.raises(UndoError, match="tidak berlaku lagi"):
        services.undo_match(match_id=row.pk, reason=REASON, by=bud, at=LATER)


@pytest.mark.parametrize(
    "change", [{"undone_at": None}, {"undo_reason": "lain"}, {"undone_xid": 1}, {"credited_journal": 9}]
)
def test_what_was_undone_stays_so(scene: Scene, bud: User, change: dict[str, object]) -> None:
    imported(files.settlement(scene.sold()[1]))
    undo(bud)
    with pytest.raises(DatabaseError, match="diubah"), transaction.atomic():
        Match.objects.update(**change)
    with pytest.raises(DatabaseError, match="dihapus"), transaction.atomic():
        Match.objects.all().delete()


def test_the_cut_off_of_every_day_agrees_with_the_books(scene: Scene, bud: User) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    undo(bud)
    services.reconcile(file_id=None, at=LATER + timedelta(days=2))
    for day in (DAY, DAY + timedelta(days=2), LATER.date()):
        seen = cut_off(EVERYWHERE, day)
        assert (seen.count, seen.agrees) == (0, True), day
    assert balance("rkud", on=DAY) == balance("rkud", on=LATER.date()) == 5_000
    laws_hold()


def test_what_was_booked_in_a_closed_month_is_reversed_today(scene: Scene, bud: User) -> None:
    paid = datetime(2026, 10, 20, 10, 0, tzinfo=WIB)
    sale = scene.sold(at=paid, settled=paid.date())[1]
    imported(files.settlement(sale), at=paid + timedelta(days=1))
    imported(files.statement(credit_of(sale)), at=paid + timedelta(days=1))
    periods.close(first=date(2026, 10, 1), reason="Rekonsiliasi Oktober", by=bud, at=AT)
    undo(bud)
    assert balance("rkud", on=date(2026, 10, 31)) == 5_000
    assert balance("rkud", on=LATER.date()) == 0
    services.reconcile(file_id=None, at=LATER)
    again = Journal.objects.get(pk=Match.objects.standing().get().credited_journal)
    assert (again.effective_date, again.value_date) == (LATER.date(), paid.date())
    laws_hold()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(["match", "match", "credit", "apart", "lift", "run"]), max_size=7))
def test_the_laws_hold_at_every_step_and_the_end_is_as_before(
    scene: Scene, bud: User, deeds: list[str]
) -> None:
    with transaction.atomic():
        sales = [scene.sold(13_000, mdr=9_100)[1], scene.sold(5_000)[1]]
        text = "".join(sale.rrn for sale in sales)
        imported(files.settlement(*sales), name=f"{text}.csv")
        imported(
            files.statement(Movement(credit=700, reference=text), credit_of(*sales)), name=f"{text}-rkud.csv"
        )
        booked, matched = books(), pairs()
        for deed in deeds:
            _do(deed, bud)
            laws_hold()
        for row in KeptApart.objects.filter(lifted_at=None):
            services.lift_apart(apart_id=row.pk, by=bud, at=LATER)
        services.reconcile(file_id=None, at=LATER)
        laws_hold()
        assert (pairs(), books()) == (matched, booked)
        transaction.set_rollback(True)


def _do(deed: str, bud: User) -> None:
    standing = Match.objects.standing().order_by("pk").first()
    kept = KeptApart.objects.filter(lifted_at=None).first()
    if deed in {"match", "apart"} and standing:
        services.undo_match(match_id=standing.pk, reason=REASON, keep_apart=deed == "apart", by=bud, at=LATER)
    elif deed == "credit" and CreditMatch.objects.standing().exists():
        undo_credit(bud)
    elif deed == "lift" and kept:
        services.lift_apart(apart_id=kept.pk, by=bud, at=LATER)
    elif deed == "run":
        services.reconcile(file_id=None, at=LATER)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Scene]:
    with stalls() as built:
        yield built


def test_two_who_undo_at_once_undo_once(town: Scene) -> None:
    bud = person("kuasa.bud", Role.KUASA_BUD)
    sale = town.sold()[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    row = Match.objects.get()

    def deed() -> str:
        try:
            services.undo_match(match_id=row.pk, reason=REASON, by=bud, at=LATER)
        except UndoError:
            return "refused"
        return "undone"

    told = together(deed, deed, lambda: services.reconcile(file_id=None, at=LATER))
    assert sorted(filter(None, told)) == ["refused", "undone"]
    services.reconcile(file_id=None, at=LATER)
    assert Match.objects.standing().count() == Match.objects.exclude(undone_at=None).count() == 1
    assert Payment.objects.count() == 1
    laws_hold()


def test_an_earlier_block_still_knows_the_match(town: Scene) -> None:
    bud = person("kuasa.bud", Role.KUASA_BUD)
    sale = town.sold()[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    before = close_block()
    undo(bud)
    after = close_block()

    def undone(block: int) -> list[bool]:
        found = matches(EVERYWHERE, MatchFilter(DAY, DAY, kind="payment", block=block))
        return [row.undone_at is not None for row in found]

    assert (undone(before), undone(after)) == ([False], [True])


def test_the_page_undoes_with_a_reason(scene: Scene, bud: User, client: Client) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale))
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    row = Match.objects.get()
    text = client.get(reverse("reconciliation:match_detail", args=["payment", row.pk])).content.decode()
    assert "Batalkan pencocokan" in text
    answer = client.post(reverse("reconciliation:match_undo", args=["payment", row.pk]), {"reason": REASON})
    assert "aplikasi" in answer.content.decode()  # a second factor first
    assert Match.objects.standing().exists()
    assert client.get(reverse("reconciliation:match_detail", args=["payment", 999])).status_code == 404
    undo(bud, keep_apart=True)
    assert REASON in client.get(reverse("reconciliation:apart_list")).content.decode()
    listed = client.get(reverse("reconciliation:match_list") + "?keadaan=undone&sejak=2026-11-01").content
    assert REASON in listed.decode()
    assert ReconciliationException.objects.waiting().exists()
