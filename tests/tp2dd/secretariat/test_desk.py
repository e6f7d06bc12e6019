"""The team, registers, meetings and data requests: what the services take, refuse and keep."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import DatabaseError

from opd.models import AuditEvent, Role
from tests.opd.cast import agency, person
from tests.tp2dd.secretariat.world import AT, DAY, World
from tp2dd.secretariat import queries
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Agreement, DataRequest, Meeting
from tp2dd.secretariat.services import meetings, registers, requests, team
from tp2dd.secretariat.verification import LAWS

pytestmark = pytest.mark.usefixtures("today")


def lawful() -> bool:
    return not [problem for law in LAWS for problem in law.check().problems]


def test_a_decree_has_the_seats_of_the_law_and_ends_the_one_before(world: World) -> None:
    old = world.decree()
    assert [seat.position for seat in old.seats.all()[:4]] == ["chair", "vice", "executive", "secretary"]
    assert old.seats.count() == 13
    new = team.record_decree(
        number="T.2/2026",
        decree_date=DAY,
        about="Perubahan susunan",
        valid_from=DAY,
        by=world.secretary,
        at=AT,
    )
    old.refresh_from_db()
    assert old.valid_to == DAY - timedelta(days=1)
    assert queries.decree_on(DAY) == new
    assert queries.decree_on(DAY - timedelta(days=1)) == old
    assert {row.holder for row in queries.roster(new, DAY)} == {None}
    assert sum(row.holder is not None for row in queries.roster(old, DAY - timedelta(days=1))) == 4
    assert lawful()


def test_a_successor_ends_the_days_of_the_one_before(world: World) -> None:
    seat = world.decree().seats.first()
    assert seat
    team.appoint(seat_id=seat.pk, name="Pejabat baru", nip="", valid_from=DAY, by=world.secretary, at=AT)
    by_day = {
        day: seat.holders.valid(on=day).get().name for day in (DAY - timedelta(days=1), DAY)
    }  # fmt: skip
    assert list(by_day.values()) == ["Pejabat 1", "Pejabat baru"]
    with pytest.raises(DeskError, match="memegang kedudukan ini"):
        team.appoint(seat_id=seat.pk, name="Terlambat", nip="", valid_from=DAY, by=world.secretary, at=AT)
    assert lawful()


def test_an_activity_is_recorded_after_it_happened_and_voided_with_a_reason(world: World) -> None:
    told = {
        "task": "b", "title": "Sosialisasi", "place": "Bengkulu", "participants": 10,
        "summary": "Berjalan baik",
        "opds": [world.opd], "by": world.secretary, "at": AT,
    }  # fmt: skip
    with pytest.raises(DeskError, match="setelah kegiatannya selesai"):
        registers.record_activity(first_day=DAY + timedelta(days=1), last_day=None, **told)  # type: ignore[arg-type]
    row = registers.record_activity(first_day=DAY, last_day=None, **told)  # type: ignore[arg-type]
    assert {one.letter: one.count for one in queries.by_task(DAY, DAY)}["b"] == 1
    registers.void_activity(activity_id=row.pk, reason="Salah catat", by=world.secretary, at=AT)
    assert {one.letter: one.count for one in queries.by_task(DAY, DAY)}["b"] == 0
    with pytest.raises(DeskError, match="sudah dibatalkan"):
        registers.void_activity(activity_id=row.pk, reason="Sekali lagi", by=world.secretary, at=AT)


@pytest.mark.parametrize(
    ("days", "tone"), [(-1, "bad"), (0, "wait"), (90, "wait"), (91, "ok")]
)  # fmt: skip
def test_an_agreement_warns_before_its_end(days: int, tone: str) -> None:
    row = Agreement(valid_from=DAY - timedelta(days=400), valid_to=DAY + timedelta(days=days))
    assert row.standing(DAY, 90)[0] == tone


def planned(world: World, days: int) -> Meeting:
    world.decree()
    return meetings.plan(
        title="Rapat bulanan", agenda="Satu\nDua", starts_at=AT + timedelta(days=days), place="Bapenda",
        chair="", by=world.secretary, at=AT - timedelta(days=9),
    )  # fmt: skip


def test_a_meeting_goes_from_invitation_to_minutes(world: World) -> None:
    row = planned(world, -1)
    assert [one.name for one in row.attendances.all()] == [f"Pejabat {n}" for n in range(1, 5)]
    row = meetings.invite(meeting_id=row.pk, by=world.secretary, at=AT - timedelta(days=5))
    assert row.invitation
    assert row.invitation.number == "1/UND-TP2DD/BAPENDA/2026"
    told = {
        "meeting_id": row.pk,
        "others": [("Tamu", "OJK")],
        "decisions": "",
        "by": world.secretary,
        "at": AT,
    }
    with pytest.raises(DeskError, match="Tulis pembahasannya"):
        meetings.hold(present=["1"], discussion=" ", **told)  # type: ignore[arg-type]
    first = row.attendances.all()[0]
    row = meetings.hold(present=[str(first.pk)], discussion="Dibahas bersama", **told)  # type: ignore[arg-type]
    assert row.minutes
    assert {one.name for one in row.attendances.filter(present=True)} == {first.name, "Tamu"}
    with pytest.raises(DeskError):
        meetings.cancel(meeting_id=row.pk, reason="Terlambat", by=world.secretary, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=row.pk).update(discussion="lain")


def test_a_cancelled_meeting_voids_its_invitation(world: World) -> None:
    row = planned(world, 5)
    with pytest.raises(DeskError, match="undangannya sudah terbit"):
        meetings.hold(meeting_id=row.pk, present=[], others=[], discussion="Belum", decisions="",
                      by=world.secretary, at=AT)  # fmt: skip
    row = meetings.invite(meeting_id=row.pk, by=world.secretary, at=AT)
    row = meetings.cancel(meeting_id=row.pk, reason="Bentrok jadwal", by=world.secretary, at=AT)
    assert row.invitation
    assert row.invitation.voided_at


def test_a_request_is_answered_sent_back_and_accepted(world: World) -> None:
    row = world.asks()
    requests.answer(request_id=row.pk, answer="Rekap terlampir", by=world.head, at=AT)
    requests.send_back(request_id=row.pk, reason="Bulan Mei kosong", due_on=None, by=world.secretary, at=AT)
    row.refresh_from_db()
    assert (row.state, row.answered_on) == ("open", None)
    requests.answer(request_id=row.pk, answer="Rekap lengkap", by=world.head, at=AT)
    requests.accept(request_id=row.pk, by=world.secretary, at=AT)
    kinds = list(row.events.values_list("kind", flat=True))
    assert kinds == ["asked", "answered", "sent_back", "answered", "accepted"]
    assert AuditEvent.objects.filter(action="secretariat.request_accepted").count() == 1
    with pytest.raises(DeskError, match="diterima"):
        requests.answer(request_id=row.pk, answer="Sekali lagi", by=world.head, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        DataRequest.objects.filter(pk=row.pk).update(answer="lain")
    assert lawful()


def test_only_whom_it_was_asked_of_answers(world: World) -> None:
    row, outside = world.asks(), world.asks(outside="Samsat Bengkulu")
    other = person("pa.lain", Role.PA, agency("113", "Dinas Pariwisata"))
    for who, asked in ((other, row), (world.member, row), (world.secretary, row), (world.head, outside)):
        with pytest.raises(PermissionDenied):
            requests.answer(request_id=asked.pk, answer="Bukan saya", by=who, at=AT)
    requests.answer(request_id=outside.pk, answer="Surat Samsat 12", by=world.secretary, at=AT)
    with pytest.raises(PermissionDenied):
        requests.accept(request_id=outside.pk, by=world.member, at=AT)


def test_a_request_names_one_and_a_day_to_come(world: World) -> None:
    told = {"subject": "Rekap", "period": "2026", "note": "", "by": world.secretary, "at": AT}
    for opd, body in ((None, ""), (world.opd, "Samsat")):
        with pytest.raises(DeskError, match="Pilih satu"):
            requests.ask(opd=opd, body=body, due_on=DAY, **told)  # type: ignore[arg-type]
    with pytest.raises(DeskError, match="sudah lewat"):
        requests.ask(opd=world.opd, body="", due_on=date(2026, 7, 1), **told)  # type: ignore[arg-type]


def test_a_reminder_is_a_numbered_letter_once_a_day(world: World) -> None:
    row = world.asks()
    letter = requests.remind(request_id=row.pk, by=world.secretary, at=AT)
    assert letter.number == "1/ING-TP2DD/BAPENDA/2026"
    with pytest.raises(DeskError, match="sudah terbit"):
        requests.remind(request_id=row.pk, by=world.secretary, at=AT)
    again = requests.remind(request_id=row.pk, by=world.secretary, at=AT + timedelta(days=1))
    assert again.sequence == 2
    row.refresh_from_db()
    assert row.state == "open"


def test_those_who_owe_stand_together_of_either_kind(world: World) -> None:
    late = requests.ask(
        opd=world.opd, body="", subject="Rekap lama", period="2025", note="", due_on=DAY - timedelta(days=3),
        by=world.secretary, at=AT - timedelta(days=9),
    )  # fmt: skip
    world.asks(outside="Samsat Bengkulu")
    found = queries.owing(DAY)
    assert [(row.name, row.late) for row in found] == [(world.opd.name, 1), ("Samsat Bengkulu", 0)]
    assert found[0].owed[0].url.endswith(f"/{late.pk}/")


HARMS = {
    "a request is closed by hand": (
        "UPDATE secretariat_datarequest SET state = 'withdrawn'", "secretariat.told",
    ),
    "a saved file counts otherwise": (
        "ALTER TABLE secretariat_figure DISABLE TRIGGER USER; DELETE FROM secretariat_figure",
        "secretariat.figures",
    ),
    "two hold one seat": (
        "UPDATE secretariat_holder SET valid_from = '2025-01-01'", "secretariat.holders",
    ),
    "a guard is gone": ("ALTER TABLE secretariat_decree DISABLE TRIGGER USER", "secretariat.guards"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_found(world: World, harm: str) -> None:
    world.decree()
    world.asks()
    world.saved()
    assert lawful()
    statement, law = HARMS[harm]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert law in {one.name for one in LAWS if one.check().problems}
