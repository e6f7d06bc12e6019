"""Reading what the bank says about money: nothing unreadable becomes zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.incoming import texts, wire
from payments.incoming.rules import Kind, State

NOTICE: dict[str, Any] = {
    "originalReferenceNo": "2020102977770000000009",
    "originalPartnerReferenceNo": "2020102900000000000001",
    "latestTransactionStatus": "00",
    "customerNumber": "6281388370001",
    "amount": {"value": "13000.00", "currency": "IDR"},
    "bankCode": "002",
    "additionalInfo": {"rrn": "632811234567", "nmid": "ID20260000001", "terminalId": "A01"},
}
QUERY: dict[str, Any] = {
    "originalReferenceNo": "2020102977770000000009",
    "originalPartnerReferenceNo": "2020102900000000000001",
    "serviceCode": "47",
    "latestTransactionStatus": "00",
    "paidTime": "2026-11-24T10:05:00+07:00",
    "amount": {"value": "13000.00", "currency": "IDR"},
    "terminalId": "A01",
    "additionalInfo": {},
}


def test_a_notice_gives_its_facts() -> None:
    facts = wire.read(NOTICE)
    assert facts == wire.MoneyFacts(
        status="00",
        amount=Decimal("13000.00"),
        problem="",
        reference_no="2020102977770000000009",
        partner_reference_no="2020102900000000000001",
        rrn="632811234567",
        nmid="ID20260000001",
        terminal_id="A01",
        issuer="002",
        payer_mask="•••001",
        paid_at=None,
    )
    assert facts.claims_paid


def test_a_query_answer_gives_the_banks_paid_time_and_no_rrn() -> None:
    facts = wire.read(QUERY)
    assert facts.paid_at == datetime(2026, 11, 24, 10, 5, tzinfo=timezone(timedelta(hours=7)))
    assert facts.rrn == ""
    assert facts.terminal_id == "A01"


@pytest.mark.parametrize(
    "amount",
    [
        None,
        {},
        "13000.00",
        {"value": "13000", "currency": "IDR"},
        {"value": 13000.00, "currency": "IDR"},
        {"value": "13.000,00", "currency": "IDR"},
        {"value": "-1.00", "currency": "IDR"},
        {"value": "0.00", "currency": "IDR"},
        {"value": "13000.00", "currency": "USD"},
        {"value": "NaN", "currency": "IDR"},
    ],
)
def test_an_unreadable_amount_is_named_and_never_zero(amount: object) -> None:
    facts = wire.read({**NOTICE, "amount": amount})
    assert facts.amount is None
    assert facts.problem


@pytest.mark.parametrize("paid", ["2026-11-24T10:05:00", "kemarin", "", None, 5])
def test_a_paid_time_without_zone_is_not_a_time(paid: object) -> None:
    assert wire.read({**QUERY, "paidTime": paid}).paid_at is None


def test_a_paid_time_may_be_in_utc() -> None:
    assert wire.read({**QUERY, "paidTime": "2026-11-24T03:05:00Z"}).paid_at == datetime(
        2026, 11, 24, 3, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(("number", "shown"), [("6281388370001", "•••001"), ("12345", "•••"), ("", "")])
def test_customer_numbers_are_masked(number: str, shown: str) -> None:
    assert wire.mask(number) == shown


ODD: list[Any] = [
    None,
    True,
    0,
    "",
    " ",
    "x" * 200,
    "00",
    [],
    [1],
    {},
    {"value": "1.00", "currency": "IDR"},
    {"rrn": 5},
]


@given(st.dictionaries(st.sampled_from([*NOTICE, "paidTime"]), st.sampled_from(ODD)))
def test_reading_never_fails(body: dict[str, Any]) -> None:
    facts = wire.read(body)
    assert facts.amount is None or facts.amount > 0
    assert len(facts.rrn) <= 40


def test_every_state_kind_and_trouble_has_words() -> None:
    assert set(texts.STATE_LABELS) == set(State)
    assert set(texts.KIND_LABELS) == set(Kind)
    assert set(texts.TROUBLE_TEXTS) == set(texts.Trouble)
    assert {str(kind) for kind in Kind if kind is not Kind.EXACT} <= {str(one) for one in texts.Trouble}
    words = [
        word for text in texts.TROUBLE_TEXTS.values() for word in (text.title, text.meaning, text.action)
    ]
    assert all(word and "!" not in word for word in words)
