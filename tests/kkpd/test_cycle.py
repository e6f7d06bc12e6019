"""One whole cycle in the order of Permendagri 79/2022, and what each step does to money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opd.office import documents
from opd.planning.models import Hold, Purse
from payments.kkpd import rules, services
from payments.kkpd.models import BillLine, Card
from payments.ledger.models import Entry
from payments.spending.models import SpendState
from payments.spending.services import claims
from tests.kkpd import world
from tests.kkpd.world import Cards, later
from tests.planning.world import rp
from tests.spending.claims.world import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Cards:
    return world.cards()


def legs(key: str) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for book, slug, amount in Entry.objects.filter(journal__key=key).values_list(
        "book", "account__slug", "amount"
    ):
        found[book, slug] = found.get((book, slug), Decimal(0)) + amount
    return found


def purse(town: Cards) -> Decimal:
    return Purse.objects.get(opd=town.place.opd, kind="up_kkpd").used


def used(card: Card) -> Decimal:
    return Card.objects.get(pk=card.pk).used


def test_a_report_holds_line_purse_and_card(town: Cards) -> None:
    row = world.reported(town)
    assert row.spend.state == SpendState.SUBMITTED
    assert used(town.goods) == purse(town) == rp(1_000_000)
    assert Hold.objects.get(key=row.spend.hold_key).amount == rp(1_000_000)


def test_the_whole_cycle_ends_with_the_bill_paid_and_the_limits_whole(town: Cards) -> None:
    one = world.reported(town)
    two = world.reported(town, world.travelled(town), by=town.traveller)
    for row in (one, two):
        world.signed(town, row)
    bill = world.billed(town, one, two)
    assert set(bill.lines.values_list("matched_by", flat=True)) == {"rrn"}
    world.listed(town, bill)
    one.spend.refresh_from_db()
    assert one.spend.state == SpendState.PAID
    assert legs(f"{one.spend.hold_key}:paid") == {
        ("opd_financial", "spending-expense"): rp(1_000_000),
        ("opd_financial", "kkpd-payable"): rp(-1_000_000),
    }
    assert purse(town) == rp(3_000_000)
    world.funded(town, bill)
    one.spend.refresh_from_db()
    assert one.spend.state == SpendState.PASSED
    assert purse(town) == rp(3_000_000), "only the paid bill restores the limit"
    bill = world.settled(town, bill)
    assert sum(legs(f"card_bill:{bill.pk}:paid").values()) == 0
    assert legs(f"card_bill:{bill.pk}:paid")["opd_financial", "bp-bank"] == rp(-3_000_000)
    assert payable() == 0
    assert purse(town) == used(town.goods) == used(town.travel) == 0


def payable() -> Decimal:
    return sum(
        Entry.objects.filter(account__slug="kkpd-payable").values_list("amount", flat=True), Decimal(0)
    )


def test_our_documents_are_numbered_and_sipds_are_konsep(town: Cards) -> None:
    row = world.reported(town)
    dpr = world.signed(town, row)
    assert dpr.document is not None
    assert dpr.document.number_text == "1/DPR-KKPD/113/2026"
    bill = world.listed(town, world.billed(town, row))
    world.funded(town, bill)
    assert documents.current("dpt", bill.dpts.get()).number_text == "1/DPT-KKPD/113/2026"  # type: ignore[union-attr]
    npd, lpj = documents.current("npd_kkpd", bill), documents.current("lpj_kkpd", bill)
    assert npd is not None
    assert lpj is not None
    assert npd.is_draft
    assert lpj.amount == rp(1_000_000)


def test_what_fails_is_never_charged_and_burdens_its_holder(town: Cards) -> None:
    good, bad = world.reported(town), world.reported(town, world.bought(town, 400_000))
    world.signed(town, good, bad)
    bill = world.billed(town, good, bad)
    lines = {row.report_id: row for row in bill.lines.all()}
    services.approve_line(
        bill_line_id=lines[good.pk].pk, checks=dict.fromkeys(rules.CHECKS, True), by=town.place.pa,
        at=later(2),
    )  # fmt: skip
    services.reject_line(
        bill_line_id=lines[bad.pk].pk,
        checks={},
        reason="bukan keperluan dinas",
        by=town.place.pa,
        at=later(2),
    )
    assert purse(town) == rp(1_000_000), "the rejected line holds no budget"
    assert used(town.goods) == rp(1_400_000), "but the bank still counts it on the card"
    services.issue_dpt(bill_id=bill.pk, card_id=town.goods.pk, by=town.place.pa, at=later(3))
    letter = services.issue_letter(bill_id=bill.pk, by=town.place.pa, at=later(3))
    assert (letter.number_text, letter.amount) == ("1/TOLAK-KKPD/113/2026", rp(400_000))
    services.issue_npd(bill_id=bill.pk, by=town.place.pa, at=later(3))
    world.settled(town, world.funded(town, bill))
    assert used(town.goods) == rp(400_000)
    services.record_holder_payment(
        bill_line_id=lines[bad.pk].pk, paid_date=DAY, reference="STRUK 9", by=town.admin, at=later(8)
    )
    assert used(town.goods) == 0
    assert bill.dpts.get().amount + rp(400_000) == bill.total


def test_a_late_report_finds_the_line_that_waits_for_it(town: Cards) -> None:
    early = world.reported(town)
    bill = world.imported(
        town, world.bill_text(world.charge(early), world.Charge(town.goods, rp(250_000), "000000777777"))
    )
    assert bill.lines.filter(report=None).count() == 1
    late = world.reported(town, world.bought(town, 250_000, rrn="000000777777"))
    assert BillLine.objects.get(rrn="000000777777").report_id == late.pk


def test_a_combined_dpt_holds_several_cards(town: Cards) -> None:
    one = world.reported(town)
    two = world.reported(town, world.travelled(town), by=town.traveller)
    world.signed(town, one)
    world.signed(town, two)
    bill = world.listed(town, world.billed(town, one, two))
    document = documents.current("dpt", bill.dpts.get())
    assert document is not None
    assert document.title == "DPT gabungan tagihan TGH1"
    assert document.amount == bill.total


def test_a_rejected_claim_may_be_raised_again(town: Cards) -> None:
    row = world.reported(town)
    world.signed(town, row)
    bill = world.listed(town, world.billed(town, row))
    services.verify_bill(bill_id=bill.pk, by=town.place.ppk, at=later(4))
    first = services.claim_bill(bill_id=bill.pk, by=town.place.bp, at=later(4))
    with pytest.raises(services.KkpdError, match="sudah punya SPP"):
        services.claim_bill(bill_id=bill.pk, by=town.place.bp, at=later(4))
    claims.reject_claim(claim_id=first.pk, reason="lampiran kurang", by=town.place.ppk, at=later(5))
    second = services.claim_bill(bill_id=bill.pk, by=town.place.bp, at=later(5))
    bill.refresh_from_db()
    assert bill.claim_id == second.pk
