"""The ticket's text: what is signed comes back, and nothing else passes."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retribusi import tickets
from retribusi.tickets import CATEGORIES, SPOKEN, TicketError, TicketFacts, check_place, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {7: KEY.public_key()}
FACTS = TicketFacts(7, 41, date(2026, 11, 24), "adult", "00112233445566ff")

facts = st.builds(
    TicketFacts,
    key_id=st.just(7),
    point_id=st.integers(0, 2**32 - 1),
    valid_date=st.dates(date(2020, 1, 1), date(2199, 1, 1)),
    category=st.sampled_from(CATEGORIES),
    serial=st.binary(min_size=8, max_size=8).map(bytes.hex),
)


def refusal(text: str) -> str:
    with pytest.raises(TicketError) as caught:
        verify(text, KEYS)
    assert caught.value.message
    return caught.value.code


@given(facts)
def test_what_is_signed_comes_back(one: TicketFacts) -> None:
    text = sign(one, KEY)
    assert verify(text, KEYS) == one
    assert verify(f"  {text.lower()}\r\n", KEYS) == one, (
        "a scanner may type it in small letters with an Enter"
    )


def test_the_text_keeps_the_qr_small() -> None:
    """154 characters of alphanumeric mode are a version 6 symbol with level M."""
    text = sign(FACTS, KEY)
    assert len(text) <= 154
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_a_worked_example_stays_readable_for_ever() -> None:
    """Tickets printed today must be read by every later version: this text may never change."""
    body = base64.b32decode(sign(FACTS, KEY)[3:] + "====")[:18]
    assert body.hex() == "01" + "0007" + "00000029" + "09d7" + "00" + "00112233445566ff"


@given(facts, st.integers(3, 134), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_character_is_refused(one: TicketFacts, place: int, letter: str) -> None:
    text = sign(one, KEY)
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        assert refusal(changed) in {"forged", "version", "unknown_key", "damaged"}


@given(facts, facts)
def test_a_signature_of_other_facts_is_refused(one: TicketFacts, other: TicketFacts) -> None:
    if one == other:
        return
    mine, theirs = (base64.b32decode(sign(each, KEY)[3:] + "====") for each in (one, other))
    mixed = tickets.PREFIX + base64.b32encode(mine[:18] + theirs[18:]).decode().rstrip("=")
    assert refusal(mixed) == "forged"


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_and_no_crash(text: str) -> None:
    assert refusal(text) in {"not_a_ticket", "damaged"}
    assert refusal(tickets.PREFIX + text) in {"not_a_ticket", "damaged", "version", "unknown_key"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_ticket"),
        ("00020101021226", "not_a_ticket"),
        ("NT:", "damaged"),
        (sign(FACTS, KEY)[:-1], "damaged"),
        (sign(FACTS, KEY) + "A", "damaged"),
        (sign(FACTS, KEY)[:-1] + "7", "damaged"),
        (sign(FACTS, OTHER), "forged"),
        (sign(replace(FACTS, key_id=8), KEY), "unknown_key"),
    ],
)
def test_each_kind_of_bad_ticket_has_its_own_code(text: str, code: str) -> None:
    assert refusal(text) == code


def test_a_later_version_asks_for_an_update() -> None:
    raw = bytearray(base64.b32decode(sign(FACTS, KEY)[3:] + "===="))
    raw[0] = 2
    assert refusal(tickets.PREFIX + base64.b32encode(bytes(raw)).decode().rstrip("=")) == "version"


def test_place_and_day_are_checked_apart() -> None:
    check_place(FACTS, point_id=41, on=date(2026, 11, 24))
    with pytest.raises(TicketError, match="tempat lain"):
        check_place(FACTS, point_id=42, on=date(2026, 11, 24))
    with pytest.raises(TicketError, match="berlaku 24-11-2026"):
        check_place(FACTS, point_id=41, on=date(2026, 11, 25))


@pytest.mark.parametrize(
    "wrong", [{"serial": "00"}, {"point_id": 2**32}, {"key_id": 70_000}, {"valid_date": date(2019, 12, 31)}]
)
def test_facts_that_do_not_fit_are_refused_before_signing(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"seri|jangkauan"):
        sign(replace(FACTS, **wrong), KEY)  # type: ignore[arg-type]


def test_spoken_codes_avoid_letters_that_are_mistaken() -> None:
    codes = {tickets.spoken_code() for _ in range(200)}
    assert len(codes) > 190
    assert all(len(code) == 6 and set(code) <= set(SPOKEN) for code in codes)
    assert not set(SPOKEN) & set("BDPCGIOQSZ015")
