"""From SPP to SP2D: who may do what, and what each step does to money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from opd import audit
from opd.models import AuditEvent, User
from opd.office import documents
from opd.planning.models import Hold, Purse
from payments.ledger import queries
from payments.ledger.models import Entry, Journal
from payments.spending import services
from payments.spending.drafts import TaxDraft
from payments.spending.models import Claim, ClaimKind, ClaimLine, ClaimState, Source, SpendState, TaxKind
from payments.spending.services import claim_money, claims
from payments.spending.services.claims import ClaimError
from tests.planning.world import rp
from tests.spending.claims import world
from tests.spending.claims.world import (
    AT,
    DAY,
    YEAR,
    Office,
    office,
    ordered,
    paid,
    raised,
    ready_to_pay,
    verified,
)
from tests.spending.laws import broken

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def legs(key: str) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for entry in Entry.objects.filter(journal__key=key).select_related("account"):
        where = (entry.book, entry.account.slug)
        found[where] = found.get(where, Decimal(0)) + entry.amount
    return found


def purse(place: Office, kind: str) -> tuple[Decimal, Decimal]:
    row = Purse.objects.get(opd=place.opd, kind=kind)
    return row.limit, row.used


def test_sp2d_up_brings_the_money_and_fills_the_purse(place: Office) -> None:
    claim = paid(place, ClaimKind.UP, 60_000_000)
    assert claim.state == ClaimState.PAID
    assert purse(place, "up_cash") == (rp(60_000_000), rp(0))
    assert legs(f"claim:{claim.pk}:received") == {
        ("opd_financial", "bp-bank"): rp(60_000_000),
        ("opd_financial", "rk-ppkd"): rp(-60_000_000),
        ("bud", "rk-skpd"): rp(60_000_000),
        ("bud", "rkud"): rp(-60_000_000),
    }


def test_up_beyond_the_decree_is_refused_at_once(place: Office) -> None:
    with pytest.raises(ClaimError, match=r"Bagian UP tunai menurut SK adalah Rp.60\.000\.000"):
        raised(place, ClaimKind.UP, 60_000_001)
    assert not Claim.objects.exists()


def test_a_second_up_waits_for_the_first(place: Office) -> None:
    raised(place, ClaimKind.UP, 1_000_000)
    with pytest.raises(ClaimError, match="masih berjalan"):
        raised(place, ClaimKind.UP, 1_000_000)


def test_sp2d_gu_passes_the_spends_and_fills_the_purse_again(place: Office) -> None:
    world.with_up(place)
    one, two = verified(place, 2_000_000), verified(place, 500_000)
    assert purse(place, "up_cash") == (rp(60_000_000), rp(2_500_000))
    claim = paid(place, ClaimKind.GU, None, one, two)
    assert claim.amount == rp(2_500_000)
    for spend in (one, two):
        spend.refresh_from_db()
        assert (spend.state, spend.passed_date) == (SpendState.PASSED, DAY)
    assert purse(place, "up_cash") == (rp(60_000_000), rp(0))
    assert legs(f"claim:{claim.pk}:received")["opd_financial", "bp-bank"] == rp(2_500_000)
    assert legs(f"spend:{one.pk}:passed") == {
        ("opd_budgetary", "spending-lra"): rp(2_000_000),
        ("opd_budgetary", "sal-change"): rp(-2_000_000),
    }


def test_gu_nihil_passes_the_last_spends_and_up_shrinks_without_money(place: Office) -> None:
    world.with_up(place)
    one, two = verified(place, 2_000_000), verified(place, 500_000)
    claim = paid(place, ClaimKind.GU_NIHIL, None, one, two)
    assert claim.amount == rp(2_500_000)
    for spend in (one, two):
        spend.refresh_from_db()
        assert (spend.state, spend.passed_date) == (SpendState.PASSED, DAY)
    assert purse(place, "up_cash") == (rp(57_500_000), rp(0))
    assert not Journal.objects.filter(key=f"claim:{claim.pk}:received").exists()
    assert legs(f"spend:{one.pk}:passed") == {
        ("opd_budgetary", "spending-lra"): rp(2_000_000),
        ("opd_budgetary", "sal-change"): rp(-2_000_000),
    }
    assert queries.balance("bp_bank", on=DAY, opd=place.opd.pk) == rp(57_500_000)
    assert queries.balance("rk_ppkd", on=DAY, opd=place.opd.pk) == rp(-60_000_000), "received so far"
    again = world.pay(place, claim)
    assert (again.pk, purse(place, "up_cash")) == (claim.pk, (rp(57_500_000), rp(0)))
    assert broken() == []


def test_gu_nihil_takes_up_what_gu_would_and_no_spend_twice(place: Office) -> None:
    world.with_up(place)
    spend = verified(place, 2_000_000)
    with pytest.raises(ClaimError, match="Pilih dahulu belanja"):
        raised(place, ClaimKind.GU_NIHIL, 1_000_000)
    services.refund(
        spend_id=spend.pk, amount=rp(300_000), paid_date=DAY, reference_no="R1", reason="barang kurang",
        by=place.bp, at=AT,
    )  # fmt: skip
    claim = raised(place, ClaimKind.GU_NIHIL, None, spend)
    assert claim.amount == rp(1_700_000)
    for kind in (ClaimKind.GU, ClaimKind.GU_NIHIL):
        with pytest.raises(ClaimError, match="sudah masuk SPP lain"):
            raised(place, kind, None, spend)
    claims.reject_claim(claim_id=claim.pk, reason="lampiran kurang", by=place.ppk, at=AT)
    paid(place, ClaimKind.GU, None, spend)
    assert purse(place, "up_cash") == (rp(60_000_000), rp(0))
    assert broken() == []


def test_the_documents_of_gu_nihil_say_so_and_ask_for_nothing(place: Office) -> None:
    world.with_up(place)
    claim = paid(place, ClaimKind.GU_NIHIL, None, verified(place, 2_000_000))
    for kind, words in (("spp", "Pembayaran yang diminta nihil"), ("spm", "nihil"), ("sp2d", "Rp 0")):
        document = documents.current(kind, claim)
        assert document is not None
        assert document.title == f"{kind.upper()}-GU Nihil"
        assert words in str(document.facts)


def test_money_with_a_nihil_claim_breaks_the_law(place: Office) -> None:
    world.with_up(place)
    claim = paid(place, ClaimKind.GU_NIHIL, None, verified(place, 2_000_000))
    claim_money._post_received(claim, DAY, by=place.bud, at=AT)
    assert [found.split(":")[0] for found in broken()] == ["spending.claim_money"]


def test_what_the_payee_gave_back_is_not_claimed(place: Office) -> None:
    world.with_up(place)
    spend = verified(place, 2_000_000)
    services.refund(
        spend_id=spend.pk, amount=rp(300_000), paid_date=DAY, reference_no="R1", reason="barang kurang",
        by=place.bp, at=AT,
    )  # fmt: skip
    claim = paid(place, ClaimKind.GU, None, spend)
    assert claim.amount == rp(1_700_000)
    assert purse(place, "up_cash") == (rp(60_000_000), rp(0))


def test_tu_grows_its_purse_and_its_accounting_closes_it(place: Office) -> None:
    paid(place, ClaimKind.TU, 5_000_000)
    assert purse(place, "tu") == (rp(5_000_000), rp(0))
    spend = verified(place, 4_000_000, source=Source.TU)
    claim = paid(place, ClaimKind.TU, None, spend)
    assert purse(place, "tu") == (rp(1_000_000), rp(0))
    assert not Journal.objects.filter(key=f"claim:{claim.pk}:received").exists()
    spend.refresh_from_db()
    assert spend.state == SpendState.PASSED


def test_sp2d_ls_pays_from_rkud_and_realises(place: Office) -> None:
    tax = TaxDraft(TaxKind.PPH22, rp(15_000), "123456789012345")
    spend = ready_to_pay(place, 1_000_000, source=Source.LS, taxes=(tax,))
    claim = ordered(place, ClaimKind.LS, None, spend)
    world.pay(place, claim, number="SP2D-LS/9")
    spend.refresh_from_db()
    assert (spend.state, spend.paid_date) == (SpendState.PASSED, DAY)
    held = Hold.objects.get(key=spend.hold_key)
    assert (held.state, held.realised_amount, held.document_number) == (
        "realised",
        rp(1_000_000),
        "SP2D-LS/9",
    )
    assert not Journal.objects.filter(key=f"claim:{claim.pk}:received").exists()
    assert legs(f"spend:{spend.pk}:paid")["bud", "rkud"] == rp(-1_000_000)


def test_a_spend_stands_in_one_live_claim_and_is_free_again_after_rejection(place: Office) -> None:
    world.with_up(place)
    spend = verified(place)
    claim = raised(place, ClaimKind.GU, None, spend)
    with pytest.raises(ClaimError, match="sudah masuk SPP lain"):
        raised(place, ClaimKind.GU, None, spend)
    claims.reject_claim(claim_id=claim.pk, reason="lampiran kurang", by=place.ppk, at=AT)
    assert not documents.of(claim).standing().exists()
    assert raised(place, ClaimKind.GU, None, spend).amount == spend.amount


def test_the_table_refuses_a_spend_in_two_live_claims(place: Office) -> None:
    world.with_up(place)
    spend = verified(place)
    claim = raised(place, ClaimKind.GU, None, spend)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.create(claim=claim, spend=spend, amount=1)


def test_unverified_or_foreign_spends_are_not_claimed(place: Office) -> None:
    world.with_up(place)
    with pytest.raises(ClaimError, match="belum diverifikasi"):
        raised(place, ClaimKind.GU, None, ready_to_pay(place))
    other = world.with_up(office("120", bud=place.bud))
    with pytest.raises(ClaimError, match="Belanja"):
        raised(place, ClaimKind.GU, None, verified(other))


@pytest.mark.parametrize("step", ["verify", "order", "pay"])
def test_each_step_is_for_its_role_alone(place: Office, step: str) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    right = {"verify": place.ppk, "order": place.pa, "pay": place.bud}
    before = {"verify": [], "order": ["verify"], "pay": ["verify", "order"]}
    for earlier in before[step]:
        act(earlier, claim, right[earlier])
    others = [place.pptk, place.pa, place.kpa, place.bp, place.ppk, place.bud]
    for someone in others:
        if someone is not right[step]:
            with pytest.raises((PermissionDenied, ClaimError)):
                act(step, claim, someone)
    act(step, claim, right[step])


def act(step: str, claim: Claim, by: User) -> Any:
    if step == "verify":
        return claims.verify_claim(claim_id=claim.pk, by=by, at=AT)
    if step == "order":
        return claims.order_claim(claim_id=claim.pk, by=by, at=AT)
    return claims.pay_claim(claim_id=claim.pk, sp2d_number="SP2D/1", sp2d_date=DAY, by=by, at=AT)


def test_a_kpa_orders_nothing(place: Office) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    claims.verify_claim(claim_id=claim.pk, by=place.ppk, at=AT)
    with pytest.raises(PermissionDenied):
        claims.order_claim(claim_id=claim.pk, by=place.kpa, at=AT)


def test_steps_come_in_order_and_once(place: Office) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    with pytest.raises(ClaimError, match="spp menunggu verifikasi"):
        act("order", claim, place.pa)
    act("verify", claim, place.ppk)
    with pytest.raises(ClaimError):
        act("verify", claim, place.ppk)


def test_the_same_sp2d_again_changes_nothing_another_is_refused(place: Office) -> None:
    claim = paid(place, ClaimKind.UP, 1_000_000)
    number = documents.current("sp2d", claim).official_number  # type: ignore[union-attr]
    journals = Journal.objects.count()
    assert world.pay(place, claim, number=number).pk == claim.pk
    assert Journal.objects.count() == journals
    with pytest.raises(ClaimError, match="nomor lain"):
        world.pay(place, claim, number="SP2D/LAIN")


def test_two_claims_never_share_an_sp2d_number(place: Office) -> None:
    other = office("120", bud=place.bud)
    world.pay(place, ordered(place, ClaimKind.UP, 1_000_000), number="SP2D/7")
    with pytest.raises(ClaimError, match="sudah dipakai"):
        world.pay(other, ordered(other, ClaimKind.UP, 1_000_000), number="SP2D/7")
    assert not Purse.objects.filter(opd=other.opd, limit__gt=0).exists()


@pytest.mark.parametrize(
    ("number", "on", "says"),
    [
        ("", DAY, "Isi nomor SP2D"),
        ("SP2D/1", DAY + timedelta(days=1), "di depan hari ini"),
        ("SP2D/1", date(2025, 12, 31), "tahun anggaran 2026"),
        ("SP2D/1", DAY - timedelta(days=1), "mendahului SPM"),
    ],
)
def test_an_sp2d_that_can_not_be_is_refused(place: Office, number: str, on: date, says: str) -> None:
    claim = ordered(place, ClaimKind.UP, 1_000_000)
    with pytest.raises(ClaimError, match=says):
        claims.pay_claim(claim_id=claim.pk, sp2d_number=number, sp2d_date=on, by=place.bud, at=AT)
    claim.refresh_from_db()
    assert claim.state == ClaimState.ORDERED
    assert not Journal.objects.exists()


def test_documents_are_konsep_until_their_number_comes(place: Office) -> None:
    claim = ordered(place, ClaimKind.UP, 1_000_000)
    spp = documents.current("spp", claim)
    assert spp is not None
    assert spp.is_draft
    claims.record_number(
        claim_id=claim.pk, kind="spp", number="12.3/SPP", day=DAY, file=None, by=place.bp, at=AT
    )
    spp.refresh_from_db()
    assert spp.official_number == "12.3/SPP"
    with pytest.raises(PermissionDenied):
        claims.record_number(
            claim_id=claim.pk, kind="spm", number="12.3/SPM", day=DAY, file=None, by=place.bp, at=AT
        )


def test_a_refund_after_the_spp_stops_it(place: Office) -> None:
    world.with_up(place)
    spend = verified(place, 2_000_000)
    claim = raised(place, ClaimKind.GU, None, spend)
    try:
        services.refund(
            spend_id=spend.pk, amount=rp(300_000), paid_date=DAY, reference_no="R1", reason="kurang",
            by=place.bp, at=AT,
        )  # fmt: skip
    except services.SpendError:
        return
    with pytest.raises(ClaimError, match="berubah sejak SPP diajukan"):
        claims.verify_claim(claim_id=claim.pk, by=place.ppk, at=AT)


def test_when_the_audit_fails_nothing_has_moved(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = ordered(place, ClaimKind.UP, 1_000_000)
    real = audit.record

    def failing(action: str, *args: Any, **words: Any) -> Any:
        if action == "claim.pay":
            raise RuntimeError("jejak audit penuh")
        return real(action, *args, **words)

    monkeypatch.setattr(audit, "record", failing)
    with pytest.raises(RuntimeError):
        world.pay(place, claim)
    claim.refresh_from_db()
    assert claim.state == ClaimState.ORDERED
    assert not Journal.objects.exists()
    assert not Purse.objects.filter(limit__gt=0).exists()


def test_a_failing_outer_room_stops_the_sp2d(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(claim: Claim, by: User, at: Any) -> None:
        raise ClaimError("kartu belum siap")

    monkeypatch.setitem(claims._on_paid, ClaimKind.UP, refuse)
    claim = ordered(place, ClaimKind.UP, 1_000_000)
    with pytest.raises(ClaimError, match="kartu belum siap"):
        world.pay(place, claim)
    assert not Journal.objects.exists()


def test_every_step_leaves_its_trail(place: Office) -> None:
    claim = paid(place, ClaimKind.UP, 1_000_000)
    actions = AuditEvent.objects.filter(subject_type="spending.claim", subject_id=str(claim.pk))
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "claim.raise",
        "claim.verify",
        "claim.order",
        "claim.pay",
    ]


def test_year_is_kept(place: Office) -> None:
    assert raised(place, ClaimKind.UP, 5).year == YEAR
