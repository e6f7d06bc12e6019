"""What every room's forms are built of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from opd.forms import RupiahField, Sentence


class Asked(Sentence):
    kata = forms.CharField(required=False, max_length=5)
    nomor = forms.IntegerField(required=False, min_value=1)
    sejak = forms.DateField(required=False)
    jenis = forms.ChoiceField(required=False)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.250.000", "1250000.00"), ("1250000", "1250000.00"), (" Rp 1.250.000,50 ", "1250000.50")],
)
def test_an_amount_is_read_as_people_write_it(typed: str, amount: str) -> None:
    assert str(RupiahField().clean(typed)) == amount


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (RupiahField(), "sejuta", "Tulis jumlah rupiah dengan angka, misalnya 1.250.000."),
        (RupiahField(), "1.25", "Tulis jumlah rupiah dengan angka, misalnya 1.250.000."),
        (RupiahField(), "0", "Jumlah harus lebih dari nol."),
        (RupiahField(required=False), "-5", "Jumlah harus lebih dari nol."),
        (RupiahField(least=Decimal(0)), "-5", "Jumlah tidak boleh kurang dari nol."),
    ],
)
def test_another_amount_is_refused_in_words(field: RupiahField, typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        field.clean(typed)


def test_an_amount_may_be_zero_or_negative_only_where_told() -> None:
    assert RupiahField(least=Decimal(0)).clean("0") == 0
    assert RupiahField(least=None).clean("-1.000") == -1000
    assert RupiahField(required=False).clean("  ") is None
    with pytest.raises(ValidationError):
        RupiahField().clean(" ")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1250000.50", "1.250.000,50"),
        ("5000.00", "5.000"),
        ("0.00", "0"),
        ("-1000.00", "\u22121.000"),
        ("-0.50", "\u22120,50"),
    ],
)
def test_an_amount_is_shown_as_it_is_typed_and_read_back_to_the_sen(amount: str, shown: str) -> None:
    field = RupiahField(least=None)
    assert field.prepare_value(Decimal(amount)) == shown
    assert field.clean(shown) == Decimal(amount)
    assert not field.has_changed(Decimal(amount), shown)


def test_what_cannot_be_read_is_shown_again() -> None:
    assert RupiahField().prepare_value("sejuta") == "sejuta"


def test_a_sentence_says_what_was_asked() -> None:
    asked = Asked({"kata": " air ", "nomor": "7", "sejak": "2026-06-02", "jenis": "2"})
    asked.offer("jenis", [(1, "satu"), (2, "dua")], "semua")
    assert (asked.word("kata"), asked.number("nomor")) == ("air", 7)
    assert (asked.day("sejak"), asked.number("jenis")) == (date(2026, 6, 2), 2)


@pytest.mark.parametrize(
    "address", [{}, {"kata": "terlalu panjang", "nomor": "nol", "sejak": "kemarin", "jenis": "3"}]
)
def test_what_a_sentence_cannot_understand_is_as_if_it_were_not_there(address: dict[str, str]) -> None:
    asked = Asked(address)
    asked.offer("jenis", [(1, "satu"), (2, "dua")], "semua")
    assert (asked.word("kata"), asked.number("nomor"), asked.day("sejak")) == ("", None, None)
    assert asked.number("jenis") is None
