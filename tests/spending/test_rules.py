"""The pure rules: states only move along the table, whatever is tried."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.spending import models, rules
from payments.spending.rules import Deed, State

amounts = st.decimals(min_value="0.01", max_value="999999999", places=2)


def test_states_are_those_of_the_model() -> None:
    assert [str(state) for state in State] == models.SpendState.values
    assert {str(state) for state in rules.HOLDING} == set(models.spends.HOLDING)
    assert {str(state) for state in rules.SPENT} == set(models.spends.SPENT)


def test_channels_and_ways_are_those_of_the_models() -> None:
    assert set(rules.CHANNELS) == set(models.Source.values)
    assert {channel for found in rules.CHANNELS.values() for channel in found} == set(models.Channel.values)
    every = {
        way
        for source, channels in rules.CHANNELS.items()
        for channel in channels
        for way in rules.ways(source, channel)
    }
    assert every == set(models.Way.values)


@given(st.lists(st.sampled_from(Deed), max_size=14))
def test_paid_never_goes_back_and_final_states_stay(deeds: list[Deed]) -> None:
    state, seen = State.DRAFT, [State.DRAFT]
    for deed in deeds:
        state = rules.after(state, deed) or state
        seen.append(state)
    for earlier, later in pairwise(seen):
        if earlier in rules.SPENT:
            assert later in rules.SPENT
        if earlier in rules.FINAL:
            assert later is earlier


@given(st.lists(st.sampled_from(Deed), max_size=14))
def test_nothing_is_paid_that_nobody_approved(deeds: list[Deed]) -> None:
    state, approved = State.DRAFT, False
    for deed in deeds:
        after = rules.after(state, deed)
        approved = approved or (after is not None and deed is Deed.APPROVE)
        state = after or state
    assert approved or state not in rules.SPENT


def test_every_state_but_final_ones_leads_somewhere() -> None:
    starts = {start for start, _ in rules.moves()}
    assert starts == set(State) - rules.FINAL


@pytest.mark.parametrize(
    ("source", "channel", "purse"),
    [
        ("up", "cms", "up_cash"),
        ("gu", "qris", "up_cash"),
        ("tu", "cash", "tu"),
        ("kkpd", "card", "up_kkpd"),
        ("kkpd", "qris", "up_kkpd"),
        ("ls", "cms", None),
        ("up", "emoney", None),
    ],
)
def test_each_source_has_its_purse(source: str, channel: str, purse: str | None) -> None:
    assert rules.purse_of(source, channel) == purse


@given(amounts, amounts)
def test_net_and_taxes_are_gross(amount: Decimal, taxes: Decimal) -> None:
    if taxes >= amount:
        with pytest.raises(ValueError, match="pajak"):
            rules.net(amount, taxes)
    else:
        assert rules.net(amount, taxes) + taxes == amount
        assert rules.net(amount, taxes) > 0


def test_a_test_that_is_not_on_the_list_is_an_error() -> None:
    assert rules.failed_checks(dict.fromkeys(rules.CHECKS, True)) == []
    assert rules.failed_checks({"tax": True}) == [name for name in rules.CHECKS if name != "tax"]
    with pytest.raises(ValueError, match="uji tidak dikenal"):
        rules.failed_checks({"colour": True})


def test_card_and_emoney_withhold_no_taxes() -> None:
    assert not rules.withholds("kkpd", "card")
    assert not rules.withholds("up", "emoney")
    assert rules.withholds("up", "qris")
