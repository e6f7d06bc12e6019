"""The outcome of every case, by its laws, and alike in the phone's language."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from retribusi.gate.rules import LABELS, Outcome, Shown, judge
from retribusi.gate.words import ANSWERS, filled

DAY = date(2026, 11, 24)
shown = st.builds(
    Shown,
    forged=st.booleans(),
    known=st.booleans(),
    point_id=st.integers(1, 3),
    valid_date=st.sampled_from([DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]),
    used=st.booleans(),
    refunded=st.booleans(),
)


@given(shown, st.integers(1, 3))
def test_only_a_ticket_with_nothing_against_it_goes_in(one: Shown, point: int) -> None:
    against = (
        one.forged, not one.known, one.point_id != point, one.valid_date != DAY, one.refunded, one.used
    )  # fmt: skip
    assert (judge(one, point_id=point, on=DAY) is Outcome.ACCEPTED) == (not any(against))


@given(shown)
def test_the_gravest_reason_is_the_one_that_is_said(one: Shown) -> None:
    found = judge(one, point_id=1, on=DAY)
    if one.forged:
        assert found is Outcome.FORGED
    elif not one.known:
        assert found is Outcome.UNKNOWN
    elif found in {Outcome.REFUNDED, Outcome.ALREADY_USED}:
        assert (one.point_id, one.valid_date) == (1, DAY)


@given(shown)
def test_used_up_and_given_back_never_turn_a_refusal_into_entry(one: Shown) -> None:
    before = judge(one, point_id=1, on=DAY)
    worse = Shown(one.forged, one.known, one.point_id, one.valid_date, used=True, refunded=one.refunded)
    if before is not Outcome.ACCEPTED:
        assert judge(worse, point_id=1, on=DAY) is not Outcome.ACCEPTED


def test_each_answer_has_its_words_its_sign_and_its_outcome() -> None:
    assert set(LABELS) == set(Outcome)
    assert set(Outcome) <= set(ANSWERS)
    facts = {
        "tarif": "Dewasa",
        "pada": "x",
        "perangkat": "y",
        "tanggal": "z",
        "titik": "w",
        "daftar": "10.00",
    }
    for code in ANSWERS:
        words = filled(code, **facts)
        assert words["title"]
        assert "{" not in words["text"]
    refused = [ANSWERS[one].icon for one in Outcome if one is not Outcome.ACCEPTED]
    assert len(set(refused)) == len(refused), "each refusal has a sign of its own"
