"""A campaign through its stages: who may what when, what is refused and why, and what never changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from opd.models import AuditEvent, Role, RoleAssignment
from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.services.people import assign_role
from tests.opd.cast import SINCE, person
from tests.tp2dd.evaluation.world import AT, LATE, World, picture, seen
from tp2dd.evaluation import queries, rights, services, standing
from tp2dd.evaluation.models import Campaign, Entry, Reading, Result, RubricVersion, Sheet
from tp2dd.evaluation.services import EvaluationError, Said
from tp2dd.evaluation.services.rubrics import newest, reweighed
from tp2dd.evaluation.verification import LAWS

pytestmark = pytest.mark.django_db


def another_rubric(code: str = "2026-2") -> RubricVersion:
    """The shipped rubric with a manual indicator that weighs more, another less."""
    weights = {("P2", "opd"): "35", ("P3", "opd"): "30"}
    by = RoleAssignment.objects.get(role=Role.SEKRETARIS_TP2DD).user
    content = reweighed(newest().content, weights)
    basis = "Keputusan Gubernur uji 12/2026"
    return services.add_rubric(
        code=code, valid_from=date(2026, 8, 1), legal_basis=basis, content=content, by=by, at=AT
    )


def lawful() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def test_a_campaign_goes_from_self_assessment_to_published_scores(world: World) -> None:
    world.published()
    scores = {one.subject: one for one in queries.published_scores()}
    assert set(scores) == {"TP2DD Provinsi", "Dinas Pariwisata", "Dinas Pendidikan"}
    assert scores["Dinas Pariwisata"].score > scores["Dinas Pendidikan"].score
    assert [code for code, _, _ in scores["TP2DD Provinsi"].aspects] == ["proses", "output", "outcome"]
    assert world.sheet(world.other).state == Sheet.State.ABSENT
    lawful()


def test_opening_reads_every_automatic_value_at_once(world: World) -> None:
    assert Reading.objects.filter(sheet=world.sheet(world.opd)).count() == 8
    board = standing.board(world.sheet(world.opd))
    assert board.by_code["P3"].reading_shown == "0%"
    assert board.by_code["C3"].reading_shown == "tidak berlaku"
    assert services.refresh(campaign_id=world.campaign.pk, by=world.secretary, at=AT) == 0


def test_a_period_is_opened_once_and_not_before_it_begins(world: World) -> None:
    days = {"own_due": date(2027, 1, 14), "review_due": date(2027, 1, 20), "final_due": date(2027, 1, 30)}
    given: dict[str, Any] = {"opds": [], "by": world.secretary, "at": AT, **days}
    with pytest.raises(EvaluationError, match="sudah dibuka"):
        services.open_campaign(year=2026, half=1, **given)
    with pytest.raises(EvaluationError, match="baru mulai 01/01/2027"):
        services.open_campaign(year=2027, half=1, **given)
    with pytest.raises(EvaluationError, match="berurutan"):
        services.open_campaign(year=2026, half=2, **(given | {"own_due": date(2027, 2, 1)}))


def test_a_sheet_that_lacks_something_is_not_handed_in_and_says_what(world: World) -> None:
    world.say(world.opd, "P7", "1")
    with pytest.raises(EvaluationError) as refused:
        world.submit(world.opd)
    assert "P2 Sosialisasi dan edukasi pembayaran nontunai: belum diisi." in str(refused.value)
    assert "belum ada bukti (surat keputusan atau peraturan atau surat)" in str(refused.value)
    world.say(world.opd, "P7", "0")
    assert "P7" not in " ".join(standing.board(world.sheet(world.opd)).problems)


def test_a_late_sheet_says_why_and_is_refused_once_the_review_is_closed(world: World) -> None:
    world.fill(world.opd)
    with pytest.raises(EvaluationError, match="Tenggat penilaian mandiri 14/07/2026 sudah lewat"):
        world.submit(world.opd, at=LATE)
    assert world.submit(world.opd, at=LATE, reason="Banjir di kantor").late_reason == "Banjir di kantor"
    world.start_review()
    with pytest.raises(EvaluationError, match="Tulis alasan terlambat"):
        world.hand_in(None)
    world.finish(world.opd)
    world.close()
    with pytest.raises(EvaluationError, match="sudah ditutup"):
        world.submit(None, reason="Banjir di kantor")


def test_evidence_of_the_wrong_kind_is_refused_and_says_what_is_asked(world: World) -> None:
    with pytest.raises(AttachmentError, match="di sini hanya Surat keputusan atau peraturan"):
        world.prove(None, "P1", kind="photo")
    subject = (rights.ITEM, rights.item_id(world.sheet(None), "P2"))
    paper = SimpleUploadedFile("rapat.pdf", b"%PDF-1.4 uji")
    with pytest.raises(AttachmentError, match="Foto kegiatan harus berupa gambar"):
        attachments.attach(subject=subject, kind="photo", upload=paper, by=world.secretary, at=AT)


def test_a_value_out_of_bounds_names_its_indicator(world: World) -> None:
    for code, value, told in (("C4", "101", "antara 0 dan 100"), ("C4", "banyak", "dengan angka"),
                              ("P7", "2", "Ya atau Tidak"), ("P2", "-1", "antara 0"),
                              ("C4", "1,00001", "empat angka")):  # fmt: skip
        with pytest.raises(EvaluationError, match=f"{code} .*{told}"):
            world.say(world.opd, code, value)
    with pytest.raises(EvaluationError, match="P1 tidak dinilai pada Dinas Pariwisata"):
        world.say(world.opd, "P1", "1")


def test_what_does_not_apply_says_why(world: World) -> None:
    with pytest.raises(EvaluationError, match="mengapa C4 tidak berlaku"):
        world.say(world.opd, "C4", "")
    world.say(world.opd, "C4", "", "Tidak melayani masyarakat")
    assert standing.board(world.sheet(world.opd)).by_code["C4"].shown == "tidak berlaku"


def test_an_objection_to_an_automatic_value_counts_only_once_a_reviewer_takes_it_up(world: World) -> None:
    with pytest.raises(EvaluationError, match="berbeda dari nilai otomatis"):
        world.say(world.opd, "P3", "50")
    world.fill(world.opd)
    world.say(world.opd, "P3", "50", "Dua kanal sudah jalan sejak Mei")
    world.submit(world.opd)
    assert standing.board(world.sheet(world.opd)).by_code["P3"].shown == "0%"
    world.start_review()
    world.judge(world.opd, "P3", "25", "Baru satu kanal yang jalan")
    item = standing.board(world.sheet(world.opd)).by_code["P3"]
    assert (item.shown, item.own_shown, item.reading_shown) == ("25%", "50%", "0%")
    assert item.disagrees


def test_the_last_word_stands_above_the_reviewer_and_keeps_every_side(world: World) -> None:
    world.hand_in(world.opd)
    world.start_review()
    world.judge(world.opd, "P2", "1", "Satu kegiatan tanpa daftar hadir")
    world.finish(world.opd)
    world.close()
    said = Said("P2", "4", True, "Dua kegiatan lagi disaksikan sendiri", 0)
    services.decide(sheet_id=world.sheet(world.opd).pk, said=said, by=world.sekda, at=AT)
    services.finalise(campaign_id=world.campaign.pk, by=world.sekda, at=AT)
    line = next(one for one in Result.objects.get(sheet__opd=world.opd).lines if one["code"] == "P2")
    assert line["said"] == {"own": "2", "review": "1", "final": "4"}
    assert (line["value"], line["points"]) == ("4", "100")
    lawful()


def test_a_returned_sheet_is_mended_and_handed_in_again_without_being_late(world: World) -> None:
    world.hand_in(world.opd)
    world.start_review()
    with pytest.raises(EvaluationError, match="apa yang harus diperbaiki"):
        services.send_back(sheet_id=world.sheet(world.opd).pk, reason="", by=world.reviewer, at=AT)
    services.send_back(sheet_id=world.sheet(world.opd).pk, reason="Buktinya kabur", by=world.reviewer, at=AT)
    world.say(world.opd, "C4", "70")
    row = world.submit(world.opd, at=LATE)
    assert (row.state, row.round, row.late_reason) == ("submitted", 2, "")


def test_nobody_reviews_what_they_filled_themselves(world: World) -> None:
    """A person with both roles; the database refuses it too."""
    for role in (Role.TP2DD_MEMBER, Role.SEKDA):
        assign_role(
            user=world.secretary, role=role, opd=None, decree_number="SK 2", decree_date=SINCE,
            valid_from=SINCE, valid_to=None, by=None, at=AT,
        )  # fmt: skip
    world.secretary.__dict__.pop("_assignments_by_day", None)
    world.hand_in(None)
    world.start_review()
    sheet = world.sheet(None)
    said = Said("P2", "4", True, "Menurut saya lebih", 0)
    for deed in (
        lambda: services.review(sheet_id=sheet.pk, said=said, by=world.secretary, at=AT),
        lambda: services.finish(sheet_id=sheet.pk, by=world.secretary, at=AT),
        lambda: services.send_back(sheet_id=sheet.pk, reason="Perbaiki dahulu", by=world.secretary, at=AT),
    ):
        with pytest.raises(PermissionDenied, match="ikut mengisi"):
            deed()
    assert not rights.may_judge(world.secretary, sheet)
    with pytest.raises(DatabaseError, match="mengisi dan menilai"), transaction.atomic():
        Entry.objects.create(
            sheet=sheet, code="P2", side="review", serial=1, value=4, note="Lewat pintu belakang", at=AT,
            by=world.secretary,
        )  # fmt: skip


def test_who_only_attached_evidence_does_not_review_either(world: World) -> None:
    world.fill(world.opd)
    both = person("rangkap", Role.TP2DD_MEMBER)
    subject = (rights.ITEM, rights.item_id(world.sheet(world.opd), "P2"))
    assign_role(
        user=both, role=Role.PPK_OPD, opd=world.opd, decree_number="SK 3", decree_date=SINCE,
        valid_from=SINCE, valid_to=None, by=None, at=AT,
    )  # fmt: skip
    both.__dict__.pop("_assignments_by_day", None)
    attachments.attach(subject=subject, kind="report", upload=_red(), by=both, at=AT)
    world.submit(world.opd)
    world.start_review()
    with pytest.raises(PermissionDenied, match="ikut mengisi"):
        services.finish(sheet_id=world.sheet(world.opd).pk, by=both, at=AT)


def _red() -> SimpleUploadedFile:
    return SimpleUploadedFile("lain.pdf", b"%PDF-1.4 laporan lain")


def test_only_its_own_people_fill_a_sheet(world: World) -> None:
    for who, opd in ((world.head, None), (world.head, world.other), (world.secretary, world.opd),
                     (world.reviewer, world.opd)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            services.fill(
                sheet_id=world.sheet(opd).pk, said=Said("P2", "1", True, "", 0), by=who, at=AT
            )  # fmt: skip


def test_a_review_is_not_closed_while_a_sheet_waits(world: World) -> None:
    world.hand_in(world.opd)
    world.start_review()
    with pytest.raises(EvaluationError, match="Masih menunggu peninjauan: Dinas Pariwisata"):
        world.close()


def test_a_value_that_somebody_else_changed_meanwhile_is_not_overwritten(world: World) -> None:
    world.say(world.opd, "C4", "80")
    said = Said("C4", "90", True, "", 0)
    with pytest.raises(EvaluationError, match="sudah diubah Pa"):
        services.fill(sheet_id=world.sheet(world.opd).pk, said=said, by=world.clerk, at=AT)
    assert world.say(world.opd, "C4", "80") is None
    assert seen(world.sheet(world.opd), "C4", "own") == 1


def test_a_rubric_change_rescores_only_open_periods(world: World) -> None:
    decided = world.published()
    sealed = dict(Result.objects.values_list("pk", "digest"))
    newer = services.open_campaign(
        year=2026, half=2, opds=[world.opd], own_due=date(2027, 1, 14), review_due=date(2027, 1, 28),
        final_due=date(2027, 2, 4), by=world.secretary, at=LATE,
    )  # fmt: skip
    world.campaign = newer
    world.fill(world.opd)
    before = standing.board(world.sheet(world.opd)).result.score
    rubric = another_rubric()
    assert standing.board(world.sheet(world.opd)).result.score == before
    services.use_rubric(
        campaign_id=newer.pk, rubric=rubric, reason="Bobot resmi terbit", by=world.secretary, at=LATE
    )
    assert standing.board(world.sheet(world.opd)).result.score != before
    with pytest.raises(EvaluationError, match="Diumumkan"):
        services.use_rubric(
            campaign_id=decided.pk, rubric=rubric, reason="Bobot resmi terbit", by=world.secretary, at=LATE
        )
    assert dict(Result.objects.values_list("pk", "digest")) == sealed
    lawful()


def test_a_sheet_that_a_new_rubric_makes_incomplete_goes_back(world: World) -> None:
    world.hand_in(world.opd)
    content = reweighed(newest().content, {})
    content["indicators"][0] = content["indicators"][0] | {"weights": {"tp2dd": "25", "opd": "10"}}
    content["indicators"][2]["weights"]["opd"] = "30"
    rubric = services.add_rubric(
        code="2026-3", valid_from=date(2026, 9, 1), legal_basis="Keputusan uji 13/2026", content=content,
        by=world.secretary, at=AT,
    )  # fmt: skip
    services.use_rubric(
        campaign_id=world.campaign.pk, rubric=rubric, reason="Peta jalan wajib", by=world.secretary, at=AT
    )
    assert world.sheet(world.opd).state == Sheet.State.RETURNED


def test_after_the_decision_the_database_refuses_every_change(world: World) -> None:
    world.final()
    sheet, at = world.sheet(world.opd), {"at": AT}
    refused = (
        "UPDATE evaluation_campaign SET read_at = now()",
        "UPDATE evaluation_campaign SET state = 'deciding', decided_at = NULL",
        "UPDATE evaluation_sheet SET round = 9",
        "UPDATE evaluation_result SET score = 100",
        "DELETE FROM evaluation_entry",
        "DELETE FROM evaluation_campaign",
        "TRUNCATE evaluation_event",
    )
    for statement in refused:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for row in (
        Entry(sheet=sheet, code="P2", side="own", serial=9, value=4, by=world.head, **at),
        Entry(sheet=sheet, code="P2", side="final", serial=9, value=4, note="Lagi", by=world.sekda, **at),
        Reading(sheet=sheet, code="P3", value=99, source="rollout.channels", words="palsu", **at),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    with pytest.raises(EvaluationError):
        world.say(world.opd, "C4", "100")
    subject = (rights.ITEM, rights.item_id(sheet, "P2"))
    with pytest.raises(PermissionDenied):
        attachments.attach(subject=subject, kind="photo", upload=picture("baru.png"), by=world.head, at=AT)
    lawful()


def test_a_correction_is_a_new_version_with_the_same_values_and_the_old_one_stays(world: World) -> None:
    old = world.published()
    before = {one.subject: one.score for one in queries.published_scores()}
    with pytest.raises(EvaluationError, match="mengapa hasilnya diperbaiki"):
        services.correct(campaign_id=old.pk, reason="", by=world.secretary, at=AT)
    new = services.correct(campaign_id=old.pk, reason="Foto milik OPD lain", by=world.secretary, at=AT)
    world.campaign = new
    assert (new.revision, new.state, new.corrects) == (2, "review", old)
    assert len(standing.board(world.sheet(world.opd)).by_code["P2"].proofs) == 1
    world.judge(world.opd, "P2", "0", "Fotonya milik OPD lain")
    world.finish(None)
    world.finish(world.opd)
    world.close()
    services.finalise(campaign_id=new.pk, by=world.sekda, at=AT)
    services.publish(campaign_id=new.pk, by=world.sekda, at=AT)
    after = {(one.subject, one.version): one for one in queries.published_scores()}
    assert after["Dinas Pariwisata", 2].score < before["Dinas Pariwisata"]
    assert after["TP2DD Provinsi", 2].score == before["TP2DD Provinsi"]
    assert after["Dinas Pariwisata", 1].score == before["Dinas Pariwisata"]
    assert after["Dinas Pariwisata", 1].superseded
    assert not after["Dinas Pariwisata", 2].superseded
    lawful()


def test_a_failed_audit_write_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.reviewed()
    monkeypatch.setattr(AuditEvent.objects, "create", _fail)
    with pytest.raises(RuntimeError):
        services.finalise(campaign_id=world.campaign.pk, by=world.sekda, at=AT)
    assert Campaign.objects.get(pk=world.campaign.pk).state == "deciding"
    assert not Result.objects.exists()


def _fail(**row: object) -> None:
    raise RuntimeError("the trail can't be written")
