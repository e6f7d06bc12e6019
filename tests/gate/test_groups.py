"""One order with many tickets: the rest goes in by one tap, each ticket judged and kept by itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client

from retribusi.gate import queries
from retribusi.gate.models import Device, Entry
from retribusi.gate.services.entries import Answered, Showing
from retribusi.models import Ticket
from tests.gate.cast import Gate, problems, row, sent, showing
from tests.gate.test_live import forged


def rest(shown: Ticket | str, others: Sequence[Ticket], device: Device, **changes: object) -> list[Showing]:
    """One tap: the others of the shown ticket's order."""
    return [showing(shown, device, sibling=queries.serial_hash(one.serial), **changes) for one in others]


def outcomes(answers: Sequence[Answered]) -> list[str]:
    return [one.entry.outcome if one.entry else one.problem for one in answers]


def test_the_rest_of_a_class_goes_in_once(gate: Gate) -> None:
    first, *others = gate.tickets(12)
    assert gate.outcome(first) == "accepted"
    assert queries.rest_of(first) == [queries.serial_hash(one.serial) for one in others]
    assert outcomes(gate.take(gate.north, *rest(first, others, gate.north))) == ["accepted"] * 11
    assert queries.rest_of(first) == []
    assert set(Entry.objects.filter(way="rest").values_list("ticket", flat=True)) == {
        one.pk for one in others
    }
    again = gate.take(gate.south, *rest(first, others, gate.south))
    assert outcomes(again) == ["already_used"] * 11
    assert not any(one.entry.let_in for one in again if one.entry)
    assert gate.outcome(others[0]) == "already_used", "the ticket itself is used up too"
    assert problems() == []


def test_who_came_in_before_or_was_refunded_is_not_let_in_by_the_tap(gate: Gate) -> None:
    first, second, third, fourth = gate.tickets(4)
    gate.show(first)
    gate.show(second, gate.south)
    Ticket.objects.filter(pk=third.pk).update(state=Ticket.State.VOID)
    assert queries.rest_of(first) == [queries.serial_hash(fourth.serial)]
    found = outcomes(gate.take(gate.north, *rest(first, [second, third, fourth], gate.north)))
    assert found == ["already_used", "refunded", "accepted"]


def test_a_code_opens_for_its_order_as_a_qr_does(gate: Gate) -> None:
    first, second = gate.tickets(2)
    gate.show(first.code)
    assert outcomes(gate.take(gate.north, *rest(first.code, [second], gate.north))) == ["accepted"]


def test_the_tap_reaches_no_other_order(gate: Gate) -> None:
    (mine,), (other,) = gate.tickets(1), gate.tickets(1)
    assert outcomes(gate.take(gate.north, *rest(mine, [other], gate.north))) == ["unknown"]
    other.refresh_from_db()
    assert other.state == Ticket.State.VALID


def test_a_forged_ticket_opens_for_nobody(gate: Gate) -> None:
    first, second = gate.tickets(2)
    assert outcomes(gate.take(gate.north, *rest(forged(first), [second], gate.north))) == ["forged"]
    assert outcomes(gate.take(gate.north, *rest("AAAAAA", [second], gate.north))) == ["unknown"]
    second.refresh_from_db()
    assert second.state == Ticket.State.VALID


def test_the_same_tap_sent_again_adds_nothing(gate: Gate) -> None:
    first, *others = gate.tickets(3)
    tap = rest(first, others, gate.north)
    gate.take(gate.north, *tap)
    late = [replace(one, offline=True, let_in=True) for one in tap]
    assert outcomes(gate.take(gate.north, *late)) == ["accepted"] * 2
    assert Entry.objects.count() == 2
    mixed = replace(tap[0], sibling=tap[1].sibling)
    assert outcomes(gate.take(gate.north, mixed)) == ["mixed_up"]
    assert problems() == []


def test_two_phones_without_network_that_let_in_one_class_are_found(gate: Gate) -> None:
    first, *others = gate.tickets(4)
    for phone in (gate.north, gate.south):
        gate.take(phone, *rest(first, others, phone, offline=True, let_in=True, told="accepted"))
    assert Entry.objects.filter(outcome="accepted").count() == 3
    assert Entry.objects.conflicts().count() == 3
    assert problems() == []


@pytest.mark.django_db(transaction=True)
def test_two_gates_at_the_same_moment_let_each_child_in_once(gate: Gate) -> None:
    first, *others = gate.tickets(9)
    taps = [rest(first, others, phone) for phone in (gate.north, gate.south, gate.north, gate.south)]

    def press(tap: list[Showing]) -> list[str]:
        try:
            return outcomes(gate.take(gate.north, *tap))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(taps)) as pool:
        found = [outcome for one in pool.map(press, taps) for outcome in one]
    assert found.count("accepted") == 8
    assert found.count("already_used") == 24
    assert problems() == []


def test_the_phone_is_told_who_else_may_come_in(gate: Gate, client: Client) -> None:
    first, second, third = gate.tickets(3)
    point = gate.museum.point.pk
    (answer,) = sent(client, row(first, point)).json()["jawaban"]
    hashes = [queries.serial_hash(one.serial) for one in (second, third)]
    assert (answer["hasil"], answer["sisa"]) == ("accepted", hashes)
    tap = [row(first, point, rombongan=one) for one in hashes]
    answers = sent(client, *tap).json()["jawaban"]
    assert [(one["hasil"], one["seri"], "sisa" in one) for one in answers] == [
        ("accepted", one, False) for one in hashes
    ]
    (again,) = sent(client, row(first, point)).json()["jawaban"]
    assert "sisa" not in again, "a used ticket opens for nobody"


@pytest.mark.parametrize("given", [1, None, "abc", ["0123456789abcdef"]])
def test_a_tap_that_says_nothing_readable_is_refused_whole(gate: Gate, client: Client, given: object) -> None:
    (ticket,) = gate.tickets(1)
    answer = sent(client, row(ticket, gate.museum.point.pk, rombongan=given))
    assert answer.status_code == 400
    assert not Entry.objects.exists()


def test_the_list_says_which_tickets_came_together(gate: Gate) -> None:
    gate.tickets(1)
    gate.tickets(3)
    gate.tickets(2)
    told = queries.snapshot(gate.north, at=showing("", gate.north).device_at)
    assert told["rombongan"] == [[1, 2, 3], [4, 5]]
