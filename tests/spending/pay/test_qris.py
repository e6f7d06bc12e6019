"""A merchant's QRIS: read, shown with warnings, refused where it would cost money, paid once."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from payments import qris as codec
from payments.qris import picture
from payments.snap.codes import Service
from payments.spending.bank import reading
from payments.spending.bank.reading import Limits, QrisRefused, Wanted
from payments.spending.bank.sources import PayError
from payments.spending.errors import SpendError
from payments.spending.models import Channel, Spend, Way
from payments.spending.services import qris
from payments.spending.services.transfers import ask_bank
from tests.spending.pay.bank import ORDERS, Honest
from tests.spending.pay.world import AT, World, rp, seconds

MERCHANT = codec.MerchantAccount("ID.CO.UJICOBA.WWW", "9360099900000001025", "ATK000000000102", "UMI")
LIMITS = Limits(Decimal("10000000.00"), ["BENGKULU"])


def code(amount: int | None = None, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "merchants": [MERCHANT],
        "nmid": "ID20260000102",
        "merchant_name": "UJI COBA TOKO ATK",
        "city": "BENGKULU",
        "postal_code": "38119",
    }
    return str(codec.build(**{**facts, "amount": Decimal(amount) if amount else None, **changes}))


def spend_of(world: World, amount: int = 75_000, **kwargs: Any) -> Spend:
    payee = world.add_payee("Toko ATK", "0010300000102") if "payee" not in kwargs else kwargs.pop("payee")
    return world.spend(amount, channel=Channel.QRIS, payee=payee, **kwargs)


def pay(world: World, spend: Spend, content: str, **kwargs: Any) -> Any:
    return qris.pay_by_qris(
        spend_id=spend.pk,
        content=content,
        account_id=world.account.pk,
        by=world.treasurer,
        at=AT,
        **kwargs,
    )


def seen(
    content: str, net: int = 75_000, payee: str = "Toko ATK", known: tuple[str, ...] = ()
) -> reading.Seen:
    return reading.examine(reading.read(content), Wanted(rp(net), payee), LIMITS, known=known)


def test_a_static_qris_shows_what_it_says_and_asks_for_the_amount() -> None:
    found = seen(code(), known=("ID20260000102",))
    assert (found.merchant_name, found.nmid, found.city, found.acquirer) == (
        "UJI COBA TOKO ATK",
        "ID20260000102",
        "BENGKULU",
        "93600999",
    )
    assert (found.amount, found.is_dynamic) == (None, False)
    assert found.warnings == ("QRIS ini tidak memuat jumlah. Ketik jumlah yang harus dibayar.",)


def test_a_dynamic_qris_fixes_the_amount() -> None:
    found = seen(code(75_000), known=("ID20260000102",))
    assert (found.amount, found.is_dynamic, found.warnings) == (rp(75_000), True, ())


@pytest.mark.parametrize(
    ("changes", "payee", "words"),
    [
        ({}, "Toko ATK", "belum pernah dibayar"),
        ({"city": "JAKARTA"}, "Toko ATK", "terdaftar di JAKARTA"),
        ({"merchant_name": "WARUNG LAIN"}, "Toko ATK", "lain dari penerima"),
    ],
)
def test_what_a_person_should_look_at_warns(changes: dict[str, Any], payee: str, words: str) -> None:
    assert any(words in warning for warning in seen(code(75_000, **changes), payee=payee).warnings)


@pytest.mark.parametrize("payee", ["CV Toko ATK", "Toko ATK Jaya Abadi Sentosa", "UJI COBA TOKO ATK", ""])
def test_a_merchant_s_short_name_is_recognised(payee: str) -> None:
    assert not any("lain dari penerima" in warning for warning in seen(code(75_000), payee=payee).warnings)


def test_a_damaged_qris_or_a_web_address_is_refused() -> None:
    good = code(75_000)
    for bad, words in [
        (good[:-1] + ("0" if good[-1] != "0" else "1"), "CRC"),
        (good.replace("BENGKULU", "BENGKULA"), "CRC"),
        ("https://contoh.example/bayar", "alamat web"),
        ("", "kosong"),
        ("halo", "tidak dapat dipakai"),
    ]:
        with pytest.raises(QrisRefused, match=words):
            reading.read(bad)


def test_another_amount_or_too_much_is_refused() -> None:
    with pytest.raises(QrisRefused, match=r"meminta Rp\s80\.000"):
        seen(code(80_000))
    with pytest.raises(QrisRefused, match=r"paling banyak Rp\s10\.000\.000"):
        seen(code(), net=10_000_001)


def test_a_tip_that_adds_to_the_price_is_refused() -> None:
    with pytest.raises(QrisRefused, match="tip atau biaya"):
        seen(code(75_000, tip=codec.Tip("fixed", Decimal(500))))


def test_a_picture_is_read_and_its_troubles_are_said() -> None:
    content = code(75_000)
    assert qris.content_of_picture(ContentFile(picture.png(content), name="qr.png")) == content
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")
    two = Image.new("1", (1400, 700), 1)
    for place, amount in enumerate((75_000, 80_000)):
        with Image.open(io.BytesIO(picture.png(code(amount), scale=6))) as one:
            two.paste(one, (place * 700, 0))
    both = io.BytesIO()
    two.save(both, "PNG")
    for content_bytes, words in [
        (blank.getvalue(), "Tidak ada QRIS"),
        (both.getvalue(), "lebih dari satu"),
        (b"bukan gambar", "bukan gambar"),
    ]:
        with pytest.raises(PayError, match=words):
            qris.content_of_picture(ContentFile(content_bytes, name="x.png"))


def test_checking_asks_the_bank_and_moves_nothing(world: World) -> None:
    spend = spend_of(world)
    check = qris.check_qris(
        spend_id=spend.pk, content=code(), account_id=world.account.pk, by=world.treasurer, at=AT
    )
    assert (check.decoded.merchant_name, check.net) == ("UJI COBA TOKO ATK", rp(75_000))
    assert (world.bank.asked(Service.QR_DECODE), world.bank.asked(*ORDERS)) == (1, 0)
    assert world.state(spend) == "tested"


def test_the_bank_s_other_name_warns_and_its_refusal_is_said(world: World) -> None:
    spend = spend_of(world)
    facts: dict[str, Any] = {"spend_id": spend.pk, "account_id": world.account.pk, "by": world.treasurer}
    other = qris.check_qris(content=code(merchant_name="WARUNG LAIN"), at=AT, **facts)
    assert any("Bank menyebut merchant ini UJI COBA TOKO ATK" in warning for warning in other.warnings)
    world.bank.mood = lambda service, body, honest: (
        404,
        {"responseCode": "4044808", "responseMessage": "Invalid Merchant"},
    )
    assert "Merchant tidak dikenal" in qris.check_qris(content=code(), at=AT, **facts).decoded.problem
    world.bank.mood = lambda service, body, honest: None
    assert "tidak menjawab" in qris.check_qris(content=code(), at=AT, **facts).decoded.problem


def test_a_qris_is_paid_once_and_keeps_rrn_and_merchant(world: World) -> None:
    spend = spend_of(world)
    paid = pay(world, spend, code(75_000), decode_reference_no="DEC1")
    assert (paid.state, paid.way, paid.rrn) == ("succeeded", Way.QRIS_SNAP, "632811000001")
    spend.refresh_from_db()
    assert (spend.state, spend.nmid, spend.merchant_name) == ("paid", "ID20260000102", "UJI COBA TOKO ATK")
    body = next(body for service, body in world.bank.calls if service is Service.QR_PAYMENT)
    assert body["additionalInfo"] == {
        "sourceAccountNo": "0010200113001",
        "qrContent": code(75_000),
        "decodeReferenceNo": "DEC1",
    }


def test_the_second_time_a_merchant_is_known(world: World) -> None:
    pay(world, spend_of(world), code(75_000))
    spend = world.spend(75_000, channel=Channel.QRIS)
    check = qris.check_qris(
        spend_id=spend.pk, content=code(75_000), account_id=world.account.pk, by=world.treasurer, at=AT
    )
    assert not any("belum pernah" in warning for warning in check.warnings)


def test_a_static_qris_is_paid_with_exactly_the_typed_amount(world: World) -> None:
    spend = spend_of(world)
    for amount in (None, rp(75_001), rp(74_999)):
        with pytest.raises(PayError):
            pay(world, spend, code(), amount=amount)
    assert world.bank.asked(*ORDERS) == 0
    assert pay(world, spend, code(), amount=rp(75_000)).state == "succeeded"


def test_a_silent_bank_leaves_a_qris_pending_until_the_query_answers(world: World) -> None:
    def lost(service: Service, body: dict[str, Any], honest: Honest) -> Any:
        answer = honest()
        return None if service in ORDERS else answer

    world.bank.mood = lost
    spend = spend_of(world)
    pending = pay(world, spend, code(75_000))
    assert (pending.state, world.state(spend)) == ("pending", "paying")
    found = ask_bank(disbursement_id=pending.pk, at=AT + seconds(5))
    assert (found.state, found.rrn) == ("succeeded", "632811000001")
    assert (world.bank.asked(Service.QR_QUERY), world.bank.asked(Service.TRANSFER_STATUS)) == (1, 0)


def test_a_refused_qris_gives_the_spend_back(world: World) -> None:
    world.bank.mood = lambda service, body, honest: (
        (403, {"responseCode": "4035014", "responseMessage": "Insufficient Funds"})
        if service in ORDERS
        else honest()
    )
    spend = spend_of(world)
    failed = pay(world, spend, code(75_000))
    assert (failed.state, world.state(spend)) == ("failed", "tested")
    assert "Saldo" in failed.message


def test_a_spend_by_transfer_is_not_paid_by_qris(world: World) -> None:
    with pytest.raises(SpendError, match="Kanal belanja ini"):
        pay(world, world.spend(), code(150_000))
