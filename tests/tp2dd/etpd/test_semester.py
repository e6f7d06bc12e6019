"""A semester's way: facts, answers, requests, review, freeze, filing, correction; each refusal whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from opd.models import AuditEvent, Role
from opd.office import attachments, documents
from opd.office.attachments import AttachmentError
from tests.opd.cast import agency, person
from tests.tp2dd.etpd.world import AT, DAY, World, official, picture
from tp2dd.etpd import exporting, facts, report, rights, services
from tp2dd.etpd.facts import Fact, Source
from tp2dd.etpd.models import Answer, Reading, Request, RubricVersion, Semester, span
from tp2dd.etpd.services import Change, EtpdError, locking
from tp2dd.etpd.verification import LAWS

pytestmark = pytest.mark.django_db


def say(world: World, letter: str, value: str, *, seen: int = 0, reason: str = "") -> int:
    change = Change(letter, value, seen, reason)
    return services.answer(semester_id=world.semester.pk, changes=[change], by=world.secretary, at=AT)


def laws_hold() -> None:
    assert {law.name: law.check().problems for law in LAWS} == {law.name: [] for law in LAWS}


def test_opening_reads_the_facts_and_sets_the_deadline(world: World) -> None:
    assert world.semester.due_on == date(2026, 7, 7)
    assert locking.values(world.semester)["nama_daerah"] == "Bengkulu"
    assert locking.values(world.semester)["nama_petugas"] == world.secretary.name
    assert services.open_semester(year=2025, half=2, by=world.secretary, at=AT).due_on == date(2026, 1, 7)
    laws_hold()


@pytest.mark.parametrize(
    ("year", "half", "told"),
    [(2026, 1, "sudah dibuka"), (2026, 3, "Pilih semester"), (2027, 1, "baru mulai")],
)
def test_a_semester_opens_once_and_not_before_it_begins(
    world: World, year: int, half: int, told: str
) -> None:
    with pytest.raises(EtpdError, match=told):
        services.open_semester(year=year, half=half, by=world.secretary, at=AT)
    assert Semester.objects.count() == 1


def test_one_wrong_value_leaves_the_others_unwritten(world: World) -> None:
    changes = [Change("CJ", "Ya", 0), Change("CK", "Mungkin", 0)]
    with pytest.raises(EtpdError, match=r"Kolom CK .*tidak ada dalam daftar") as refused:
        services.answer(semester_id=world.semester.pk, changes=changes, by=world.secretary, at=AT)
    assert refused.value.field == "k_CK"
    assert "qris" not in locking.values(world.semester)


def test_a_fact_is_overridden_only_with_a_reason_and_keeps_its_reading(world: World) -> None:
    with pytest.raises(EtpdError, match="berbeda dari fakta “Bengkulu”"):
        say(world, "C", "Provinsi Bengkulu", seen=1)
    say(world, "C", "Provinsi Bengkulu", seen=1, reason="Ejaan situs nasional")
    standing = locking.current(world.semester)["nama_daerah"]
    assert (standing.origin, standing.serial, standing.reason) == ("typed", 2, "Ejaan situs nasional")
    assert standing.reading is not None
    assert standing.reading.source == "etpd.identity"
    services.refresh_facts(semester_id=world.semester.pk, by=world.secretary, at=AT)
    assert locking.values(world.semester)["nama_daerah"] == "Provinsi Bengkulu"
    say(world, "C", "Bengkulu", seen=2)
    assert locking.current(world.semester)["nama_daerah"].origin == "fact"
    assert Answer.objects.filter(field="nama_daerah").count() == 3


def test_an_answer_that_repeats_a_fact_follows_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, "5000")
    assert services.refresh_facts(semester_id=world.semester.pk, by=world.secretary, at=AT) == 1
    counted(monkeypatch, "7500")
    assert services.refresh_facts(semester_id=world.semester.pk, by=world.secretary, at=AT) == 1
    assert services.refresh_facts(semester_id=world.semester.pk, by=world.secretary, at=AT) == 0
    assert locking.values(world.semester)["total_pajak_daerah_dari_qris"] == "7500"
    assert Reading.objects.filter(field="total_pajak_daerah_dari_qris").count() == 2


def counted(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A source of the test's own, for a column that the product has no fact for."""
    name = "total_pajak_daerah_dari_qris"
    source = Source("test.taxes", "Uji", [name], lambda asked: {name: Fact(value, "hitungan uji")})
    monkeypatch.setitem(facts._sources, "test.taxes", source)


def test_two_sources_never_answer_one_column() -> None:
    with pytest.raises(ValueError, match=r"etpd\.identity"):
        facts.register(Source("lain", "Lain", ["nama_daerah"], lambda asked: {}))


