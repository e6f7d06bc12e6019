"""Paid outside: recorded once, with a day that can be true, a reference and a receipt."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from PIL import Image

from opd.office import attachments
from payments.ledger.services import Draft, credit, debit, post
from payments.spending.bank.sources import PayError
from payments.spending.errors import SpendError, WrongState
from payments.spending.models import Channel, Disbursement, Spend, Way
from payments.spending.services import proofs
from payments.spending.services.recorded import PaidElsewhere, record_elsewhere
from tests.spending.pay.world import AT, DAY, World, rp, seconds


def receipt(colour: int = 0) -> ContentFile[bytes]:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), (colour, 90, 90)).save(out, "JPEG")
    return ContentFile(out.getvalue(), name="bukti.jpg")


def record(
    world: World, spend: Spend, way: Way = Way.CMS_MANUAL, *, proof: Any = "receipt", **facts: Any
) -> Spend:
    given: dict[str, Any] = {"paid_date": DAY, "account_id": world.account.pk}
    by_way: dict[Way, dict[str, Any]] = {
        Way.CMS_MANUAL: {"reference_no": "CMS-1"},
        Way.QRIS_APP: {"rrn": "632811000001"},
        Way.CASH: {"reason": "Pasar tidak menerima nontunai", "account_id": None},
    }
    given |= by_way[way]
    return record_elsewhere(
        spend_id=spend.pk,
        paid=PaidElsewhere(way=way, **{**given, **facts}),
        proof=receipt() if proof == "receipt" else proof,
        by=world.treasurer,
        at=AT + seconds(60),
    )


def test_a_payment_in_cms_is_recorded_with_its_receipt_and_waits_for_proof(world: World) -> None:
    spend = world.spend()
    assert record(world, spend).state == "paid"
    row = Disbursement.objects.get(spend=spend)
    assert (row.way, row.state, row.reference_no) == (Way.CMS_MANUAL, "succeeded", "CMS-1")
    assert row.proven_at is None
    assert attachments.of(spend).get().kind == "payment"
    assert list(proofs.unproven(world.opd.pk)) == [row]


def test_a_statement_proves_a_payment_once(world: World) -> None:
    record(world, world.spend())
    row = Disbursement.objects.get()
    later = AT + timedelta(days=1)
    proofs.prove(disbursement_id=row.pk, proven_at=later, by=None, at=later)
    again = proofs.prove(
        disbursement_id=row.pk, proven_at=later + timedelta(days=1), by=world.treasurer, at=later
    )
    assert again.proven_at == later
    assert not proofs.unproven(world.opd.pk).exists()
    with pytest.raises(PermissionDenied):
        proofs.prove(disbursement_id=row.pk, proven_at=later, by=world.head, at=later)


def test_what_is_not_paid_is_not_proven(world: World) -> None:
    world.bank.mood = lambda service, body, honest: None
    pending = world.pay(world.spend())
    with pytest.raises(WrongState, match="belum berhasil"):
        proofs.prove(disbursement_id=pending.pk, proven_at=AT, by=None, at=AT)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"paid_date": date(2026, 6, 2)}, "belum tiba"),
        ({"paid_date": date(2026, 5, 31)}, "mendahului persetujuan"),
        ({"reference_no": "  "}, "nomor rujukan"),
        ({"account_id": None}, "rekening sumber"),
        ({"account_id": 0}, "bukan rekening bendahara"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused(world: World, facts: dict[str, Any], words: str) -> None:
    spend = world.spend()
    with pytest.raises(SpendError, match=words):
        record(world, spend, **facts)
    assert world.state(spend) == "tested"
    assert not attachments.of(spend).exists()


def test_a_receipt_is_needed_now_or_before(world: World) -> None:
    spend = world.spend()
    with pytest.raises(PayError, match="Lampirkan bukti bayar"):
        record(world, spend, proof=None)
    attachments.attach(subject=spend, kind="payment", upload=receipt(), by=world.treasurer, at=AT)
    assert record(world, spend, proof=None).state == "paid"


def test_what_is_no_picture_or_pdf_records_nothing(world: World) -> None:
    spend = world.spend()
    with pytest.raises(attachments.AttachmentError):
        record(world, spend, proof=ContentFile(b"MZ", name="bukti.jpg"))
    assert world.state(spend) == "tested"


def test_one_transfer_reference_serves_one_spend(world: World) -> None:
    record(world, world.spend())
    second = world.spend()
    with pytest.raises(PayError, match="sudah dipakai belanja lain"):
        record(world, second, proof=receipt(9))
    assert record(world, second, reference_no="CMS-2", proof=receipt(9)).state == "paid"


def test_a_qris_paid_in_the_app_has_an_rrn_of_its_own(world: World) -> None:
    spend = world.spend(channel=Channel.QRIS)
    for bad in ("", "63281100000", "63281100000A", "6328110000011"):
        with pytest.raises(PayError, match="12 angka"):
            record(world, spend, Way.QRIS_APP, rrn=bad)
    assert record(world, spend, Way.QRIS_APP).state == "paid"
    with pytest.raises(PayError, match="RRN ini sudah dipakai"):
        record(world, world.spend(channel=Channel.QRIS), Way.QRIS_APP, proof=receipt(9))


def fill_safe(world: World, amount: int) -> None:
    """Cash was taken from the account, as the treasurer's books would have posted it."""
    legs = (
        debit("bp_cash", rp(amount), opd=world.opd.pk),
        credit("bp_bank", rp(amount), opd=world.opd.pk),
    )
    draft = Draft("cash_withdrawn", "cash:uji", DAY, DAY, "Tunai diambil", legs)
    post(draft, key=f"cash:uji:{amount}", by=world.treasurer, at=AT)


def test_no_more_cash_is_recorded_than_the_safe_holds(world: World) -> None:
    fill_safe(world, 149_999)
    spend = world.spend(channel=Channel.CASH)
    with pytest.raises(PayError, match=r"tinggal Rp\s149\.999"):
        record(world, spend, Way.CASH)
    assert world.state(spend) == "tested"
    assert not attachments.of(spend).exists()
    fill_safe(world, 1)
    assert record(world, spend, Way.CASH).state == "paid"


def test_cash_needs_a_reason_and_no_account(world: World) -> None:
    fill_safe(world, 150_000)
    spend = world.spend(channel=Channel.CASH)
    with pytest.raises(PayError, match="alasan"):
        record(world, spend, Way.CASH, reason=" ")
    assert record(world, spend, Way.CASH).state == "paid"
    row = Disbursement.objects.get(spend=spend)
    assert (row.account_id, row.amount) == (None, rp(150_000))
    assert attachments.of(spend).get().note == "Pasar tidak menerima nontunai"


def test_a_way_of_another_channel_is_refused(world: World) -> None:
    spend = world.spend(channel=Channel.QRIS)
    with pytest.raises(PayError, match="Kanal belanja ini QRIS"):
        record(world, spend)


def test_a_second_record_of_the_same_spend_is_refused(world: World) -> None:
    spend = world.spend()
    record(world, spend)
    with pytest.raises(WrongState, match="Tidak ada yang dikirim"):
        record(world, spend, reference_no="CMS-9", proof=receipt(9))
    assert Disbursement.objects.filter(spend=spend).count() == 1
