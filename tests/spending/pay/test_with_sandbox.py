"""Against the running sandbox bank over real HTTP: paid, refused, silent, lost, in progress, CMS and QRIS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from opd.office import evidence
from payments.spending import sweep
from payments.spending.bank.answers import GRACE
from payments.spending.models import Channel, Disbursement, Way
from payments.spending.services import cms, qris
from payments.spending.services.transfers import ask_bank, check_payee
from tests.incoming.test_with_sandbox import partner_of
from tests.sandbox.running import Bank
from tests.spending.pay.bank import Bank as Unused
from tests.spending.pay.world import AT, World, build, rp, seconds

pytestmark = pytest.mark.django_db(transaction=True)
OURS, TULIS, KOMPUTER = "0010200113001", "0010300000011", "8880011223344"


@pytest.fixture
def world(bank: Bank) -> Iterator[World]:
    yield build(Unused(), partner_of(bank))
    for service in ("15", "16", "17", "18", "36", "48", "50", "51"):
        bank.behave(service, "normal")


def test_a_transfer_moves_the_money_and_books_it(world: World, bank: Bank) -> None:
    before, theirs = bank.balance(OURS), bank.balance(TULIS)
    spend = world.spend(150_000)
    paid = world.pay(spend)
    assert (paid.state, paid.way, world.state(spend)) == ("succeeded", Way.INTRABANK, "paid")
    assert (before - bank.balance(OURS), bank.balance(TULIS) - theirs) == (rp(150_000), rp(150_000))
    moved = bank.movements(OURS)[0]
    assert moved.reference == paid.reference_no
    assert paid.partner_reference_no in moved.description


def test_a_transfer_to_another_bank(world: World, bank: Bank) -> None:
    payee = world.add_payee("Toko Komputer Nusantara (uji coba)", KOMPUTER, bank_code="998")
    assert check_payee(payee_id=payee.pk, by=world.treasurer, at=AT).matches
    before = bank.balance(KOMPUTER)
    paid = world.pay(world.spend(250_000, payee=payee))
    assert (paid.state, paid.way) == ("succeeded", Way.INTERBANK)
    assert bank.balance(KOMPUTER) - before == rp(250_000)


def test_a_closed_account_is_told_at_the_check(world: World) -> None:
    payee = world.add_payee("Rekening Tutup", "0010300000099")
    checked = check_payee(payee_id=payee.pk, by=world.treasurer, at=AT)
    assert "ditutup" in checked.problem


@pytest.mark.parametrize(("case", "words"), [("40314", "Saldo"), ("40318", "ditutup"), ("40302", "batas")])
def test_a_refusal_gives_the_spend_back_and_moves_nothing(
    world: World, bank: Bank, case: str, words: str
) -> None:
    before = bank.balance(OURS)
    bank.behave("17", "refuse", case=case)
    spend = world.spend()
    failed = world.pay(spend)
    assert (failed.state, world.state(spend)) == ("failed", "tested")
    assert words in failed.message
    assert bank.balance(OURS) == before
    assert world.pay(spend).state == "succeeded"


def test_a_lost_answer_is_found_by_status_and_paid_once(world: World, bank: Bank) -> None:
    before = bank.balance(OURS)
    bank.behave("17", "lost")
    spend = world.spend()
    pending = world.pay(spend)
    assert (pending.state, world.state(spend)) == ("pending", "paying")
    found = ask_bank(disbursement_id=pending.pk, by=world.treasurer, at=AT + seconds(5))
    assert (found.state, world.state(spend)) == ("succeeded", "paid")
    assert before - bank.balance(OURS) == rp(150_000)


def test_a_silent_bank_that_did_nothing_fails_after_the_grace(world: World, bank: Bank) -> None:
    before = bank.balance(OURS)
    bank.behave("17", "silent")
    spend = world.spend()
    pending = world.pay(spend)
    assert ask_bank(disbursement_id=pending.pk, at=AT + seconds(5)).state == "pending"
    assert ask_bank(disbursement_id=pending.pk, at=AT + GRACE + seconds(9)).state == "failed"
    assert (world.state(spend), bank.balance(OURS)) == ("tested", before)


@pytest.mark.parametrize(("succeeds", "ends"), [(True, "paid"), (False, "tested")])
def test_an_order_in_progress_ends_as_the_bank_decides(
    world: World, bank: Bank, succeeds: bool, ends: str
) -> None:
    before = bank.balance(OURS)
    bank.behave("17", "pending")
    spend = world.spend()
    pending = world.pay(spend)
    assert sweep.run(at=AT + seconds(31)) == 1
    assert world.state(spend) == "paying"
    bank.end(pending.partner_reference_no, succeeds=succeeds)
    assert sweep.run(at=AT + timedelta(hours=1)) == 1
    assert world.state(spend) == ends
    assert before - bank.balance(OURS) == (rp(150_000) if succeeds else 0)


def test_a_shop_s_qris_is_read_by_the_bank_and_paid(world: World, bank: Bank) -> None:
    content, before = bank.shop("toko-atk"), bank.balance(OURS)
    spend = world.spend(75_000, channel=Channel.QRIS)
    check = qris.check_qris(
        spend_id=spend.pk, content=content, account_id=world.account.pk, by=world.treasurer, at=AT
    )
    assert (check.decoded.problem, check.decoded.merchant_name) == ("", "UJI COBA TOKO ATK")
    paid = qris.pay_by_qris(
        spend_id=spend.pk,
        content=content,
        account_id=world.account.pk,
        amount=rp(75_000),
        decode_reference_no=check.decoded.reference_no,
        by=world.treasurer,
        at=AT,
    )
    assert (paid.state, len(paid.rrn), world.state(spend)) == ("succeeded", 12, "paid")
    assert before - bank.balance(OURS) == rp(75_000)


@pytest.mark.parametrize("mode", ["lost", "pending"])
def test_a_qris_without_a_certain_answer_is_queried(world: World, bank: Bank, mode: str) -> None:
    before = bank.balance(OURS)
    bank.behave("50", mode)
    spend = world.spend(60_000, channel=Channel.QRIS)
    pending = qris.pay_by_qris(
        spend_id=spend.pk,
        content=bank.shop("warung-kopi"),
        account_id=world.account.pk,
        amount=rp(60_000),
        by=world.treasurer,
        at=AT,
    )
    assert pending.state == "pending"
    if mode == "pending":
        assert ask_bank(disbursement_id=pending.pk, at=AT + seconds(5)).state == "pending"
        bank.end(pending.partner_reference_no, succeeds=True)
    found = ask_bank(disbursement_id=pending.pk, at=AT + seconds(60))
    assert (found.state, len(found.rrn)) == ("succeeded", 12)
    assert before - bank.balance(OURS) == rp(60_000)


def test_a_cms_file_goes_to_the_bank_and_its_result_comes_back(world: World, bank: Bank) -> None:
    first, second = world.spend(150_000), world.spend(120_000)
    bulk = cms.make_bulk(
        account_id=world.account.pk, spend_ids=[first.pk, second.pk], by=world.treasurer, at=AT
    )
    with evidence.open_original(bulk.evidence) as file:
        result = bank.cms(bulk.name, file.read(), failing="2")
    upload = ContentFile(result.encode(), name=f"HASIL_{bulk.name}")
    cms.read_bulk_result(bulk_id=bulk.pk, upload=upload, by=world.treasurer, at=timezone.now())
    rows = {row.bulk_line: row for row in Disbursement.objects.filter(bulk_file=bulk)}
    assert [rows[1].state, rows[2].state] == ["succeeded", "failed"]
    assert bank.movements(OURS)[0].reference == rows[1].reference_no
    assert sorted([world.state(first), world.state(second)]) == ["paid", "tested"]


def test_a_file_to_other_banks_is_taken_by_the_bank(world: World, bank: Bank) -> None:
    payee = world.add_payee("Toko Komputer Nusantara", KOMPUTER, bank_code="998")
    spend = world.spend(99_000, payee=payee)
    bulk = cms.make_bulk(account_id=world.account.pk, spend_ids=[spend.pk], by=world.treasurer, at=AT)
    with evidence.open_original(bulk.evidence) as file:
        result = bank.cms(bulk.name, file.read())
    upload = ContentFile(result.encode(), name=f"HASIL_{bulk.name}")
    cms.read_bulk_result(bulk_id=bulk.pk, upload=upload, by=world.treasurer, at=timezone.now())
    assert world.state(spend) == "paid"
