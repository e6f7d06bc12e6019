"""Rupiah: exact or refused. Examples first, then properties."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.money import (
    LIMIT,
    MoneyError,
    format_rupiah,
    from_snap,
    parse,
    rupiah,
    terbilang,
    to_snap,
)

NBSP, MINUS = "\u00a0", "\u2212"
amounts = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2, allow_nan=False, allow_infinity=False)
snap_amounts = st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5000", "5000.00"),
        ("Rp 1.250.000", "1250000.00"),
        ("Rp1.250.000,50", "1250000.50"),
        ("rp. 3.000", "3000.00"),
        (f"Rp{NBSP}21.000", "21000.00"),
        (f"{MINUS}Rp{NBSP}5.000", "-5000.00"),
        (f"Rp {MINUS}5.000", "-5000.00"),
        ("-5.000", "-5000.00"),
        ("0", "0.00"),
        ("0,5", "0.50"),
        (" 1.000,05 ", "1000.05"),
    ],
)
def test_what_people_type_is_read(typed: str, amount: str) -> None:
    assert parse(typed) == Decimal(amount)
    assert str(parse(typed)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "Rp", "lima ribu", "1.25", "1,250", "1.2500", "12.34.567", "1.250.000.50", "1,2,3",
        "5000.00", "1e3", "-Rp -5", "NaN", "Infinity", "0x10", "+5", "--5", "5-", "5 000",
        "1.000,", ",5", ".5", "$5", "5\n000",
        "5000,005", "9" * 17, "１２３", "٣", "Rp Rp 5",
    ],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused_never_zero(typed: str) -> None:
    with pytest.raises(MoneyError):
        parse(typed)


@pytest.mark.parametrize(
    "value", [0.1, 5000.0, True, None, b"5", "1.234", "1,5", "1.000.000", Decimal("0.001"), Decimal("NaN"),
              Decimal("Infinity"), 10**17, Decimal("10000000000000000"), "", " 5", "5 ", "５", "1_000", [5]],
)  # fmt: skip
def test_inexact_values_are_refused(value: Any) -> None:
    with pytest.raises(MoneyError):
        rupiah(value)


def test_an_amount_always_has_two_places_and_no_negative_zero() -> None:
    assert str(rupiah("5000")) == "5000.00"
    assert str(rupiah(Decimal("5E+3"))) == "5000.00"
    assert str(rupiah(Decimal("-0"))) == "0.00"
    assert str(rupiah(Decimal("1.500"))) == "1.50"
    assert rupiah(LIMIT) == LIMIT


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, f"Rp{NBSP}0"),
        (5, f"Rp{NBSP}5"),
        (1_250_000, f"Rp{NBSP}1.250.000"),
        (Decimal("1250.50"), f"Rp{NBSP}1.250,50"),
        (-3_000, f"{MINUS}Rp{NBSP}3.000"),
        (Decimal("-0.05"), f"{MINUS}Rp{NBSP}0,05"),
    ],
)
def test_amounts_are_shown_the_indonesian_way(amount: Decimal | int, shown: str) -> None:
    assert format_rupiah(amount) == shown


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (1, "satu rupiah"),
        (10, "sepuluh rupiah"),
        (11, "sebelas rupiah"),
        (12, "dua belas rupiah"),
        (21, "dua puluh satu rupiah"),
        (100, "seratus rupiah"),
        (101, "seratus satu rupiah"),
        (111, "seratus sebelas rupiah"),
        (200, "dua ratus rupiah"),
        (1_000, "seribu rupiah"),
        (1_001, "seribu satu rupiah"),
        (1_100, "seribu seratus rupiah"),
        (2_000, "dua ribu rupiah"),
        (13_000, "tiga belas ribu rupiah"),
        (100_000, "seratus ribu rupiah"),
        (1_000_000, "satu juta rupiah"),
        (1_250_000, "satu juta dua ratus lima puluh ribu rupiah"),
        (1_001_001, "satu juta seribu satu rupiah"),
        (10**9, "satu miliar rupiah"),
        (10**12, "satu triliun rupiah"),
        (10**15, "satu kuadriliun rupiah"),
        (Decimal("1250.50"), "seribu dua ratus lima puluh rupiah lima puluh sen"),
        (-5_000, "minus lima ribu rupiah"),
    ],
)
def test_amounts_in_words(amount: Decimal | int, words: str) -> None:
    assert terbilang(amount) == words


@pytest.mark.parametrize(
    "value",
    [
        None, {}, "5000.00", 5000, [], {"value": "5000.00"}, {"value": "5000.00", "currency": "USD"},
        {"value": 5000, "currency": "IDR"}, {"value": 5000.0, "currency": "IDR"},
        {"value": "5000", "currency": "IDR"}, {"value": "5000.0", "currency": "IDR"},
        {"value": "-5000.00", "currency": "IDR"},
        {"value": "5,000.00", "currency": "IDR"}, {"value": "1" * 14 + ".00", "currency": "IDR"},
        {"value": "", "currency": "IDR"}, {"value": "５000.00", "currency": "IDR"}, {"currency": "IDR"},
        {"value": "5000.00\n", "currency": "IDR"},
    ],
)  # fmt: skip
def test_malformed_snap_amounts_are_refused(value: Any) -> None:
    with pytest.raises(MoneyError):
        from_snap(value)


@given(amounts)
def test_shown_amounts_read_back_exactly(amount: Decimal) -> None:
    assert parse(format_rupiah(amount)) == amount
    assert rupiah(str(rupiah(amount))) == amount


@given(snap_amounts)
def test_snap_amounts_round_trip(amount: Decimal) -> None:
    body = to_snap(amount)
    assert body["currency"] == "IDR"
    assert from_snap(body) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_an_error(text: str) -> None:
    for read in (parse, rupiah):
        try:
            amount = read(text)
        except MoneyError:
            continue
        assert amount.is_finite()
        assert -amount.as_tuple().exponent == 2  # type: ignore[operator]
        assert abs(amount) <= LIMIT


@given(st.one_of(st.floats(), st.decimals(), st.booleans()))
def test_only_exact_values_pass(value: Any) -> None:
    try:
        amount = rupiah(value)
    except MoneyError:
        return
    assert isinstance(value, Decimal)
    assert amount == value


NUMBERS = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


def spoken(words: str) -> int:
    """Read a spelled number the way a person hears it; shares nothing with the speller."""
    total = group = 0
    for word in words.replace("seribu", "satu ribu").replace("seratus", "satu ratus").split():
        if word in NUMBERS:
            group += NUMBERS[word]
        elif word == "belas":
            group += 10
        elif word in {"puluh", "ratus"}:
            unit = group % 10
            group += unit * ({"puluh": 10, "ratus": 100}[word] - 1)
        else:
            total, group = total + group * SCALES[word], 0
    return total + group


@given(st.integers(0, 10**16 - 1))
def test_spelled_numbers_say_the_number(number: int) -> None:
    words = terbilang(number)
    assert words.endswith(" rupiah")
    assert spoken(words.removesuffix(" rupiah")) == number
    assert "satu ratus" not in words
    assert "  " not in words
