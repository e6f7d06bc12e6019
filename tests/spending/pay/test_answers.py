"""The maps of the bank's answers are total, and only what is certain is certain."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.snap.codes import MESSAGES
from payments.spending.bank import answers
from payments.spending.bank.answers import Expected, Outcome
from payments.spending.bank.bodies import plain
from payments.spending.bank.words import reason_of, status_reason

OURS = Expected("ours", Decimal("5000.00"))
EARLIER = {"40900", "40901", "40418", "40400", "40401", "40414"}


@pytest.mark.parametrize(("http", "case"), sorted(MESSAGES))
def test_every_code_of_snap_has_one_meaning_and_words(http: int, case: str) -> None:
    code = f"{http}17{case}"
    outcome = answers.outcome_of_refusal(code)
    certain = 400 <= http < 500 and f"{http}{case}" not in EARLIER
    assert outcome is (Outcome.NOT_DONE if certain else Outcome.UNCLEAR)
    assert code in reason_of(code)


@given(st.text(max_size=9))
def test_what_is_no_code_of_refusal_is_unclear(code: str) -> None:
    if not (len(code) == 7 and code.isdecimal() and code.startswith("4")):
        assert answers.outcome_of_refusal(code) is Outcome.UNCLEAR
    assert answers.outcome_of_refusal(code) is not Outcome.DONE


@given(st.one_of(st.text(max_size=3), st.integers(), st.none(), st.binary(max_size=2)))
def test_only_status_00_is_done(status: object) -> None:
    outcome = answers.outcome_of_status(status)
    assert (outcome is Outcome.DONE) == (status == "00")
    assert (outcome is Outcome.NOT_DONE) == (status in ("05", "06"))
    assert status_reason(status)


@given(st.text(max_size=9))
def test_a_refused_question_never_says_done_or_failed(code: str) -> None:
    assert answers.outcome_of_refused_status(code) in {Outcome.NOT_FOUND, Outcome.UNCLEAR}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"partnerReferenceNo": "ours", "amount": {"value": "5000.00", "currency": "IDR"}}, Outcome.DONE),
        ({}, Outcome.DONE),
        ({"partnerReferenceNo": "theirs"}, Outcome.UNCLEAR),
        ({"amount": {"value": "5000.01", "currency": "IDR"}}, Outcome.UNCLEAR),
        ({"amount": {"value": "5000.00", "currency": "USD"}}, Outcome.UNCLEAR),
        ({"amount": 5000}, Outcome.UNCLEAR),
    ],
)
def test_a_success_that_speaks_of_something_else_is_unclear(
    body: dict[str, object], outcome: Outcome
) -> None:
    assert answers.told_of_order(body, OURS).outcome is outcome
    status = {**body, "latestTransactionStatus": "00"}
    if "partnerReferenceNo" in body:
        status["originalPartnerReferenceNo"] = status.pop("partnerReferenceNo")
    assert answers.told_of_status(status, OURS).outcome is outcome


def test_the_facts_of_a_success_are_read() -> None:
    body = {
        "referenceNo": " BANK1 ",
        "transactionDate": "2026-06-01T09:00:00+07:00",
        "additionalInfo": {"rrn": "632811000001"},
    }
    told = answers.told_of_order(body, OURS)
    assert (told.reference_no, told.rrn) == ("BANK1", "632811000001")
    assert told.paid_at == datetime(2026, 6, 1, 2, tzinfo=UTC)


def test_facts_of_a_wrong_kind_are_as_if_absent() -> None:
    body = {"referenceNo": 7, "transactionDate": "kemarin", "additionalInfo": "x"}
    told = answers.told_of_order(body, OURS)
    assert (told.reference_no, told.rrn, told.paid_at) == ("", "", None)


@given(st.text(max_size=80), st.integers(min_value=1, max_value=60))
def test_text_for_banks_is_plain_and_short(words: str, longest: int) -> None:
    found = plain(words, longest)
    assert len(found) <= longest
    assert found.isascii()
    assert not set(found) & set(';"|\n\r\t=+@')
