"""Two gates at one moment: the same ticket, the same batch, a refund while it enters. Real connections."""

from __future__ import annotations

import pytest

from retribusi.gate.models import Entry
from retribusi.gate.rules import Outcome
from retribusi.gate.verification import LAWS
from tests.gate.cast import Gate, problems, showing
from tests.incoming.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_phones_sync_the_same_tickets_at_once(gate: Gate) -> None:
    tickets = gate.tickets(8)
    rows = {
        phone.pk: [showing(one, phone, offline=True, let_in=True) for one in order]
        for phone, order in ((gate.north, tickets), (gate.south, tickets[::-1]))
    }
    together(
        lambda: gate.take(gate.north, *rows[gate.north.pk]),
        lambda: gate.take(gate.south, *rows[gate.south.pk]),
    )
    assert Entry.objects.filter(outcome=Outcome.ACCEPTED).count() == 8
    assert Entry.objects.conflicts().count() == 8
    assert problems() == []
    assert all(law.check().rows for law in LAWS)


def test_one_batch_that_arrives_four_times_at_once_is_kept_once(gate: Gate) -> None:
    rows = [showing(one, gate.north, offline=True, let_in=True) for one in gate.tickets(5)]
    found = together(*[lambda: gate.take(gate.north, *rows)] * 4)
    outcomes = {one.entry.outcome for answers in found for one in answers if one.entry}
    assert (outcomes, Entry.objects.count()) == ({"accepted"}, 5)
    assert problems() == []


def test_one_person_at_two_gates_online_gets_in_once(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    found = together(*[lambda: gate.show(ticket, gate.north), lambda: gate.show(ticket, gate.south)])
    assert sorted(one.entry.outcome for one in found) == ["accepted", "already_used"]
    assert not Entry.objects.conflicts().exists()
