"""The matching rule alone: it never guesses, never uses anything twice, and does not depend on the order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from payments.kkpd.matching import Side, fits, match

DAY = date(2026, 6, 1)


def side(id: str, *, rrn: str = "", amount: int = 100, day: int = 0, card: int = 1) -> Side:
    return Side(id, card, rrn, Decimal(amount), DAY + timedelta(days=day))


def pairs(bills: list[Side], reports: list[Side]) -> list[tuple[str, str, str]]:
    return [(one.bill, one.report, one.rule) for one in match(bills, reports, days=3)]


def test_rrn_comes_first_even_where_amounts_differ() -> None:
    assert pairs([side("b", rrn="1", amount=100)], [side("r", rrn="1", amount=90)]) == [("b", "r", "rrn")]


def test_rrn_of_another_card_is_another_purchase() -> None:
    assert pairs([side("b", rrn="1")], [side("r", rrn="1", card=2)]) == []


def test_card_amount_and_date_match_within_days() -> None:
    assert pairs([side("b")], [side("r", day=3)]) == [("b", "r", "details")]
    assert pairs([side("b")], [side("r", day=4)]) == []
    assert pairs([side("b")], [side("r", amount=101)]) == []


def test_different_rrn_never_match_by_details() -> None:
    assert pairs([side("b", rrn="1")], [side("r", rrn="2")]) == []


def test_twins_are_left_to_a_person() -> None:
    assert pairs([side("b1"), side("b2")], [side("r1"), side("r2")]) == []
    assert pairs([side("b1"), side("b2")], [side("r1")]) == []


def test_an_rrn_resolves_one_twin_and_frees_the_other() -> None:
    found = pairs([side("b1", rrn="1"), side("b2")], [side("r1", rrn="1"), side("r2")])
    assert found == [("b1", "r1", "rrn"), ("b2", "r2", "details")]


def sides(prefix: str) -> st.SearchStrategy[list[Side]]:
    """Up to six with unique ids and, where there are any, unique RRN per card."""
    one = st.tuples(
        st.integers(1, 2), st.sampled_from(["", "1", "2", "3"]), st.integers(1, 2), st.integers(0, 6)
    )
    rows = st.lists(one, max_size=6, unique_by=lambda row: (row[0], row[1]) if row[1] else object())
    return rows.map(
        lambda found: [
            side(f"{prefix}{at}", card=card, rrn=rrn, amount=amount, day=day)
            for at, (card, rrn, amount, day) in enumerate(found)
        ]
    )


@given(sides("b"), sides("r"))
def test_nothing_is_used_twice_and_every_pair_fits(bills: list[Side], reports: list[Side]) -> None:
    found = match(bills, reports, days=3)
    assert len({one.bill for one in found}) == len({one.report for one in found}) == len(found)
    by_id = {one.id: one for one in [*bills, *reports]}
    for one in found:
        bill, report = by_id[one.bill], by_id[one.report]
        assert bill.card == report.card
        assert (bill.rrn == report.rrn != "") if one.rule == "rrn" else fits(bill, report, 3)


@given(sides("b"), sides("r"), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    bills: list[Side], reports: list[Side], random: object
) -> None:
    mixed, others = list(bills), list(reports)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(others)  # type: ignore[attr-defined]
    assert match(mixed, others, days=3) == match(bills, reports, days=3)


@given(sides("b"), sides("r"))
def test_what_stays_open_was_ambiguous_or_had_no_candidate(bills: list[Side], reports: list[Side]) -> None:
    found = match(bills, reports, days=3)
    used = {one.bill for one in found} | {one.report for one in found}
    left = [one for one in bills if one.id not in used]
    rest = [one for one in reports if one.id not in used]
    again = [one for one in match(left, rest, days=3) if one.rule == "rrn"]
    assert not again