def test_an_answer_given_since_one_looked_is_not_overwritten(world: World) -> None:
    say(world, "CJ", "Ya")
    with pytest.raises(EtpdError, match=r"Kolom CJ .* baru saja diisi Sekretaris .* dengan “Ya”"):
        say(world, "CJ", "Tidak")
    assert say(world, "CJ", "Ya") == 0
    assert say(world, "CJ", "Tidak", seen=1) == 1


def ask(world: World, **other: Any) -> Request:
    values: dict[str, Any] = {
        "letter": "DS", "opd": agency("146", "Kominfo"), "person": None, "note": "Cakupan 4G",
        "evidence_kind": "report", "due_on": DAY,
    }  # fmt: skip
    return services.ask(semester_id=world.semester.pk, by=world.secretary, at=AT, **values | other)


def test_the_asked_agency_answers_with_evidence_and_nobody_else(world: World) -> None:
    asked = ask(world)
    head = person("pa", Role.PA, asked.opd)
    other = person("pa.lain", Role.PA, agency("120", "Dikbud"))
    with pytest.raises(PermissionDenied):
        services.reply(request_id=asked.pk, value="95", by=other, at=AT)
    assert list(rights.of(head)) == [asked]
    assert not rights.of(other)
    with pytest.raises(EtpdError, match="Lampirkan dahulu buktinya: laporan atau rekap"):
        services.reply(request_id=asked.pk, value="95", by=head, at=AT)
    attachments.attach(subject=asked, kind="report", upload=picture(), by=head, at=AT)
    with pytest.raises(EtpdError, match="0 sampai 100"):
        services.reply(request_id=asked.pk, value="950", by=head, at=AT)
    services.reply(request_id=asked.pk, value="95", by=head, at=AT)
    standing = locking.current(world.semester)["jaringan_4g"]
    assert (standing.value, standing.origin, standing.request) == ("95", "asked", asked)
    with pytest.raises(EtpdError, match="sudah ditutup"):
        services.reply(request_id=asked.pk, value="90", by=head, at=AT)


def test_evidence_of_another_kind_is_not_taken(world: World) -> None:
    asked = ask(world)
    head = person("pa", Role.PA, asked.opd)
    with pytest.raises(AttachmentError, match="jenis bukti"):
        attachments.attach(subject=asked, kind="letter", upload=picture(), by=head, at=AT)
    sheet = SimpleUploadedFile("rekap.xlsx", b"PK\x03\x04 bukan bukti")
    with pytest.raises(AttachmentError, match="bukan foto"):
        attachments.attach(subject=asked, kind="report", upload=sheet, by=head, at=AT)
    assert not attachments.of(asked)


