"""Numbers and padding: SNAP's own example, and any number there can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.incoming.va import numbers

PREFIXES = st.from_regex(r"\A[0-9]{4,12}\Z")


@given(prefix=PREFIXES, own=st.integers(8, 16))
def test_a_number_is_its_prefix_digits_and_a_check_digit(prefix: str, own: int) -> None:
    number = numbers.draw(prefix, len(prefix) + own)
    assert number.startswith(prefix)
    assert len(number) == len(prefix) + own
    assert numbers.check_digit(number[:-1]) == number[-1]


@given(prefix=PREFIXES, place=st.integers(0, 15), shift=st.integers(1, 9))
def test_one_wrong_digit_names_no_other_bill(prefix: str, place: int, shift: int) -> None:
    number = numbers.draw(prefix, 20)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert numbers.check_digit(wrong[:-1]) != wrong[-1]


@given(
    prefix=PREFIXES,
    own=st.integers(8, 16),
    pads=st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)),
)
def test_what_is_split_joins_again_however_it_is_padded(
    prefix: str, own: int, pads: tuple[int, int, int]
) -> None:
    number = numbers.draw(prefix, len(prefix) + own)
    parts = numbers.split(number, prefix)
    assert len(parts.partner_service_id) == 8
    assert parts.partner_service_id + parts.customer_no == parts.virtual_account_no
    before, behind, inside = (" " * count for count in pads)
    assert (
        numbers.join(
            before + parts.partner_service_id.strip() + behind,
            before + parts.customer_no + inside,
            behind + number + before,
        )
        == number
    )


def test_the_official_example_joins() -> None:
    joined = numbers.join("  088899", "12345678901234567890", "  08889912345678901234567890")
    assert joined == "08889912345678901234567890"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        (("", "1234", "1234"), "partnerServiceId"),
        (("088899", "12a4", "0888991234"), "customerNo"),
        (("088899", "1" * 21, "088899" + "1" * 21), "customerNo"),
        (("123456789", "1", "1234567891"), "partnerServiceId"),
        (("088899", "1234", "0888991235"), "virtualAccountNo"),
        (("088899", "1234", "٠٨٨"), "virtualAccountNo"),
    ],
)
def test_fields_that_name_no_number_are_told_by_name(fields: tuple[str, str, str], named: str) -> None:
    with pytest.raises(numbers.NumberError, match=named):
        numbers.join(*fields)


@pytest.mark.parametrize("length", [15, 29])
def test_a_prefix_that_leaves_too_few_digits_is_refused(length: int) -> None:
    with pytest.raises(numbers.NumberError):
        numbers.draw("88099123", length)


def test_luhn_of_the_standard() -> None:
    assert numbers.check_digit("7992739871") == "3"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Budi Santoso", "Bu** Sa*****"), ("PT Maju  Jaya", "PT Ma** Ja**"), ("Al", "Al")],
)
def test_a_name_is_shown_as_far_as_its_bearer_needs(name: str, masked: str) -> None:
    assert numbers.mask_name(name) == masked
