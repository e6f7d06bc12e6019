"""A spend from draft to SP2D, step by step, with what each step does to budget and books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied

from opd.models import AuditEvent
from opd.planning.models import BudgetLine, Purse, PurseKind
from opd.planning.services import BudgetError
from payments.ledger import queries
from payments.spending import services
from payments.spending.models import (
    Channel,
    Claim,
    ClaimKind,
    ClaimLine,
    Disbursement,
    DisbursementState,
    Source,
    Spend,
    SpendState,
    TaxKind,
    Way,
)
from payments.spending.services import (
    BadDraft,
    Blocked,
    OwnWork,
    SpendError,
    Stale,
    TaxDraft,
    Twice,
    WrongState,
)
from tests.opd.cast import person
from tests.spending import world
from tests.spending.laws import broken
from tests.spending.world import ALL_TRUE, AT, DAY, YEAR, ZERO, Office, rp

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return world.office()


def line(place: Office) -> BudgetLine:
    return BudgetLine.objects.get(pk=place.line.pk)


def purse(place: Office, kind: str = PurseKind.UP_CASH) -> Purse:
    return Purse.objects.get(opd=place.opd, year=YEAR, kind=kind)


def claim_of(*spends: Spend, by: Any, kind: str = ClaimKind.GU) -> Claim:
    claim = Claim.objects.create(
        kind=kind, opd=spends[0].opd, year=YEAR, amount=sum(s.amount for s in spends), purpose="GU",
        raised_by=by, raised_at=AT,
    )  # fmt: skip
    for spend in spends:
        ClaimLine.objects.create(claim=claim, spend=spend, amount=spend.amount)
    return claim


def test_submitting_holds_line_and_purse(place: Office) -> None:
    spend = world.raised(place)
    assert (line(place).held, purse(place).used) == (ZERO, ZERO)
    services.submit(spend_id=spend.pk, by=place.pptk, at=AT)
    assert (line(place).held, purse(place).used) == (rp(1_000_000), rp(1_000_000))
    assert broken() == []


def test_cms_from_draft_to_paid_realises_and_posts_once(place: Office) -> None:
    spend = world.paid(place)
    assert (spend.state, spend.paid_date) == (SpendState.PAID, DAY)
    assert (line(place).held, line(place).realised) == (ZERO, rp(1_000_000))
    assert queries.balance("bp_bank", on=DAY, opd=place.opd.pk) == rp(-1_000_000)
    assert queries.balance("spending_expense", on=DAY, opd=place.opd.pk) == rp(1_000_000)
    assert queries.balance("spending_lra", on=DAY, opd=place.opd.pk) == 0, "not before SP2D"
    assert broken() == []


def test_sp2d_passes_verified_spends(place: Office) -> None:
    passed = world.verified(place)
    world.sp2d(place, passed)
    passed.refresh_from_db()
    assert (passed.state, passed.passed_date) == (SpendState.PASSED, DAY)
    assert queries.balance("spending_lra", on=DAY, opd=place.opd.pk) == rp(1_000_000)
    assert broken() == []


def test_passing_is_all_or_nothing(place: Office) -> None:
    good, bad = world.verified(place), world.paid(place)
    claim = claim_of(good, bad, by=place.bp)
    with pytest.raises(WrongState):
        services.pass_spends(spend_ids=[good.pk, bad.pk], claim=claim, on=DAY, by=place.bud, at=AT)
    good.refresh_from_db()
    assert good.state == SpendState.VERIFIED


def test_taxes_are_withheld_and_deposited(place: Office) -> None:
    taxes = (TaxDraft(TaxKind.PPN, rp(99_000), "123456789012345"), TaxDraft(TaxKind.PPH22, rp(13_500)))
    spend = world.paid(place, taxes=taxes)
    payment = Disbursement.objects.get(spend=spend)
    assert payment.amount == rp(1_000_000 - 112_500)
    assert queries.balance("tax_payable", on=DAY, opd=place.opd.pk) == rp(-112_500)
    tax = spend.taxes.get(kind=TaxKind.PPN)
    for _ in range(2):
        services.deposit_tax(tax_id=tax.pk, ntpn="A1B2C3D4E5F60001", deposited_date=DAY, by=place.bp, at=AT)
    assert queries.balance("tax_payable", on=DAY, opd=place.opd.pk) == rp(-13_500)
    assert broken() == []
    other = spend.taxes.get(kind=TaxKind.PPH22)
    with pytest.raises(Twice, match="NTPN"):
        services.deposit_tax(tax_id=other.pk, ntpn="A1B2C3D4E5F60001", deposited_date=DAY, by=place.bp, at=AT)
    with pytest.raises(BadDraft, match="16"):
        services.deposit_tax(tax_id=other.pk, ntpn="kurang", deposited_date=DAY, by=place.bp, at=AT)


@pytest.mark.parametrize("step", ["submitted", "approved", "tested"])
def test_rejecting_releases_the_hold(place: Office, step: str) -> None:
    spend = getattr(world, step)(place)
    services.reject(spend_id=spend.pk, reason="Tidak sesuai rencana", by=place.pa, at=AT)
    spend.refresh_from_db()
    assert (spend.state, spend.close_reason) == (SpendState.REJECTED, "Tidak sesuai rencana")
    assert (line(place).held, purse(place).used) == (ZERO, ZERO)
    assert broken() == []


@pytest.mark.parametrize("step", ["raised", "submitted", "approved", "tested"])
def test_the_raiser_may_cancel_until_it_is_paid(place: Office, step: str) -> None:
    spend = getattr(world, step)(place)
    services.cancel(spend_id=spend.pk, reason="Salah baris", by=place.pptk, at=AT)
    assert (line(place).held, purse(place).used) == (ZERO, ZERO)
    assert broken() == []


def test_a_paid_spend_is_neither_rejected_nor_cancelled(place: Office) -> None:
    spend = world.paid(place)
    with pytest.raises(WrongState, match="Dibayar"):
        services.reject(spend_id=spend.pk, reason="x", by=place.pa, at=AT)
    with pytest.raises(WrongState, match="Dibayar"):
        services.cancel(spend_id=spend.pk, reason="x", by=place.pptk, at=AT)


def test_closing_needs_a_reason_and_the_right_person(place: Office) -> None:
    spend = world.submitted(place)
    with pytest.raises(WrongState, match="alasan"):
        services.reject(spend_id=spend.pk, reason="  ", by=place.pa, at=AT)
    with pytest.raises(PermissionDenied):
        services.reject(spend_id=spend.pk, reason="x", by=place.bp, at=AT)
    with pytest.raises(WrongState, match="pengusul"):
        services.cancel(spend_id=spend.pk, reason="x", by=place.bp, at=AT)


def test_what_is_in_a_claim_is_not_closed(place: Office) -> None:
    spend = world.tested(place, source=Source.LS)
    claim_of(spend, by=place.bp, kind=ClaimKind.LS)
    with pytest.raises(WrongState, match="SPP"):
        services.cancel(spend_id=spend.pk, reason="x", by=place.pptk, at=AT)


def test_ls_is_paid_and_passed_by_sp2d(place: Office) -> None:
    taxes = (TaxDraft(TaxKind.PPH22, rp(15_000)),)
    spend = world.tested(place, source=Source.LS, taxes=taxes)
    world.sp2d(place, spend, kind=ClaimKind.LS)
    done = Spend.objects.get(pk=spend.pk)
    assert done.state == SpendState.PASSED
    assert queries.balance("rkud", on=DAY) == rp(-1_000_000)
    assert queries.balance("rk_ppkd", on=DAY) == -queries.balance("rk_skpd", on=DAY) == rp(-1_000_000)
    assert queries.balance("spending_lra", on=DAY) == rp(1_000_000)
    assert broken() == []


def test_the_treasurer_does_not_pay_an_ls_herself(place: Office) -> None:
    spend = world.tested(place, source=Source.LS)
    with pytest.raises(BadDraft, match="tidak dibayar dengan cara"):
        world.pay(place, spend)
    with pytest.raises(PermissionDenied):
        services.begin_payment(spend_id=spend.pk, way=Way.SP2D, account_id=None, by=place.bp, at=AT)


def test_a_card_spend_is_owed_to_the_cards_bank_and_booked_once(place: Office) -> None:
    spend = world.approved(place, source=Source.KKPD, channel=Channel.QRIS, payee_id=None)
    assert purse(place, PurseKind.UP_KKPD).used == rp(1_000_000)
    services.charge_card(spend_id=spend.pk, paid_date=DAY, rrn="123456789012", by=place.pa, at=AT)
    assert queries.balance("kkpd_payable", on=DAY, opd=place.opd.pk) == rp(-1_000_000)
    with pytest.raises(WrongState):
        services.charge_card(spend_id=spend.pk, paid_date=DAY, rrn="123456789012", by=place.pa, at=AT)
    other = world.approved(place, source=Source.KKPD, channel=Channel.CARD, payee_id=None)
    with pytest.raises(Twice, match="RRN"):
        services.charge_card(spend_id=other.pk, paid_date=DAY, rrn="123456789012", by=place.pa, at=AT)
    assert broken() == []


def test_nobody_checks_his_own_work(place: Office) -> None:
    both = person("rangkap")
    spend = world.submitted(place)
    Spend.objects.filter(pk=spend.pk)  # the rows stay; only the people differ
    with patch("opd.access.require"), patch("opd.access.allowed", return_value=True):
        with pytest.raises(OwnWork):
            services.approve(spend_id=spend.pk, by=place.pptk, at=AT)
        services.approve(spend_id=spend.pk, by=both, at=AT)
        for checker in (place.pptk, both):
            with pytest.raises(OwnWork):
                services.test_spend(spend_id=spend.pk, checks=ALL_TRUE, note="x", by=checker, at=AT)
        services.test_spend(spend_id=spend.pk, checks=ALL_TRUE, note="x", by=place.bp, at=AT)
        world.pay(place, spend)
        for checker in (place.pptk, both, place.bp):
            with pytest.raises(OwnWork):
                services.verify_spend(spend_id=spend.pk, by=checker, at=AT)


def test_each_right_is_checked_in_the_service(place: Office) -> None:
    from opd.models import Role
    from tests.opd.cast import agency

    stranger = person("orang.lain", Role.PA, agency("120", "Dinas Pendidikan"))
    spend = world.submitted(place)
    with pytest.raises(PermissionDenied):
        services.approve(spend_id=spend.pk, by=stranger, at=AT)
    with pytest.raises(PermissionDenied):
        services.raise_spend(draft=world.draft(place), by=place.bp, at=AT)
    approved = services.approve(spend_id=spend.pk, by=place.kpa, at=AT)
    with pytest.raises(PermissionDenied):
        services.test_spend(spend_id=approved.pk, checks=ALL_TRUE, note="x", by=place.ppk, at=AT)


def test_testing_wants_evidence_or_a_reason(place: Office) -> None:
    spend = world.approved(place)
    with pytest.raises(WrongState, match="kuitansi atau nota"):
        services.test_spend(spend_id=spend.pk, checks=ALL_TRUE, note="", by=place.bp, at=AT)
    checks = {**ALL_TRUE, "tax": False}
    with pytest.raises(WrongState, match="pajak dihitung"):
        services.test_spend(spend_id=spend.pk, checks=checks, note=" ", by=place.bp, at=AT)
    done = services.test_spend(spend_id=spend.pk, checks=checks, note="Tidak kena pajak", by=place.bp, at=AT)
    assert done.checks["tax"] is False
    assert done.checks["note"] == "Tidak kena pajak"


def test_an_unfinished_payment_may_fail_and_be_tried_another_way(place: Office) -> None:
    spend = world.tested(place)
    first = services.begin_payment(
        spend_id=spend.pk, way=Way.INTRABANK, account_id=place.account.pk, by=place.bp, at=AT
    )
    with pytest.raises(WrongState, match="Menunggu bank"):
        world.pay(place, spend)
    for _ in range(2):
        services.fail_payment(disbursement_id=first.pk, message="Rekening tutup", by=None, at=AT)
    with pytest.raises(WrongState, match="sudah tercatat gagal"):
        settle(first)
    world.pay(place, spend)
    assert Disbursement.objects.filter(spend=spend).count() == 2
    assert broken() == []


def settle(payment: Disbursement, day: date = DAY) -> Spend:
    return services.settle_payment(
        disbursement_id=payment.pk, paid_date=day, reference_no="R1", rrn="", by=None, at=AT
    )


def test_settling_twice_books_once(place: Office) -> None:
    spend = world.tested(place)
    payment = services.begin_payment(
        spend_id=spend.pk, way=Way.INTERBANK, account_id=place.account.pk, by=place.bp, at=AT
    )
    assert settle(payment).pk == settle(payment).pk == spend.pk
    with pytest.raises(WrongState, match="sudah berhasil"):
        services.fail_payment(disbursement_id=payment.pk, message="x", by=None, at=AT)
    payment.refresh_from_db()
    assert payment.state == DisbursementState.SUCCEEDED
    assert AuditEvent.objects.filter(subject_id=str(spend.pk), action="spend.paid").count() == 1
    assert broken() == []


def test_money_that_left_after_midnight_of_new_year_is_still_recorded(place: Office) -> None:
    spend = world.tested(place)
    payment = services.begin_payment(
        spend_id=spend.pk, way=Way.INTERBANK, account_id=place.account.pk, by=place.bp, at=AT
    )
    done = settle(payment, date(2027, 1, 1))
    assert done.paid_date == date(2027, 1, 1)
    assert world.hold_of(spend).realised_date == date(2026, 12, 31)
    assert broken() == []


def test_a_failed_audit_write_changes_nothing(place: Office) -> None:
    spend = world.submitted(place)
    with (
        patch("payments.spending.services.locking.audit.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        services.approve(spend_id=spend.pk, by=place.pa, at=AT)
    spend.refresh_from_db()
    assert spend.state == SpendState.SUBMITTED


def test_over_budget_is_said_with_numbers_and_stays_a_draft(place: Office) -> None:
    spend = world.raised(place, amount=rp(40_000_000))
    with pytest.raises(BudgetError, match=r"Sisa UP tunai tinggal Rp.30.000.000"):
        services.submit(spend_id=spend.pk, by=place.pptk, at=AT)
    spend.refresh_from_db()
    assert spend.state == SpendState.DRAFT
    assert (line(place).held, purse(place).used) == (ZERO, ZERO)
    big = world.raised(place, source=Source.LS, amount=rp(100_000_001))
    with pytest.raises(BudgetError, match="Sisa pagu"):
        services.submit(spend_id=big.pk, by=place.pptk, at=AT)


def test_a_draft_changes_only_as_it_was_seen(place: Office) -> None:
    spend = world.raised(place, taxes=(TaxDraft(TaxKind.PPN, rp(10)),))
    changed = services.amend_spend(
        spend_id=spend.pk, version=1, draft=world.draft(place, amount=rp(2_000_000)), by=place.pptk, at=AT
    )
    assert (changed.amount, changed.version, changed.taxes.count()) == (rp(2_000_000), 2, 0)
    with pytest.raises(Stale):
        services.amend_spend(spend_id=spend.pk, version=1, draft=world.draft(place), by=place.pptk, at=AT)
    services.submit(spend_id=spend.pk, by=place.pptk, at=AT)
    with pytest.raises(WrongState, match="hanya draf"):
        services.amend_spend(spend_id=spend.pk, version=3, draft=world.draft(place), by=place.pptk, at=AT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": Decimal(0)}, "lebih dari nol"),
        ({"amount": Decimal("1.001")}, "tidak terbaca"),
        ({"description": "  "}, "uraian"),
        ({"description": "x" * 1001}, "1.000 huruf"),
        ({"spend_date": date(2025, 12, 31)}, "di luar tahun anggaran 2026"),
        ({"year": 2025, "spend_date": date(2025, 12, 31)}, "adalah anggaran 2026"),
        ({"line_id": 0}, "bukan milik OPD"),
        ({"payee_id": None}, "Pilih penerima"),
        ({"payee_id": 0}, "tidak ada di buku penerima"),
        ({"channel": Channel.CARD}, "tidak dipakai dengan sumber"),
        ({"source": Source.KKPD}, "tidak dipakai dengan sumber"),
        ({"channel": Channel.QRIS, "amount": Decimal(10_000_001)}, "paling banyak Rp.10.000.000"),
        ({"taxes": (TaxDraft(TaxKind.PPN, Decimal(1_000_000)),)}, "tidak boleh mencapai"),
        ({"taxes": (TaxDraft(TaxKind.PPN, Decimal(1)),) * 2}, "tertulis dua kali"),
        ({"taxes": (TaxDraft(TaxKind.PPN, Decimal(1), "12"),)}, "15 angka"),
        (
            {"channel": Channel.EMONEY, "taxes": (TaxDraft(TaxKind.PPN, Decimal(1)),)},
            "tidak dipungut bendahara",
        ),
        ({"surcharge": Decimal(1_000_000)}, "tidak dibebankan ke APBD"),
    ],
)
def test_bad_input_is_told_in_a_sentence(place: Office, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadDraft, match=words):
        world.raised(place, **fields)
    assert not Spend.objects.exists()


def test_a_blocked_payee_stops_every_step_before_payment(place: Office) -> None:
    waiting, ready = world.submitted(place), world.tested(place)
    drafted = world.raised(place)
    services.block_payee(payee_id=place.payee.pk, reason="Nomor palsu", by=place.bp, at=AT)
    with pytest.raises(Blocked, match="Nomor palsu"):
        world.raised(place)
    with pytest.raises(Blocked):
        services.submit(spend_id=drafted.pk, by=place.pptk, at=AT)
    with pytest.raises(Blocked):
        services.approve(spend_id=waiting.pk, by=place.pa, at=AT)
    with pytest.raises(Blocked):
        world.pay(place, ready)
    services.unblock_payee(payee_id=place.payee.pk, by=place.bp, at=AT)
    world.pay(place, ready)


def test_days_of_payment_are_checked(place: Office) -> None:
    spend = world.tested(place)
    for day, words in (
        (DAY + timedelta(days=1), "belum tiba"),
        (date(2025, 12, 31), "di luar tahun"),
        (DAY - timedelta(days=1), "mendahului persetujuan"),
    ):
        with pytest.raises(BadDraft, match=words):
            world.pay(place, spend, paid_date=day)


def test_money_leaves_only_from_the_treasurers_account_in_force(place: Office) -> None:
    spend = world.tested(place)
    services.end_treasury_account(account_id=place.account.pk, valid_to=date(2026, 6, 1), by=None, at=AT)
    with pytest.raises(BadDraft, match="Rekening sumber"):
        world.pay(place, spend)


def test_a_refund_before_sp2d_returns_to_the_purse(place: Office) -> None:
    spend = world.verified(place)
    for _ in range(2):
        refund(place, spend, 200_000, "RF1")
    assert (line(place).realised, purse(place).used) == (rp(800_000), rp(800_000))
    assert queries.balance("bp_bank", on=DAY, opd=place.opd.pk) == rp(-800_000)
    with pytest.raises(BadDraft, match="paling banyak"):
        refund(place, spend, 800_001, "RF2")
    with pytest.raises(Twice):
        refund(place, spend, 100, "RF1")
    claim = claim_of(spend, by=place.bp)
    with pytest.raises(SpendError, match=r"tinggal Rp.800.000"):
        services.pass_spends(spend_ids=[spend.pk], claim=claim, on=DAY, by=place.bud, at=AT)
    with pytest.raises(WrongState, match="dalam SPP"):
        refund(place, spend, 1, "RF3")
    ClaimLine.objects.filter(claim=claim).update(live=False)
    Claim.objects.filter(pk=claim.pk).update(state="rejected", close_reason="Jumlah lain", closed_at=AT)
    assert world.sp2d(place, spend).amount == rp(800_000)
    assert queries.balance("spending_lra", on=DAY, opd=place.opd.pk) == rp(800_000)
    assert broken() == []


def test_a_refund_after_sp2d_belongs_in_rkud(place: Office) -> None:
    spend = world.verified(place)
    world.sp2d(place, spend)
    refund(place, spend, 300_000, "RF1")
    assert queries.balance("rkud", on=DAY) == rp(300_000 - 1_000_000)
    assert queries.balance("spending_lra", on=DAY, opd=place.opd.pk) == rp(700_000)
    assert purse(place).used == ZERO, "the GU restored it, not the refund"
    assert broken() == []


def refund(place: Office, spend: Spend, amount: int, reference: str) -> Spend:
    return services.refund(
        spend_id=spend.pk, amount=rp(amount), paid_date=DAY, reference_no=reference, reason="Barang kurang",
        by=place.bp, at=AT,
    )  # fmt: skip
