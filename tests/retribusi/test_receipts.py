"""The receipt's signed statement: what is signed comes back, and one touched character is refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from payments.qris import picture
from retribusi import receipts, tickets
from retribusi.models import Order
from retribusi.receipts import Printed, ReceiptError, ReceiptFacts, sign, verify
from retribusi.services.keys import rotate_key, signing_key
from tests.retribusi.cast import AT, Museum, text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {7: KEY.public_key()}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
FACTS = ReceiptFacts(
    7, 41, Decimal("13000.00"), datetime(2026, 11, 24, 3, 1, tzinfo=UTC),
    datetime(2026, 11, 24, 3, 5, tzinfo=UTC), Printed.PAID, "KW-ABCDEFGHJK",
)  # fmt: skip

moments = st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
facts = st.builds(
    ReceiptFacts,
    key_id=st.just(7),
    point_id=st.integers(0, 2**32 - 1),
    amount=st.integers(0, 10**18 - 1).map(lambda sen: Decimal(sen).scaleb(-2)),
    paid_at=moments,
    printed_at=moments,
    state=st.sampled_from(Printed),
    number=st.lists(st.sampled_from("ABCDEFGHJKMNPQRSTVWXYZ23456789"), min_size=1, max_size=16)
    .map("".join)
    .map("KW-".__add__),
)


def refusal(signed: str) -> str:
    with pytest.raises(ReceiptError) as caught:
        verify(signed, KEYS)
    return caught.value.code


@given(facts)
def test_what_is_signed_comes_back(one: ReceiptFacts) -> None:
    signed = sign(one, KEY)
    assert len(signed) == 139
    assert verify(signed, KEYS) == one
    assert verify(receipts.bare(f" https://contoh.id/periksa/{signed}/?x=1\n"), KEYS) == one


@given(facts, st.data())
def test_any_changed_character_is_refused(one: ReceiptFacts, data: st.DataObject) -> None:
    signed = sign(one, KEY)
    place = data.draw(st.integers(0, len(signed) - 1))
    letter = data.draw(st.sampled_from(LETTERS.replace(signed[place], "")))
    assert refusal(signed[:place] + letter + signed[place + 1 :])


@given(facts, st.integers(0, 103), st.integers(1, 255))
def test_any_changed_byte_is_refused(one: ReceiptFacts, place: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(sign(one, KEY) + "="))
    raw[place] ^= change
    assert refusal(base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="))


@given(st.binary(max_size=300))
def test_no_text_is_a_receipt_by_chance(raw: bytes) -> None:
    words = raw.decode("latin-1")
    assert refusal(receipts.bare(words)) in {"not_a_receipt", "damaged", "version", "unknown_key", "forged"}


def test_each_refusal_has_its_reason() -> None:
    signed = sign(FACTS, KEY)
    assert refusal("halo") == "not_a_receipt"
    assert refusal(signed[:-4]) == "damaged"
    assert refusal(signed + "AAAA") == "damaged"
    assert refusal(sign(FACTS, OTHER)) == "forged"
    assert refusal(sign(replace(FACTS, key_id=8), KEY)) == "unknown_key"


def test_a_ticket_never_passes_for_a_receipt() -> None:
    body = b"\x01" + bytes(39)
    as_ticket = KEY.sign(tickets.PREFIX.encode() + body)
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(as_ticket, receipts.PREFIX + body)


def test_a_worked_example_stays_readable_for_ever() -> None:
    """Receipts printed today must be read by every later version: these bytes may never change."""
    raw = base64.urlsafe_b64decode(sign(FACTS, KEY) + "=")
    assert raw[:40].hex() == (
        "01" + "0007" + "00000029" + "000000000013d620" + "6b04fdec" + "6b04fedc" + "01"
        + "4142434445464748" + "4a4b000000000000"
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("0.001")},
        {"amount": Decimal(-1)},
        {"number": "KW-"},
        {"number": "ABC"},
        {"number": "KW-" + "A" * 17},
        {"point_id": 2**32},
    ],
)
def test_facts_that_do_not_fit_are_not_signed(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        sign(replace(FACTS, **change), KEY)  # type: ignore[arg-type]


def proof(client: Client, order: Order) -> str:
    """The address in the QR of an order's receipt."""
    page = client.get(f"/kuitansi/{order.token}/")
    shown = str(page.context["proof"])
    assert shown in text(page)
    return shown.removeprefix("http://testserver")


