"""Reading a QRIS: real payloads, and every way to be wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TypedDict

import pytest

from payments.qris import QrisError, QrisPayload, Tip, parse
from payments.qris.tlv import crc


class Sample(TypedDict):
    payload: str
    crc_valid: bool
    note: str


SAMPLES: list[Sample] = json.loads((Path(__file__).parent / "data" / "samples.json").read_text("utf-8"))
MUSEUM = SAMPLES[0]["payload"]


def sealed(*objects: tuple[str, str]) -> str:
    text = "".join(f"{tag}{len(value):02}{value}" for tag, value in objects) + "6304"
    return text + crc(text)


PARTS = {
    "00": "01",
    "01": "12",
    "26": "0016ID.CO.CONTOH.WWW01189360099900000000010203ABC0303URE",
    "51": "0014ID.CO.QRIS.WWW0213ID20260000001",
    "52": "9399",
    "53": "360",
    "54": "13000",
    "58": "ID",
    "59": "UJI COBA",
    "60": "BENGKULU",
    "61": "38113",
}


def made(**changes: str | None) -> str:
    """A sound payload with some root tags changed (``t54="1"``) or left out (``t54=None``)."""
    parts: dict[str, str | None] = {**PARTS, **{tag[1:]: value for tag, value in changes.items()}}
    return sealed(*((tag, value) for tag, value in sorted(parts.items()) if value is not None))


def codes(payload: QrisPayload) -> list[str]:
    return [warning.code for warning in payload.warnings]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["note"][:40] for sample in SAMPLES])
def test_real_payloads_with_a_right_crc_come_back_character_by_character(sample: Sample) -> None:
    if sample["crc_valid"]:
        assert str(parse(sample["payload"])) == sample["payload"]
    else:
        with pytest.raises(QrisError):
            parse(sample["payload"])


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, []),
        (1, ["sub_order"]),
        (2, []),
        (3, ["long_59"]),
        (5, []),
        (9, ["nmid_missing"]),
        (10, ["tip_format", "nmid_guid"]),
        (11, []),
        (12, []),
    ],
)
def test_real_payloads_warn_of_exactly_what_they_bend(place: int, expected: list[str]) -> None:
    assert codes(parse(SAMPLES[place]["payload"])) == expected


@pytest.mark.parametrize(
    ("place", "code"), [(4, "crc_mismatch"), (6, "crc_format"), (7, "crc_mismatch"), (8, "trailing")]
)
def test_real_payloads_that_are_wrong_say_why(place: int, code: str) -> None:
    with pytest.raises(QrisError) as caught:
        parse(SAMPLES[place]["payload"])
    assert caught.value.code == code
    assert caught.value.message == str(caught.value)


def test_a_museum_s_static_code_is_read_by_name() -> None:
    payload = parse(MUSEUM)
    assert not payload.is_dynamic
    assert payload.amount is None
    assert payload.tip is None
    assert payload.nmid == "ID2024326864723"
    assert payload.mcc == "9399"
    assert (payload.merchant_name, payload.city) == ("MUSEUM BLAMBANGAN", "BANYUWANGI")
    assert payload.postal_code == "68414"
    assert payload.additional.terminal_label == "A01"
    (account,) = payload.merchants
    assert (account.tag, account.guid, account.criteria) == ("26", "ID.CO.BANKJATIM.WWW", "URE")
    assert (account.pan, account.merchant_id) == ("936001140000159293", "ID2024001590705")
    assert payload.crc == "7681"


def test_amounts_and_tips_are_decimals() -> None:
    assert parse(SAMPLES[5]["payload"]).amount == Decimal("100003.00")
    assert parse(SAMPLES[11]["payload"]).tip == Tip("fixed", Decimal("500.00"))
    assert parse(SAMPLES[10]["payload"]).tip == Tip("percentage", Decimal("0.7"))
    assert parse(SAMPLES[9]["payload"]).tip == Tip("prompt")


@pytest.mark.parametrize(
    ("text", "amount"), [("1000.00", 1000), ("1000", 1000), ("1000.", 1000), ("0.50", "0.5")]
)
def test_amounts_the_specification_allows_are_read(text: str, amount: str) -> None:
    assert parse(made(t54=text)).amount == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "1000,00",
        "1.000",
        "0",
        "0.00",
        "-5",
        "+5",
        "1e3",
        "Rp1",
        " 1",
        ".5",
        "NaN",
        "99999999999999",
        "1.0.0",
        "१",
    ],
)
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(QrisError) as caught:
        parse(made(t54=text))
    assert caught.value.code == "amount"


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"t54": "0013000"}, "amount_zeros"),
        ({"t54": None}, "amount_missing"),
        ({"t26": "01189360099900000000010016ID.CO.CONTOH.WWW0203ABC0303URE"}, "sub_order"),
        ({"t26": "0016ID.CO.CONTOH.WWW01041234020AABCDEFGHIJ0303URE".replace("0A", "10")}, "pan"),
        ({"t26": "0016ID.CO.CONTOH.WWW01189360099900000000010303URE"}, "merchant_id"),
        ({"t26": "01189360099900000000010203ABC0303URE"}, "guid"),
        ({"t26": "0016ID.CO.CONTOH.WWW01189360099900000000010203ABC0303XXX"}, "criteria"),
        ({"t51": "0015ID.OR.GPNQR.WWW0213ID20260000001"}, "nmid_guid"),
        ({"t51": "0014ID.CO.QRIS.WWW0203ABC"}, "nmid_format"),
        ({"t51": None, "t01": "11"}, "nmid_missing"),
        ({"t59": "N" * 26}, "long_59"),
        ({"t60": "K" * 16}, "long_60"),
        ({"t61": "1" * 11}, "long_61"),
        ({"t61": None}, "postal_missing"),
        ({"t62": "0126" + "b" * 26}, "long_62"),
        ({"t59": "WARUNG É"}, "not_ascii"),
        ({"t59": "A|B"}, "bar"),
        ({"t85": "bukan templat"}, "template"),
        ({"t55": "03", "t57": "0.7"}, "tip_format"),
        ({"t56": "500"}, "tip_unused"),
    ],
)
def test_bent_rules_are_accepted_with_a_warning(changes: dict[str, str | None], warning: str) -> None:
    payload = parse(made(**changes))
    assert warning in codes(payload)
    assert str(payload) == made(**changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"t00": "02"}, "format"),
        ({"t01": "13"}, "initiation"),
        ({"t52": None}, "missing"),
        ({"t53": None}, "missing"),
        ({"t58": None}, "missing"),
        ({"t59": None}, "missing"),
        ({"t60": None}, "missing"),
        ({"t53": "840"}, "currency"),
        ({"t58": "SG"}, "country"),
        ({"t52": "93A9"}, "mcc"),
        ({"t26": None, "t51": None}, "merchant"),
        ({"t26": "0016ID.CO.CONTOH.WWW0199936009990000000001"}, "overrun"),
        ({"t26": "00XXID.CO.CONTOH.WWW"}, "length"),
        ({"t26": "0016ID.CO.CONTOH.WWW0016ID.CO.CONTOH.WWW"}, "duplicate"),
        ({"t62": "07"}, "length"),
        ({"t55": "04"}, "tip"),
        ({"t55": "02"}, "tip"),
        ({"t55": "03"}, "tip"),
        ({"t55": "03", "t57": "00.00"}, "tip"),
        ({"t55": "03", "t57": "100.0"}, "tip"),
        ({"t55": "02", "t56": "1,5"}, "amount"),
        ({"t59": "BARIS\nBARU"}, "character"),
        ({"t59": "\ud800"}, "character"),
    ],
)
def test_what_could_cost_money_is_refused(changes: dict[str, str | None], code: str) -> None:
    try:
        text = made(**changes)
    except UnicodeEncodeError:
        text = made().replace("UJI COBA", "UJI COB\ud800")
    with pytest.raises(QrisError) as caught:
        parse(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("bukan qris", "tag"),
        (MUSEUM + " ", "trailing"),
        (" " + MUSEUM, "crc_mismatch"),
        (MUSEUM + "6403ABC", "trailing"),
        (MUSEUM + MUSEUM, "crc_mismatch"),
        (MUSEUM[:-1], "overrun"),
        (MUSEUM[:-4], "overrun"),
        (MUSEUM[:-8], "crc_format"),
        (MUSEUM[:-4] + "76 1", "crc_format"),
        (MUSEUM[:-6] + "0376 ", "crc_format"),
        (MUSEUM.replace("5802ID", "58O2ID"), "crc_mismatch"),
        ("000201" * 2, "duplicate"),
        ("0102110002016304" + crc("0102110002016304"), "format"),
        ("0" * 513, "too_long"),
        (sealed(("00", "01"), ("00", "01")), "duplicate"),
        ("0002010002AB00006304" + crc("0002010002AB00006304"), "duplicate"),
        ("000201A1021163041234", "crc_mismatch"),
    ],
)
def test_broken_texts_say_what_is_broken(text: str, code: str) -> None:
    with pytest.raises(QrisError) as caught:
        parse(text)
    assert caught.value.code == code


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(QrisError) as caught:
        parse(b"000201")  # type: ignore[arg-type]
    assert caught.value.code == "text"


def test_lower_case_crc_is_refused() -> None:
    text = next(text for n in range(100) if not (text := made(t54=str(n + 1)))[-4:].isdigit())
    with pytest.raises(QrisError) as caught:
        parse(text[:-4] + text[-4:].lower())
    assert caught.value.code == "crc_format"


def test_unknown_tags_and_their_order_survive() -> None:
    text = sealed(
        *(("00", "01"), ("60", "BENGKULU"), ("59", "UJI COBA"), ("58", "ID"), ("53", "360"), ("52", "9399")),
        *(
            ("51", PARTS["51"]),
            ("04", "4000123412341234"),
            ("71", "cadangan"),
            ("47", "0003ABC"),
            ("61", "38113"),
        ),
        ("80", "0003ABC"),
    )
    payload = parse(text)
    assert str(payload) == text
    assert payload.warnings == ()
    assert payload.get("71") == "cadangan"
    assert payload.template("47") == {"00": "ABC"}
    assert payload.merchants == ()
