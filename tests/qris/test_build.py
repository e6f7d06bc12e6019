"""Writing a QRIS: strictly, and back again whatever it holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.qris import (
    AdditionalData,
    MerchantAccount,
    QrisError,
    QrisPayload,
    Tip,
    build,
    parse,
    static_to_dynamic,
)
from payments.qris.tlv import crc

ACCOUNT = MerchantAccount("ID.CO.UJICOBA.WWW", "9360099900000000017", "UJICOBA00000001", "URE")


def made(**changes: Any) -> QrisPayload:
    facts: dict[str, Any] = {
        "merchants": [ACCOUNT],
        "nmid": "ID20260000001",
        "merchant_name": "UJI COBA RBK",
        "city": "BENGKULU",
        "postal_code": "38113",
        "amount": Decimal(13000),
    }
    return build(**(facts | changes))


def test_check_value_of_crc_ccitt_false() -> None:
    assert crc("123456789") == "29B1"


def test_built_payload_is_dynamic_and_without_warnings() -> None:
    payload = made(additional=AdditionalData(bill_number="B-1", terminal_label="A01"))
    assert payload.is_dynamic
    assert payload.warnings == ()
    assert payload.amount == Decimal("13000.00")
    assert payload.merchants == (ACCOUNT,)
    assert payload.additional == AdditionalData(bill_number="B-1", terminal_label="A01")
    assert str(payload).startswith("00020101021226")
    assert "540513000" in str(payload)


def test_without_amount_it_is_static() -> None:
    payload = made(amount=None)
    assert not payload.is_dynamic
    assert payload.amount is None


def test_crc_with_leading_zeros_keeps_them() -> None:
    found = [payload for n in range(1, 1200) if (payload := made(amount=n)).crc.startswith("0")]
    assert any(payload.crc.startswith("00") for payload in found)
    for payload in found:
        assert len(payload.crc) == 4
        assert parse(str(payload)) == payload
        with pytest.raises(QrisError):
            parse(str(payload)[:-4] + payload.crc.lstrip("0"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 13000.0}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "13000"}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal(10**13)}, "amount"),
        ({"merchant_name": "N" * 26}, "long_59"),
        ({"merchant_name": "N" * 100}, "length"),
        ({"merchant_name": ""}, "length"),
        ({"merchant_name": "A|B"}, "bar"),
        ({"merchant_name": "CAFÉ"}, "not_ascii"),
        ({"city": "K" * 16}, "long_60"),
        ({"postal_code": "1" * 11}, "long_61"),
        ({"nmid": "XX1"}, "nmid_format"),
        ({"mcc": "939"}, "mcc"),
        ({"criteria": "XXX"}, "criteria"),
        ({"merchants": []}, "merchant"),
        ({"merchants": [ACCOUNT, ACCOUNT]}, "merchant"),
        ({"merchants": [replace(ACCOUNT, tag="51")]}, "merchant"),
        ({"merchants": [replace(ACCOUNT, pan="12AB")]}, "pan"),
        ({"merchants": [replace(ACCOUNT, merchant_id="x" * 16)]}, "merchant_id"),
        ({"additional": AdditionalData(bill_number="x" * 26)}, "long_62"),
        ({"additional": AdditionalData("x" * 25, "x" * 25, "x" * 25, "x" * 25)}, "length"),
        ({"tip": Tip("fixed", None)}, "tip"),
        ({"tip": Tip("percentage", Decimal("0.755"))}, "tip"),
        ({"tip": Tip("percentage", Decimal("100"))}, "tip"),
    ],
)
def test_build_refuses_what_parse_only_warns_of(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(QrisError) as caught:
        made(**changes)
    assert caught.value.code == code


words = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789abc.-&'", min_size=1, max_size=25)
short = st.none() | st.text(alphabet="ABCabc123*", min_size=1, max_size=8)
payloads = st.builds(
    build,
    merchants=st.lists(
        st.builds(
            MerchantAccount,
            guid=st.just("ID.CO.UJICOBA.WWW"),
            pan=st.integers(0, 10**10).map(lambda n: f"93600999{n:011}"),
            merchant_id=st.text(alphabet="ABC123", min_size=1, max_size=15),
            criteria=st.sampled_from(["UMI", "UKE", "UME", "UBE", "URE", "PSO", "BLU"]),
            tag=st.integers(26, 45).map(str),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda account: account.tag,
    ),
    nmid=st.integers(0, 10**13 - 1).map(lambda n: f"ID{n:013}"),
    merchant_name=words,
    city=words.map(lambda text: text[:15]),
    postal_code=st.integers(10000, 99999).map(str),
    amount=st.none() | st.decimals("0.01", "9999999999.99", places=2),
    tip=st.none() | st.builds(Tip, st.just("fixed"), st.decimals(1, 9999, places=2)),
    additional=st.none()
    | st.builds(AdditionalData, bill_number=short, reference_label=short, terminal_label=short),
)


@given(payload=payloads)
def test_what_was_built_is_read_back_the_same(payload: QrisPayload) -> None:
    again = parse(str(payload))
    assert again == payload
    assert again.warnings == ()
    assert str(again) == str(payload)


@given(
    payload=payloads,
    place=st.integers(0, 10_000),
    letter=st.characters(min_codepoint=0x20, max_codepoint=0x7E),
)
def test_any_changed_ascii_character_is_refused(payload: QrisPayload, place: int, letter: str) -> None:
    text = str(payload)
    at = place % len(text)
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises(QrisError):
            parse(changed)


def test_every_single_character_change_of_one_payload_is_refused() -> None:
    text = str(made())
    for at in range(len(text)):
        for letter in map(chr, range(0x20, 0x7F)):
            if letter != text[at]:
                with pytest.raises(QrisError):
                    parse(text[:at] + letter + text[at + 1 :])


def test_a_character_of_one_payload_lost_or_doubled_is_refused() -> None:
    text = str(made())
    for at in range(len(text)):
        for changed in (text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]):
            with pytest.raises(QrisError):
                parse(changed)


@given(text=st.text(max_size=60) | st.text(alphabet="0123456789ABCDEF", max_size=120))
def test_any_text_is_read_or_refused_with_a_code(text: str) -> None:
    try:
        assert str(parse(text)) == text
    except QrisError as error:
        said = (error.code, error.message)
        assert all(said)


def test_static_becomes_dynamic_and_keeps_its_accounts() -> None:
    static = made(amount=None, additional=AdditionalData(terminal_label="A01"))
    dynamic = static_to_dynamic(static, amount=Decimal(8000), bill_number="T-7")
    assert dynamic.is_dynamic
    assert dynamic.amount == Decimal(8000)
    assert dynamic.merchants == static.merchants
    assert dynamic.nmid == static.nmid
    assert dynamic.additional == AdditionalData(bill_number="T-7", terminal_label="A01")
    assert str(static) != str(dynamic)


def test_static_to_dynamic_keeps_the_order_of_a_bent_payload() -> None:
    tags = [item.tag for item in made(amount=None).objects]
    assert [item.tag for item in static_to_dynamic(made(amount=None), amount=1).objects] == [
        *tags[: tags.index("53") + 1],
        "54",
        *tags[tags.index("53") + 1 :],
    ]


def test_dynamic_is_not_converted_again() -> None:
    with pytest.raises(QrisError) as caught:
        static_to_dynamic(made(), amount=1)
    assert caught.value.code == "not_static"


def test_static_to_dynamic_refuses_floats_and_long_labels() -> None:
    static = made(amount=None)
    with pytest.raises(QrisError):
        static_to_dynamic(static, amount=1.5)  # type: ignore[arg-type]
    with pytest.raises(QrisError):
        static_to_dynamic(static, amount=1, bill_number="x" * 100)
