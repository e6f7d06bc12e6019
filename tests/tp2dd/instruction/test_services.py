"""From a draft to a closed instruction, and what each step refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from opd.models import AuditEvent, Role, User
from opd.office import attachments
from opd.office.models import Document
from opd.services.people import assign_role
from tests.opd.cast import agency, person
from tests.tp2dd.instruction.world import AT, LATER, WRITTEN, World, sheet
from tp2dd.instruction import services
from tp2dd.instruction.compliance import Standing
from tp2dd.instruction.models import Duty, Instruction, Reminder
from tp2dd.instruction.services import InstructionError
from tp2dd.instruction.subjects import PROOF
from tp2dd.instruction.verification import LAWS

pytestmark = pytest.mark.django_db
LETTER = "Kami minta Saudara melapor secepatnya."


def remind(world: World, **more: Any) -> Reminder:
    asked: dict[str, Any] = {"text": LETTER, "by": world.secretary, "at": AT}
    return services.remind(addressee_id=world.addressee().pk, **asked | more)


def test_an_instruction_is_issued_acknowledged_reported_and_closed(world: World) -> None:
    world.issue()
    assert Duty.objects.count() == 6
    duty = world.reported()
    assert world.row().marks[0].judged.standing == Standing.WAITING
    services.accept(duty_id=duty.pk, note="", by=world.secretary, at=AT)
    assert world.row().marks[0].judged.standing == Standing.MET
    remind(world)
    closed = services.close(
        instruction_id=world.instruction.pk, note="Diteruskan tahun depan", by=world.sekda, at=LATER
    )
    assert closed.brief is not None
    assert (closed.state, closed.brief.kind) == ("closed", "instruction_brief")
    assert "1 dari 2 OPD" in str(closed.brief.facts)
    found = [law.check() for law in LAWS]
    assert not [problem for one in found for problem in one.problems]
    assert all(one.rows for one in found)
    trail = AuditEvent.objects.filter(action__startswith="instruction.").order_by("pk")
    assert list(trail.values_list("action", flat=True)) == [
        "instruction.draft", *["instruction.add_point"] * 3, "instruction.issue", "instruction.acknowledge",
        "instruction.report", "instruction.accepted", "instruction.remind", "instruction.close",
    ]  # fmt: skip


def test_a_new_instruction_replaces_the_old_one(world: World) -> None:
    old = world.issue()
    newer = replace(WRITTEN, number="800/99/2026")
    made = world.issue(written=newer, replaces_id=old.pk)
    old.refresh_from_db()
    assert (old.state, old.ending, made.state) == ("replaced", "Diganti oleh instruksi 800/99/2026", "issued")
    with pytest.raises(InstructionError, match="harus instruksi yang berlaku"):
        world.draft(replaces_id=old.pk)


def test_two_drafts_cannot_both_replace_the_same(world: World) -> None:
    old = world.issue()
    drafts = [world.whole(written=replace(WRITTEN, number=f"80{n}/2026"), replaces_id=old.pk) for n in (1, 2)]
    services.issue(instruction_id=drafts[0].pk, by=world.sekda, at=AT)
    with pytest.raises(InstructionError, match="tidak lagi berlaku"):
        services.issue(instruction_id=drafts[1].pk, by=world.sekda, at=AT)


def test_a_report_that_does_not_do_comes_back_and_is_reported_again(world: World) -> None:
    world.issue()
    duty = world.reported()
    services.send_back(duty_id=duty.pk, reason="Belum ditandatangani", by=world.secretary, at=AT)
    mark = world.row(LATER.date()).marks[0].judged
    assert (mark.standing, mark.late, mark.is_overdue) == (Standing.RETURNED, 5, True)
    assert world.report(at=LATER).reported_on == date(2026, 8, 5)
    assert [event.kind for event in duty.events.all()] == ["reported", "returned", "reported"]
    assert all(event.evidence for event in duty.events.all() if event.kind == "reported")


def test_an_accepted_exemption_takes_the_agency_out_of_the_count(world: World) -> None:
    world.issue()
    duty = world.reported(2, "exempt")
    services.accept(duty_id=duty.pk, note="", by=world.secretary, at=AT)
    assert world.row(LATER.date()).marks[1].judged.standing == Standing.EXEMPT
    total = world.board(LATER.date()).totals[1][1]
    assert (total.met, total.applies, total.overdue) == (0, 1, 1)


def test_points_move_up_when_one_is_removed(world: World) -> None:
    row = world.whole()
    services.remove_point(instruction_id=row.pk, serial=1, by=world.secretary, at=AT)
    assert [(point.serial, point.measure) for point in row.points.all()] == [(1, "takings"), (2, "channel")]


def test_an_edit_changes_the_letter_and_its_agencies(world: World) -> None:
    row = world.whole()
    changed = replace(WRITTEN, subject="Transaksi nontunai bertahap")
    services.edit(
        instruction_id=row.pk,
        written=changed,
        opd_ids=[world.other.pk],
        replaces_id=None,
        by=world.secretary,
        at=AT,
    )
    row.refresh_from_db()
    assert row.subject == "Transaksi nontunai bertahap"
    assert [one.opd for one in row.addressees.all()] == [world.other]


def test_a_reminder_is_a_numbered_letter_that_names_what_lacks(world: World) -> None:
    world.issue()
    world.acknowledge()
    made = remind(world, at=LATER)
    assert made.document.number == "1/PENGINGAT/136/2026"
    told = str(made.document.facts)
    assert LETTER in told
    assert "Retribusi dengan QRIS" in told
    with pytest.raises(InstructionError, match="sudah diingatkan hari ini"):
        remind(world, at=LATER)
    assert Document.objects.filter(kind="reminder").count() == 1


def draft(**changes: Any) -> Callable[[World], object]:
    return lambda world: world.draft(written=replace(WRITTEN, **changes))


def point(**changes: Any) -> Callable[[World], object]:
    said = {"text": "Belanja nontunai", "deadline": date(2026, 9, 1), "measure": "report"} | changes
    return lambda world: (world.draft(), world.point(**said))


DRAFTS: dict[str, tuple[Callable[[World], object], str]] = {
    "a number that says nothing": (draft(number=" "), "nomor"),
    "no subject": (draft(subject="x"), "perihal"),
    "no content": (draft(content="pendek"), "pokok"),
    "no legal basis": (draft(legal_basis=""), "dasar"),
    "a day to come": (draft(day=date(2026, 7, 11)), "setelah hari ini"),
    "a deadline before its day": (draft(deadline=date(2026, 6, 1)), "mendahului"),
    "nobody addressed": (lambda world: world.draft(opd_ids=[]), "paling sedikit satu OPD"),
    "an agency that is not": (lambda world: world.draft(opd_ids=[999_999]), "paling sedikit satu OPD"),
    "a point without words": (point(text=" "), "apa yang harus"),
    "a point due before the letter": (point(deadline=date(2026, 6, 1)), "mendahului"),
    "an unknown measure": (point(measure="kira-kira"), "cara mengukur"),
    "a channel without its name": (point(measure="channel"), "kanalnya"),
    "a share without its target": (point(measure="share"), "persen"),
    "a share beyond the whole": (point(measure="share", target=101), "persen"),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_that_does_not_hold_together_is_refused(world: World, name: str) -> None:
    deed, words = DRAFTS[name]
    with pytest.raises(InstructionError, match=words):
        deed(world)


def issue(world: World) -> object:
    return services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)


def close(world: World, note: str = "Sudah selesai") -> object:
    return services.close(instruction_id=world.instruction.pk, note=note, by=world.sekda, at=AT)


def drop(world: World, reason: str = "Salah surat") -> object:
    return services.drop(instruction_id=world.instruction.pk, reason=reason, by=world.secretary, at=AT)


def again(world: World) -> None:
    """Another draft with the same number."""
    world.issue()
    world.whole()


def accept(world: World, by: Any = None) -> object:
    return services.accept(duty_id=world.duty().pk, note="", by=by or world.secretary, at=AT)


def done(world: World) -> None:
    """Everything done by exemption."""
    world.issue()
    world.acknowledge()
    for serial in (1, 2, 3):
        world.prove(serial)
        duty = world.report(serial, "exempt")
        services.accept(duty_id=duty.pk, note="", by=world.secretary, at=AT)


def closed(world: World) -> None:
    world.issue()
    close(world)


Step = Callable[[World], object]
STEPS: dict[str, tuple[Step, Step, str]] = {
    "issue without a scan": (
        lambda w: (w.draft(), w.point(text="Butir satu", deadline=date(2026, 9, 1), measure="report")), issue,
        "pindaian suratnya",
    ),
    "issue without a point": (lambda w: (w.draft(), w.letter()), issue, "butir"),
    "issue twice": (World.issue, issue, "tidak dapat diubah"),
    "issue a number that is taken": (again, issue, "sudah dipakai"),
    "drop what is issued": (World.issue, drop, "tidak dapat diubah"),
    "drop without a reason": (World.draft, lambda w: drop(w, " "), "alasannya"),
    "add to what is issued": (
        World.issue, lambda w: w.point(text="Butir lagi", deadline=date(2026, 9, 1), measure="report"),
        "tidak dapat diubah",
    ),
    "remove a point that is not": (
        World.draft,
        lambda w: services.remove_point(instruction_id=w.instruction.pk, serial=9, by=w.secretary, at=AT),
        "Butir ini tidak ada",
    ),
    "close a draft": (World.draft, close, "konsep"),
    "close without a note": (World.issue, lambda w: close(w, " "), "catatan penutup"),
    "close twice": (closed, close, "ditutup"),
    "acknowledge twice": (lambda w: (w.issue(), w.acknowledge()), World.acknowledge, "sudah menyatakan"),
    "acknowledge what is closed": (closed, World.acknowledge, "ditutup"),
    "report before acknowledging": (lambda w: (w.issue(), w.prove()), World.report, "Nyatakan terima"),
    "report without evidence": (lambda w: (w.issue(), w.acknowledge()), World.report, "Lampirkan"),
    "report twice": (lambda w: (w.issue(), w.reported()), World.report, "menunggu diperiksa"),
    "report a measured point as done": (World.issue, lambda w: w.reported(2), "diukur dari data"),
    "report nothing": (World.issue, lambda w: w.reported(1, "mungkin"), "Pilih keadaannya"),
    "accept what nobody reported": (World.issue, accept, "Tidak ada laporan"),
    "accept twice": (lambda w: (w.issue(), w.reported(), accept(w)), accept, "Tidak ada laporan"),
    "send back without a reason": (
        lambda w: (w.issue(), w.reported()),
        lambda w: services.send_back(duty_id=w.duty().pk, reason=" ", by=w.secretary, at=AT),
        "apa yang kurang",
    ),
    "remind who has done all": (done, remind, "sudah melaksanakan semuanya"),
    "remind in two words": (World.issue, lambda w: remind(w, text="Segera."), "Tulis isi suratnya"),
    "remind under a draft": (World.draft, remind, "konsep"),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_out_of_turn_is_refused_and_changes_nothing(world: World, name: str) -> None:
    before, step, words = STEPS[name]
    before(world)
    trail = AuditEvent.objects.count()
    with pytest.raises(InstructionError, match=words):
        step(world)
    kept = AuditEvent.objects.exclude(action__in=["instruction.acknowledge", "evidence.attach"])
    assert kept.count() <= trail
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_each_deed_belongs_to_its_role(world: World) -> None:
    world.issue()
    world.reported()
    member, stranger = (
        person("tp2dd", Role.TP2DD_MEMBER),
        person("pa.lain", Role.PA, agency("146", "Kominfo")),
    )
    pk, addressee, duty = world.instruction.pk, world.addressee().pk, world.duty().pk
    deeds: list[Callable[[], object]] = [
        lambda: services.draft(written=WRITTEN, opd_ids=[], replaces_id=None, by=world.sekda, at=AT),
        lambda: services.issue(instruction_id=pk, by=world.secretary, at=AT),
        lambda: services.close(instruction_id=pk, note="Sudah selesai", by=world.secretary, at=AT),
        lambda: services.acknowledge(addressee_id=addressee, note="", by=stranger, at=AT),
        lambda: services.acknowledge(addressee_id=addressee, note="", by=world.secretary, at=AT),
        lambda: services.report(duty_id=duty, claim="done", text="Sudah selesai semua", by=stranger, at=AT),
        lambda: services.accept(duty_id=duty, note="", by=member, at=AT),
        lambda: services.accept(duty_id=duty, note="", by=world.head, at=AT),
        lambda: services.remind(addressee_id=addressee, text=LETTER, by=world.sekda, at=AT),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()


def test_a_reporter_does_not_judge_their_own_report(world: World) -> None:
    world.issue()
    world.reported()
    assign_role(
        user=world.head, role=Role.SEKRETARIS_TP2DD, opd=None, decree_number="SK 2", decree_date=AT.date(),
        valid_from=AT.date(), valid_to=None, by=None, at=AT,
    )  # fmt: skip
    with pytest.raises(InstructionError, match="orang lain"):
        accept(world, by=User.objects.get(pk=world.head.pk))


def test_evidence_stays_as_it_was_reported(world: World) -> None:
    world.issue()
    duty = world.reported()
    with pytest.raises(PermissionDenied):
        attachments.attach(subject=duty, kind=PROOF, upload=sheet("lain.pdf"), by=world.head, at=AT)
    with pytest.raises(PermissionDenied):
        attachments.remove(attachment=attachments.of(duty)[0], reason="Salah", by=world.head, at=AT)
    letter = attachments.of(world.instruction)[0]
    with pytest.raises(PermissionDenied):
        attachments.remove(attachment=letter, reason="Salah", by=world.secretary, at=AT)


@pytest.mark.parametrize("step", [issue, World.acknowledge, World.report, accept, remind, close])
def test_a_deed_that_cannot_be_written_down_is_not_done(world: World, step: Step) -> None:
    if step is issue:
        world.whole()
    else:
        world.issue()
    if step in (World.report, accept):
        world.acknowledge()
        world.prove()
    if step is accept:
        world.report()
    before = list(Instruction.objects.values_list("state")), list(Duty.objects.values_list("state"))
    documents = Document.objects.count()
    with mock.patch("opd.audit.record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        step(world)
    assert before == (list(Instruction.objects.values_list("state")), list(Duty.objects.values_list("state")))
    assert Document.objects.count() == documents
