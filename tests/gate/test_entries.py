"""What a gate answers, and what of it stays on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection

from opd.models import AuditEvent
from retribusi import tickets
from retribusi.gate.errors import GateError
from retribusi.gate.models import Device, Entry
from retribusi.gate.rules import Outcome
from retribusi.gate.services import devices, entries
from retribusi.models import Ticket
from retribusi.services.keys import verifying_keys
from tests.gate.cast import Gate, hash_of, problems, showing
from tests.incoming.world import make_account
from tests.retribusi.cast import AT, make_point


def test_a_good_ticket_goes_in_once(gate: Gate) -> None:
    first, second, _ = gate.tickets()
    assert gate.outcome(first) == "accepted"
    assert gate.outcome(second.code) == "accepted"
    first.refresh_from_db()
    assert first.state == Ticket.State.USED
    again = gate.show(first, gate.south)
    assert again.entry is not None
    assert again.first is not None
    assert (again.entry.outcome, again.first.device) == ("already_used", gate.north)
    assert not again.entry.let_in
    assert problems() == []


def test_a_code_is_read_however_it_was_typed(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    typed = f" {ticket.code[:3].lower()}-{ticket.code[3:].lower()} "
    assert gate.outcome(typed) == "accepted"
    assert Entry.objects.get().way == Entry.Way.CODE


def test_a_forged_ticket_is_told_apart_from_a_damaged_one(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    facts = tickets.verify(ticket.token, verifying_keys())
    forged = tickets.sign(replace(facts, serial="00" * 8), Ed25519PrivateKey.generate())
    unknown_key = tickets.sign(replace(facts, key_id=99), Ed25519PrivateKey.generate())
    assert gate.outcome(forged) == "forged"
    assert gate.outcome(unknown_key) == "forged"
    assert gate.outcome(ticket.token[:-9]) == "damaged"
    assert gate.outcome("https://contoh.invalid/") == "not_a_ticket"
    assert Entry.objects.count() == 2, "what was no ticket at all leaves no entry"


def test_other_days_and_other_places_are_said_so(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    tomorrow = AT + timedelta(days=1)
    assert gate.outcome(ticket, device_at=tomorrow) == "other_day"
    assert gate.outcome(ticket.code, device_at=tomorrow) == "other_day"
    museum = gate.museum
    account = make_account(
        museum.partner, museum.opd, merchant_id="M2", nmid="ID2000000000002", bank_account="2"
    )
    other = make_point(museum.opd, account, slug="lain", name="Taman Lain")
    phone = devices.enrol(
        point=other, name="Gerbang Taman", key_hash=hash_of("taman"), by=gate.officer, at=AT
    )
    assert gate.outcome(ticket, phone) == "other_point"
    assert gate.outcome(ticket.code, phone) == "other_point"
    assert gate.outcome(ticket) == "accepted", "nothing of this used it up"


def test_a_refunded_ticket_does_not_hold(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.VOID)
    assert gate.outcome(ticket) == "refunded"


def test_an_unknown_code_is_kept_as_such(gate: Gate) -> None:
    assert gate.outcome("AAAAAA") == "unknown"
    assert Entry.objects.get().ticket is None


def test_the_same_entry_sent_again_adds_nothing(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    row = showing(ticket, gate.north)
    once = gate.take(gate.north, row)
    again = gate.take(gate.north, row, replace(row, offline=True, let_in=True))
    assert [one.entry.outcome for one in (*once, *again) if one.entry] == ["accepted"] * 3
    assert Entry.objects.count() == 1
    (mixed,) = gate.take(gate.north, replace(row, shown="AAAAAA"))
    assert (mixed.entry, mixed.problem) == (None, "mixed_up")


def test_two_phones_without_network_are_found_at_sync(gate: Gate) -> None:
    found = gate.conflict()
    assert found.entry is not None
    assert (found.entry.outcome, found.entry.let_in, found.entry.is_conflict) == ("already_used", True, True)
    assert list(Entry.objects.conflicts()) == [found.entry]
    assert AuditEvent.objects.filter(action="gate.conflict").count() == 1
    assert problems() == []


def test_a_lost_answer_can_only_add_that_the_person_went_in(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    gate.show(ticket, gate.south)
    row = showing(ticket, gate.north)
    gate.take(gate.north, row)
    gate.take(gate.north, replace(row, offline=True, let_in=True))
    gate.take(gate.north, replace(row, offline=True, let_in=False))
    assert Entry.objects.get(pk=row.id).let_in
    assert AuditEvent.objects.filter(action="gate.conflict").count() == 1
    assert problems() == []


def test_who_was_turned_away_without_network_keeps_the_ticket(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    assert gate.outcome(ticket, offline=True, let_in=False, told="refunded") == "refunded"
    assert gate.outcome(ticket, offline=True, let_in=False) == "unknown"
    assert gate.outcome(ticket) == "accepted"


def test_a_wrong_clock_is_put_right_before_the_day_is_judged(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    behind = AT - timedelta(days=30)
    row = showing(ticket, gate.north, device_at=behind, offline=True, let_in=True)
    sent_at, at = behind + timedelta(minutes=5), AT + timedelta(minutes=10)
    entries.take(device=gate.north, showings=[row], sent_at=sent_at, at=at)
    entry = Entry.objects.get()
    assert (entry.outcome, entry.entered_at) == ("accepted", AT + timedelta(minutes=5))
    assert entry.device_clock == behind


def test_a_late_sync_is_judged_by_the_day_of_the_entry(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    row = showing(ticket, gate.north, offline=True, let_in=True)
    when = AT + timedelta(days=2)
    (answer,) = entries.take(device=gate.north, showings=[row], sent_at=when, at=when)
    assert answer.entry is not None
    assert answer.entry.outcome == "accepted"
    assert problems() == []


def test_an_entry_of_a_place_that_is_not_the_officers_is_refused(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    (answer,) = gate.take(gate.north, showing(ticket, gate.north, point_id=999_999))
    assert answer.problem == "mixed_up"


def test_too_many_at_once_are_refused_whole(gate: Gate) -> None:
    rows = [showing("AAAAAA", gate.north) for _ in range(entries.MOST_AT_ONCE + 1)]
    with pytest.raises(GateError, match="Sisanya"):
        gate.take(gate.north, *rows)
    assert not Entry.objects.exists()


def test_a_failed_audit_leaves_the_ticket_unused(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    (ticket,) = gate.tickets(1)
    gate.show(ticket)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr("retribusi.gate.services.entries.audit.record", fail)
    with pytest.raises(RuntimeError):
        gate.show(ticket, gate.south, offline=True, let_in=True)
    assert Entry.objects.count() == 1


def test_a_conflict_is_explained_once_and_only_a_conflict(gate: Gate) -> None:
    entry = gate.conflict().entry
    assert entry is not None
    said = entries.explain(
        entry_id=entry.pk, cause="shared", note="Dua orang, satu tiket", by=gate.treasurer, at=AT
    )
    again = entries.explain(entry_id=entry.pk, cause="clock", note="lain lagi", by=gate.treasurer, at=AT)
    assert (again.pk, again.cause) == (said.pk, "shared")
    first = Entry.objects.get(outcome=Outcome.ACCEPTED)
    with pytest.raises(GateError, match="bukan benturan"):
        entries.explain(entry_id=first.pk, cause="shared", note="Dua orang", by=gate.treasurer, at=AT)
    with pytest.raises(PermissionDenied):
        entries.explain(entry_id=entry.pk, cause="shared", note="Dua orang", by=gate.officer, at=AT)


def test_an_explanation_says_something(gate: Gate) -> None:
    entry = gate.conflict().entry
    assert entry is not None
    with pytest.raises(GateError, match="Tulis apa"):
        entries.explain(entry_id=entry.pk, cause="other", note="  ya ", by=gate.treasurer, at=AT)


def test_a_phone_is_enrolled_once_and_its_name_is_its_own(gate: Gate) -> None:
    point = gate.museum.point
    same = devices.enrol(
        point=point, name="Gerbang Utara", key_hash=gate.north.key_hash, by=gate.officer, at=AT
    )
    assert same == gate.north
    with pytest.raises(GateError, match="Sudah ada perangkat bernama"):
        devices.enrol(point=point, name="Gerbang Utara", key_hash=hash_of("lain"), by=gate.officer, at=AT)
    with pytest.raises(PermissionDenied):
        devices.enrol(point=point, name="Gerbang", key_hash=hash_of("x"), by=gate.treasurer, at=AT)
    devices.revoke(device_id=gate.north.pk, reason="ponsel hilang", by=gate.treasurer, at=AT)
    devices.enrol(point=point, name="Gerbang Utara", key_hash=hash_of("baru"), by=gate.officer, at=AT)
    with pytest.raises(GateError, match="sudah didaftarkan"):
        devices.enrol(point=point, name="Lagi", key_hash=gate.north.key_hash, by=gate.officer, at=AT)


def test_a_phone_is_revoked_once_with_a_reason(gate: Gate) -> None:
    with pytest.raises(GateError, match="alasannya"):
        devices.revoke(device_id=gate.north.pk, reason=" - ", by=gate.treasurer, at=AT)
    devices.revoke(device_id=gate.north.pk, reason="ponsel hilang", by=gate.treasurer, at=AT)
    devices.revoke(device_id=gate.north.pk, reason="alasan lain", by=gate.treasurer, at=AT)
    assert Device.objects.get(pk=gate.north.pk).revoked_reason == "ponsel hilang"
    assert AuditEvent.objects.filter(action="gate.revoke").count() == 1


EXPLAIN_A_GOOD_ONE = """
    INSERT INTO gate_explanation (entry_id, cause, note, made_by_id, made_at)
    SELECT e.id, 'other', 'x', d.officer_id, now() FROM gate_entry e JOIN gate_device d ON d.id = e.device_id
     WHERE e.outcome = 'accepted'
"""
REFUSED = {
    "DELETE FROM gate_entry": "DELETE ditolak",
    "TRUNCATE gate_entry CASCADE": "TRUNCATE ditolak",
    "DELETE FROM gate_device": "DELETE ditolak",
    "UPDATE gate_entry SET outcome = 'unknown'": "tidak dapat diubah",
    "UPDATE gate_entry SET let_in = false": "tidak dapat diubah",
    "UPDATE gate_device SET name = 'lain'": "tidak dapat diubah",
    "UPDATE gate_explanation SET note = 'lain'": "UPDATE ditolak",
    EXPLAIN_A_GOOD_ONE: "bukan benturan",
}


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_forget(gate: Gate, statement: str) -> None:
    entry = gate.conflict().entry
    assert entry is not None
    entries.explain(entry_id=entry.pk, cause="other", note="Diperiksa", by=gate.treasurer, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=REFUSED[statement]):
            cursor.execute(statement)
