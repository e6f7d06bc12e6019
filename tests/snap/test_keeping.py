"""What the tables refuse, what verify proves, what retention lets go, and two at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from opd.office import crypto
from opd.office.verification import Finding
from payments.snap import inbox, issued, registry, retention, services, tasks, verification
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, IssuedToken, OutgoingCall, Partner, ReplayClaim
from payments.snap.registry import Notice
from tests.snap.bank import Bank, Said, add_partner, last_message
from tests.snap.server import ScriptedBank, answer, running, token

State = InboxMessage.State


def findings() -> dict[str, Finding]:
    return {law.name: law.check() for law in verification.LAWS}


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def lived(bank: Bank) -> Bank:
    """A bank with messages of each fate and two calls of ours."""
    bank.ask_token()
    bank.notify(external_id="1")
    services.mark_processed(last_message().pk, "dibukukan", at=timezone.now())
    bank.notify(external_id="2")
    bank.notify(external_id="2")
    bank.notify(secret="palsu")
    said = {"responseCode": "4045101", "responseMessage": "Transaction Not Found"}
    with running(ScriptedBank(acts=[answer(404, said)], token_acts=[token()])) as server:
        Partner.objects.update(base_url=server.url)
        bank.partner.refresh_from_db()
        services.test_call(bank.partner, at=timezone.now())
    return bank


@pytest.mark.usefixtures("lived")
def test_every_law_holds_and_covers_rows() -> None:
    found = findings()
    rows = {name: finding.rows for name, finding in found.items()}
    assert rows == {
        "snap.claims": 2,
        "snap.accepted": 2,
        "snap.verdicts": 5,
        "snap.calls": 2,
        "snap.originals": 5,
    }
    assert not [finding for finding in found.values() if finding.problems]


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("law", "constraint", "harm"),
    [
        ("snap.claims", "", "DELETE FROM snap_replayclaim WHERE external_id = '1'"),
        ("snap.claims", "", "UPDATE snap_inboxmessage SET external_id = '3' WHERE external_id = '1'"),
        (
            "snap.accepted",
            "",
            "UPDATE snap_inboxmessage SET state = 'refused', verdict = '4015200'"
            " WHERE external_id = '2' AND state = 'accepted'",
        ),
        (
            "snap.verdicts",
            "inbox_refused_has_its_code",
            "UPDATE snap_inboxmessage SET verdict = '2005200' WHERE state = 'refused'",
        ),
        (
            "snap.verdicts",
            "inbox_processed_has_its_outcome",
            "UPDATE snap_inboxmessage SET outcome = '' WHERE state = 'processed'",
        ),
        (
            "snap.verdicts",
            "inbox_accepted_has_its_partner",
            "UPDATE snap_inboxmessage SET partner_id = NULL WHERE state = 'accepted'",
        ),
        ("snap.verdicts", "", "UPDATE snap_inboxmessage SET service = '51' WHERE state = 'accepted'"),
        ("snap.calls", "", "UPDATE snap_outgoingcall SET response_code = '4045201' WHERE service = '51'"),
        ("snap.calls", "", "UPDATE snap_outgoingcall SET response_code = '2005100' WHERE service = '73'"),
        ("snap.originals", "", "UPDATE snap_inboxmessage SET body = 'rusak'"),
    ],
)
def test_each_law_sees_its_harm(law: str, constraint: str, harm: str) -> None:
    if constraint:
        run("SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE snap_inboxmessage DROP CONSTRAINT {constraint}")
    run(harm)
    assert findings()[law].problems


@pytest.mark.usefixtures("lived")
def test_a_body_changed_under_the_same_key_is_seen() -> None:
    InboxMessage.objects.update(body=crypto.encrypt(b"lain"))
    assert "tidak sama" in findings()["snap.originals"].problems[0]


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE snap_inboxmessage SET verdict = '2005200' WHERE state = 'refused'",
        "UPDATE snap_inboxmessage SET outcome = '' WHERE state = 'processed'",
        "UPDATE snap_inboxmessage SET outcome = 'x' WHERE state = 'accepted'",
        "UPDATE snap_inboxmessage SET partner_id = NULL WHERE state = 'accepted'",
        "UPDATE snap_inboxmessage SET verdict = '4005200' WHERE state = 'accepted'",
        "UPDATE snap_outgoingcall SET state = 'success', response_code = '4045101'",
        "UPDATE snap_outgoingcall SET state = 'success', response_code = '2005100', http_status = NULL",
        "UPDATE snap_partner SET query_back = 'above', query_back_above = NULL",
        "UPDATE snap_partner SET signed_path = 'with_prefix'",
        "UPDATE snap_partner SET clock_skew_seconds = 0",
        "UPDATE snap_partnerkey SET valid_to = valid_from - interval '1 day'",
        "INSERT INTO snap_replayclaim (partner_id, day, external_id, message_id)"
        " SELECT partner_id, day, external_id, (SELECT max(id) FROM snap_inboxmessage) FROM snap_replayclaim",
    ],
)
def test_the_database_itself_refuses(harm: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run(harm)


def test_a_refused_message_stays_refused_and_an_accepted_one_accepted(bank: Bank) -> None:
    bank.notify()
    accepted = last_message()
    inbox.refuse(accepted, code="4015200", reason="terlambat", partner=None)
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED


def test_retention_keeps_rows_and_lets_bodies_go(lived: Bank) -> None:
    future = timezone.now() + timedelta(days=3661)
    services.mark_processed(services.pending(Service.QR_NOTIFY, 1)[0].inbox_id, "x", at=timezone.now())
    done = retention.clean(at=future)
    assert (done["refused"], done["bodies"], done["calls"]) == (2, 3, 2)
    assert not IssuedToken.objects.exists()
    assert InboxMessage.objects.filter(state="processed", body=None).count() == 3
    assert ReplayClaim.objects.count() == 2
    assert not OutgoingCall.objects.exclude(request=None).exists()
    assert findings()["snap.originals"].rows == 0
    assert not [finding for finding in findings().values() if finding.problems]


def test_retention_leaves_what_is_young_or_not_worked_off(lived: Bank) -> None:
    assert retention.clean(at=timezone.now()) == {"tokens": 0, "refused": 0, "bodies": 0, "calls": 0}
    retention.clean(at=timezone.now() + timedelta(days=3661))
    assert len(services.pending(Service.QR_NOTIFY, 10)) == 1


def test_ended_tokens_go_a_day_later(bank: Bank) -> None:
    now = timezone.now()
    issued.issue(bank.partner, at=now - issued.LIFE - timedelta(hours=23))
    issued.issue(bank.partner, at=now - issued.LIFE - timedelta(hours=25))
    tasks.clean()
    assert IssuedToken.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_messages_at_once_one_is_accepted() -> None:
    bank = Bank(add_partner())
    handled: list[Notice] = []
    registry.register(Service.QR_NOTIFY, handled.append)
    shared, ready = bank.token(), threading.Barrier(6)
    said: list[Said] = []

    def deliver() -> None:
        try:
            ready.wait()
            said.append(Bank(bank.partner).notify(external_id="77", token=shared))
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.code for answer in said) == ["2005200", *["4095200"] * 5]
    assert len(handled) == 1
    assert InboxMessage.objects.count() == 6
    assert ReplayClaim.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_handler_s_rows_are_committed_with_the_acceptance() -> None:
    bank = Bank(add_partner())
    seen: list[bool] = []

    def look(notice: Notice) -> None:
        seen.append(connection.in_atomic_block)
        transaction.on_commit(lambda: seen.append(InboxMessage.objects.filter(state="accepted").exists()))

    registry.register(Service.QR_NOTIFY, look)
    assert bank.notify().code == "2005200"
    assert seen == [True, True]