def test_the_receipts_code_opens_its_proof(museum: Museum, client: Client) -> None:
    order = museum.paid()
    page = text(client.get(proof(client, order)))
    assert "Tanda tangan baik" in page
    assert "isinya sama dengan catatan kami" in page
    assert order.receipt_number in page
    assert "13.000" in page
    assert "Rumah Uji" in page
    assert page.count("Dibayar, belum disetor bank") == 2


def test_the_picture_of_the_code_is_read_by_a_scanner(museum: Museum, client: Client) -> None:
    shown = "http://127.0.0.1:8000" + proof(client, museum.paid())
    assert picture.read(picture.png(shown)) == [shown]


def test_pasting_the_link_does_the_same(museum: Museum, client: Client) -> None:
    link = proof(client, museum.paid())
    assert "Tanda tangan baik" in text(client.get("/periksa/", {"kode": f"https://contoh.id{link}"}))
    assert "Pindai kode QR" in text(client.get("/periksa/"))


def test_a_touched_one_is_refused_in_words(museum: Museum, client: Client) -> None:
    link = proof(client, museum.paid())
    touched = link[:40] + ("A" if link[40] != "A" else "B") + link[41:]
    answer = client.get(touched)
    assert answer.status_code == 400
    assert "Kuitansi ini tidak sah" in text(answer)
    assert "Jangan terima kuitansi ini" in text(answer)
    client.get("/bahasa/en/")
    assert "This receipt is not valid" in text(client.get(touched))


def test_a_genuine_signature_over_other_facts_than_ours_is_told(museum: Museum, client: Client) -> None:
    order = museum.paid()
    link = proof(client, order)
    Order.objects.filter(pk=order.pk).update(receipt_number="KW-LAINNYA234")
    page = text(client.get(link))
    assert "tidak cocok dengan catatan kami" in page
    assert "tidak ada dalam catatan kami" in page


def test_an_amount_that_is_not_ours_is_told(museum: Museum, client: Client) -> None:
    order = museum.paid()
    key_id, key = signing_key(at=AT)
    lie = ReceiptFacts(
        key_id, museum.point.pk, Decimal("99000.00"), AT, AT, Printed.BOOKED, order.receipt_number
    )
    assert "Catatan kami untuk nomor ini berbeda" in text(client.get(f"/periksa/{sign(lie, key)}/"))


def test_old_receipts_stay_good_after_a_new_key(museum: Museum, client: Client) -> None:
    link = proof(client, museum.paid())
    rotate_key(by=None, at=AT + timedelta(days=1))
    assert "Tanda tangan baik" in text(client.get(link))


def test_the_published_recipe_checks_a_receipt_without_us(museum: Museum, client: Client) -> None:
    signed = receipts.bare(proof(client, museum.paid()))
    (row,) = client.get("/tiket/kunci.json").json()["kunci"]
    assert row["ed25519"] in text(client.get("/periksa/kunci/"))
    raw = base64.urlsafe_b64decode(signed + "=")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["ed25519"]))
    key.verify(raw[40:], b"NK:" + raw[:40])


def test_a_free_order_has_a_receipt_that_proves_itself(museum: Museum, client: Client) -> None:
    museum.point.special_days.create(day=AT.date(), kind="free", note="Hari Pahlawan", legal_basis="SK 1")
    page = text(client.get(proof(client, museum.order())))
    assert "Bebas retribusi" in page
    assert "isinya sama" in page


def test_checking_too_often_waits(museum: Museum, client: Client) -> None:
    for _ in range(60):
        client.get("/periksa/")
    assert client.get("/periksa/").status_code == 429