def test_a_role_over_the_province_answers_only_what_it_was_asked_by_name(world: World) -> None:
    member = person("tp2dd", Role.TP2DD_MEMBER)
    assert not rights.may_reply(member, ask(world))
    assert rights.may_reply(member, ask(world, letter="DR", opd=None, person=member))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"letter": "AO"}, "hanya untuk kabupaten"),
        ({"letter": "ZZ"}, "Kolom ZZ tidak ada"),
        ({"opd": None}, "satu OPD atau satu orang"),
        ({"due_on": date(2026, 7, 1)}, "sudah lewat"),
        ({"evidence_kind": "lisan"}, "bukti yang diminta"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(world: World, other: dict[str, Any], told: str) -> None:
    with pytest.raises(EtpdError, match=told):
        ask(world, **other)
    assert not Request.objects.exists()


def test_a_column_is_asked_once_at_a_time(world: World) -> None:
    asked = ask(world)
    with pytest.raises(EtpdError, match="sudah diminta"):
        ask(world)
    services.withdraw(request_id=asked.pk, reason="Salah alamat", by=world.secretary, at=AT)
    assert ask(world).state == "open"


def test_sending_names_what_is_missing_or_wrong(world: World) -> None:
    with pytest.raises(EtpdError, match="Belum dijawab: kolom A, F, G, H, I"):
        world.submit()
    world.fill_all(total_realisasi_pajak_daerah="10", total_pajak_daerah_dari_qris="11", qris="Ya",
                   total_realisasi_pendapatan_asli_daerah="20")  # fmt: skip
    with pytest.raises(EtpdError, match="lebih kecil dari kolom CM"):
        world.submit()
    assert world.semester.state == "filling"


def test_the_reviewer_remarks_returns_and_accepts(world: World) -> None:
    world.fill_all()
    world.submit()
    pk, by = world.semester.pk, world.reviewer
    services.remark(semester_id=pk, letter="CJ", text="Bukti QRIS mana?", by=by, at=AT)
    with pytest.raises(EtpdError, match="catatan pada kolom CJ"):
        services.accept(semester_id=pk, by=by, at=AT)
    services.send_back(semester_id=pk, text="Perbaiki kolom CJ", by=by, at=AT)
    world.semester.refresh_from_db()
    assert (world.semester.state, world.semester.round) == ("filling", 2)
    world.submit()
    world.accept()
    assert world.semester.state == "accepted"
    with pytest.raises(EtpdError, match="Disetujui"):
        say(world, "CJ", "Tidak", seen=1)


def test_freezing_issues_the_report_and_nothing_changes_after_it(world: World) -> None:
    row = world.frozen()
    assert row.document is not None
    assert row.document.number == "1/ETPD/BAPENDA/2026"
    assert documents.fingerprint(row.document.facts) == row.document.sha256
    headings = [part["heading"] for part in row.document.facts["sections"]]
    assert any("Pasal 21" in line for line in row.document.facts["sections"][0]["sentences"])
    assert [one[:2] for one in headings if one] == ["A.", "B.", "C.", "In"]
    assert row.index is not None
    assert 0 < row.index <= Decimal(100)
    names = [one["name"] for one in row.document.facts["signers"]]
    assert names == ["", world.reviewer.name, world.secretary.name]
    laws_hold()
    assert all(law.check().rows for law in LAWS)


FORBIDDEN = [
    "UPDATE etpd_semester SET index = 99",
    "UPDATE etpd_semester SET state = 'filling', frozen_at = NULL",
    "UPDATE etpd_semester SET digest = repeat('0', 64)",
    "DELETE FROM etpd_semester",
    "UPDATE etpd_answer SET value = 'Ya'",
    "DELETE FROM etpd_answer",
    "INSERT INTO etpd_answer (semester_id, field, serial, value, origin, reason, at)"
    " SELECT id, 'qris', 99, 'Ya', 'typed', '', now() FROM etpd_semester",
    "INSERT INTO etpd_reading (semester_id, field, value, source, words, url, at)"
    " SELECT id, 'qris', 'Ya', 'x', '', '', now() FROM etpd_semester",
    "UPDATE etpd_rubricversion SET code = 'x'",
    "UPDATE etpd_formversion SET code = 'x'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_itself_refuses_to_change_what_is_frozen(world: World, statement: str) -> None:
    world.frozen()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_an_answer_to_no_question_and_a_rubric_that_is_not_whole(world: World) -> None:
    with pytest.raises(DatabaseError, match="tidak ada di formulir"), transaction.atomic():
        Answer.objects.create(semester=world.semester, field="entah", serial=1, origin="typed", at=AT)
    content = RubricVersion.objects.get().content
    content["measures"][0]["weight"] = "99"
    with pytest.raises(DatabaseError, match="tidak berjumlah 100"), transaction.atomic():
        RubricVersion.objects.create(code="x", name="x", valid_from=DAY, legal_basis="x", content=content)


def test_a_failed_audit_row_leaves_nothing_frozen(world: World) -> None:
    world.fill_all()
    world.submit()
    world.accept()
    broken = mock.patch("tp2dd.etpd.services.freezing.audit.record", side_effect=RuntimeError)
    with broken, pytest.raises(RuntimeError):
        world.freeze("Tetap")
    world.semester.refresh_from_db()
    assert world.semester.state == "accepted"
    assert documents.current(report.KIND.code, world.semester) is None


def test_facts_that_changed_since_the_review_need_a_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(monkeypatch, "0")
    services.refresh_facts(semester_id=world.semester.pk, by=world.secretary, at=AT)
    world.fill_all()
    world.submit()
    world.accept()
    counted(monkeypatch, "7500")
    with pytest.raises(EtpdError, match="Fakta kolom CM berubah"):
        world.freeze()
    row = world.freeze("Tutup buku dahulu")
    assert (row.stale, row.stale_reason) == (
        [{"column": "CM", "value": "0", "fact": "7500"}], "Tutup buku dahulu",
    )  # fmt: skip


def file(world: World, *, on: date, at: datetime, proof: Any = None) -> Semester:
    return services.file(
        semester_id=world.semester.pk, filed_on=on, number="SIP2DD-7/2026", proof=proof or picture(),
        by=world.secretary, at=at,
    )  # fmt: skip


def test_filing_keeps_its_proof_and_tells_when_it_is_late(world: World) -> None:
    world.frozen()
    late = datetime(2026, 7, 9, 3, tzinfo=UTC)
    row = file(world, on=date(2026, 7, 9), at=late)
    assert (row.state, row.is_late(date(2027, 1, 1))) == ("filed", True)
    assert attachments.missing(["filing"], row) == []
    event = AuditEvent.objects.get(action="etpd.file")
    assert event.after == {"state": "filed", "filed_on": "2026-07-09", "late": True}
    with pytest.raises(EtpdError, match="Sudah disampaikan"):
        file(world, on=date(2026, 7, 9), at=late)


def test_a_proof_of_the_wrong_kind_records_no_filing(world: World) -> None:
    row = world.frozen()
    wrong = SimpleUploadedFile("bukti.docx", b"PK\x03\x04")
    with pytest.raises(EtpdError, match="Bukti penyampaian: Berkas bukan foto") as refused:
        file(world, on=DAY, at=AT, proof=wrong)
    assert refused.value.field == "proof"
    with pytest.raises(EtpdError, match="antara pembekuan"):
        file(world, on=date(2026, 7, 1), at=AT)
    row.refresh_from_db()
    assert (row.state, list(attachments.of(row))) == ("frozen", [])


def test_a_correction_is_a_new_version_and_the_old_one_stays(world: World) -> None:
    old = world.frozen()
    with pytest.raises(EtpdError, match="alasan"):
        services.correct(semester_id=old.pk, reason="", by=world.secretary, at=AT)
    fresh = services.correct(semester_id=old.pk, reason="Salah kolom CN", by=world.secretary, at=AT)
    assert (str(fresh), fresh.state) == ("Semester I 2026, versi 2", "filling")
    assert locking.values(fresh) == locking.values(old)
    with pytest.raises(EtpdError, match="sudah diganti versi perbaikan"):
        file(world, on=DAY, at=AT)
    world.semester = fresh
    say(world, "DS", "80", seen=1)
    assert locking.values(old)["jaringan_4g"] == "90"
    laws_hold()


def test_the_export_comes_back_as_it_went(world: World) -> None:
    world.fill_all(total_target_pendapatan_asli_daerah="1250000000", nomor_kontak="+62 736 21450")
    form, values = official(), locking.values(world.semester)
    book = openpyxl.load_workbook(io.BytesIO(exporting.workbook(form, values)))
    head, row = list(book["IETPD"].iter_rows(values_only=True))
    assert list(head) == [column.header for column in form.columns]
    assert row[8] == 1250000000
    assert ["" if cell is None else str(cell) for cell in row] == exporting.row(form, values)
    assert exporting.row(form, values)[6] == "+62 736 21450"


def test_csv_holds_amounts_without_separators(world: World) -> None:
    from django.test import Client
    from django.urls import reverse

    world.fill(total_target_pendapatan_asli_daerah="1.250.000.000")
    client = Client()
    client.force_login(world.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    answer: Any = client.get(reverse("etpd:export", args=[world.semester.pk]))
    head, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert len(head) == len(row) == 129
    assert row[8] == "1250000000"


def rubric(world: World, **other: Any) -> RubricVersion:
    values: dict[str, Any] = {
        "code": "2026-2", "valid_from": DAY, "legal_basis": "Rapat TP2DD 1/2026", "bounds": {},
        "weights": {"sp2d": "5", "cms": "6"},
    }  # fmt: skip
    return services.add_rubric(by=world.secretary, at=AT, **values | other)


def test_a_rubric_whose_weights_do_not_sum_is_not_written(world: World) -> None:
    with pytest.raises(EtpdError, match="berjumlah 99, seharusnya 100"):
        rubric(world, weights={"sp2d": "5"})
    with pytest.raises(EtpdError, match="Batas tahap Maju"):
        rubric(world, bounds={"Maju": "30"})
    assert RubricVersion.objects.count() == 1
    made = rubric(world)
    assert "simulasi internal" in str(made)
    with pytest.raises(EtpdError, match="sudah dipakai"):
        rubric(world)


def test_only_the_secretary_fills_and_only_the_reviewer_reviews(world: World) -> None:
    pk = world.semester.pk
    for who in (world.reviewer, person("tp2dd", Role.TP2DD_MEMBER), person("auditor", Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            services.answer(semester_id=pk, changes=[], by=who, at=AT)
        with pytest.raises(PermissionDenied):
            services.freeze(semester_id=pk, stale_reason="", by=who, at=AT)
    with pytest.raises(PermissionDenied):
        services.accept(semester_id=pk, by=world.secretary, at=AT)


def test_semesters_are_halves_of_a_year() -> None:
    first, second = span(2026, 1), span(2026, 2)
    assert (first.last, second.first) == (date(2026, 6, 30), date(2026, 7, 1))
    assert len(first) + len(second) == 365
