"""Plan documents come in whole or not at all; a file that is wrong is answered with the place."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from opd.models import AuditEvent, Opd, Role
from opd.planning import codes, services
from opd.planning.errors import CodeRefused, ImportRefused
from opd.planning.imports import plan_codes
from opd.planning.models import CodeChange, FileKind, PlanDocument, PlanFile, PlanIndicator, PlanLine
from opd.planning.verification import LAWS
from tests.opd.cast import person
from tests.planning import plans
from tests.planning.plans import BRANCH, KEGIATAN, PROGRAM, SUB, bring
from tests.planning.world import AT, YEAR, tourism


@pytest.fixture
def opd(db: None) -> Opd:
    return tourism()


def test_a_province_wide_document_keeps_agencies_lines_and_indicators(opd: Opd) -> None:
    rows = (*BRANCH, BRANCH[2].but(pagu=None, indicator="Lama tinggal", target="2,50", unit="hari"))
    document = bring("rkpd", plans.csv("rkpd", rows), 900)
    assert (document.version, document.opd, document.version_label) == (0, None, "murni")
    assert list(PlanLine.objects.values_list("level", "code", "opd", "year", "line_no")) == [
        (1, PROGRAM, opd.pk, YEAR, 2), (2, KEGIATAN, opd.pk, YEAR, 3), (3, SUB, opd.pk, YEAR, 4),
    ]  # fmt: skip
    said = PlanIndicator.objects.filter(line__code=SUB).values_list("name", "target", "target_key", "unit")
    assert list(said) == [
        ("Jumlah kunjungan", "100", "100", "orang"),
        ("Lama tinggal", "2,50", "2.5", "hari"),
    ]
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_a_document_of_several_years_keeps_each_year(opd: Opd) -> None:
    rows = [row.but(year=year) for year in (2026, 2027) for row in BRANCH]
    document = bring("renstra", plans.csv("renstra", rows), 1800, opd=opd, last_year=2030)
    assert (document.years, document.lines.filter(year=2027).count()) == ("2026–2030", 3)


def test_versions_follow_one_another_and_all_remain(opd: Opd) -> None:
    first = bring("renja", plans.csv("renja"), 900, opd=opd)
    rows = [row.but(pagu=1000) for row in BRANCH]
    with pytest.raises(ImportRefused, match="murni sudah diimpor"):
        bring("renja", plans.csv("renja", rows), 1000, opd=opd)
    with pytest.raises(ImportRefused, match="mendahului versi sebelumnya"):
        bring(
            "renja", plans.csv("renja", rows), 1000, opd=opd, stage="perubahan", decree_date=date(2025, 1, 1)
        )
    second = bring("renja", plans.csv("renja", rows), 1000, opd=opd, stage="perubahan")
    assert (first.version, second.version, second.version_label) == (0, 1, "perubahan ke-1")
    assert PlanLine.objects.count() == 6


def test_the_same_bytes_are_refused_kindly(opd: Opd) -> None:
    bring("rkpd", plans.csv("rkpd"), 900)
    with pytest.raises(ImportRefused, match="sudah disimpan pada"):
        bring("rkpd", plans.csv("rkpd"), 900, stage="perubahan")
    assert PlanDocument.objects.count() == 1
    bring("kua_ppas", plans.csv("kua_ppas"), 900)
    assert (
        PlanFile.objects.get(kind="kua_ppas").evidence
        == PlanFile.objects.get(state="saved", kind="rkpd").evidence
    )


WRONG = {
    "a code of no shape": ((*BRANCH, BRANCH[2].but(code="3.26.2.1")), "Baris 5, kolom “kode”.*tidak dikenal"),
    "a code of a regency": (
        (*BRANCH, BRANCH[1].but(code="3.26.02.2.01")), "Baris 5, kolom “kode”.*kabupaten/kota",
    ),
    "a child without its parent": (
        (*BRANCH, BRANCH[2].but(code="3.26.09.1.01.0001")), "Baris 5, kolom “kode”.*induknya 3.26.09.1.01",
    ),
    "the same code twice": ((*BRANCH, BRANCH[2]), "Baris 5, kolom “kode”.*sudah ada di baris 4"),
    "the same indicator twice": (
        (*BRANCH, BRANCH[2].but(pagu=None, target="7")),
        "Baris 5, kolom “indikator”.*sudah ada di baris 4",
    ),
    "an unknown agency": (
        (*BRANCH[:2], BRANCH[2].but(office="999")), "Baris 4, kolom “kode_opd”.*daftar OPD",
    ),
    "another year": (tuple(row.but(year=2025) for row in BRANCH), "Baris 2, kolom “tahun”.*2025.*2026"),
    "a target without indicator": (
        (*BRANCH[:2], BRANCH[2].but(pagu=None)), "Baris 4, kolom “pagu”.*pertama kali",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_is_named_and_nothing_is_written(
    opd: Opd, rows: tuple[plans.Said, ...], told: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring("rkpd", plans.csv("rkpd", rows), 900)
    assert re.search(told, " ".join(refused.value.problems))
    assert not PlanDocument.objects.exists()
    assert not PlanLine.objects.exists()


@pytest.mark.parametrize(
    ("content", "control", "told"),
    [
        (plans.csv("rkpd"), 901, "Jumlah baris teratas Rp\xa0900"),
        (plans.csv("rkpd"), None, "Jumlah kontrol belum diisi"),
        (plans.workbook("rkpd", title="RKPD TAHUN 2025"), 900, "Judul berkas menyebut tahun 2025"),
        (plans.workbook("rkpd", merge="B4:B5"), 900, "Baris 4: ada sel yang digabung \\(B4:B5\\)"),
        (plans.csv("renja"), 900, "kode_opd"),
        (ContentFile(b"\x00\x01\x02"), 900, "bukan CSV atau XLSX"),
    ],
    ids=["wrong total", "no total", "wrong title", "merged cells", "another layout", "no table"],
)
def test_a_wrong_file_is_answered_clearly(
    opd: Opd, content: ContentFile[bytes], control: int | None, told: str
) -> None:
    with pytest.raises(ImportRefused, match=told):
        bring("rkpd", content, control, name="rkpd.xlsx")
    assert not PlanDocument.objects.exists()


def test_a_merged_title_and_headings_of_urusan_are_no_fault(opd: Opd) -> None:
    rows = (BRANCH[0].but(code="3", indicator=""), BRANCH[0].but(code="3.26", indicator=""), *BRANCH)
    bring("rkpd", plans.workbook("rkpd", rows, title="RKPD TAHUN 2026"), 900, name="rkpd.xlsx")
    assert PlanLine.objects.count() == 3


def test_whose_document_it_is_must_fit_its_kind(opd: Opd) -> None:
    with pytest.raises(ImportRefused, match="Pilih OPD pemilik"):
        bring("renja", plans.csv("renja"), 900)
    with pytest.raises(ImportRefused, match="seluruh provinsi"):
        bring("rkpd", plans.csv("rkpd"), 900, opd=opd)


def test_only_the_planner_imports(opd: Opd) -> None:
    treasurer = person("bp", Role.BENDAHARA_PENGELUARAN, opd)
    with pytest.raises(PermissionDenied):
        bring("renja", plans.csv("renja"), 900, opd=opd, by=treasurer)
    bring("renja", plans.csv("renja"), 900, opd=opd, by=person("perencana", Role.PERENCANA))
    assert AuditEvent.objects.filter(action="plan_file.save").count() == 1


def test_a_failed_save_leaves_nothing(opd: Opd, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_args: object, **_options: object) -> None:
        raise DatabaseError("putus")

    monkeypatch.setattr(PlanIndicator.objects, "bulk_create", break_off)
    with pytest.raises(DatabaseError), transaction.atomic():
        bring("rkpd", plans.csv("rkpd"), 900)
    assert not PlanDocument.objects.exists()
    assert not PlanFile.objects.filter(state="saved").exists()


@pytest.mark.parametrize("table", ["plandocument", "planline", "planindicator"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_documents_only_grow(opd: Opd, table: str, deed: str) -> None:
    bring("rkpd", plans.csv("rkpd"), 900)
    with pytest.raises(DatabaseError, match="ditolak"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(f"planning_{table}"))


def test_a_preview_tells_what_a_new_version_changes(opd: Opd) -> None:
    bring("rkpd", plans.csv("rkpd"), 900)
    rows = (*(row.but(pagu=1000) for row in BRANCH), BRANCH[2].but(code="3.26.02.1.01.0002", pagu=1))
    draft = services.prepare_file(
        kind=FileKind.RKPD, opd=None, year=YEAR, name="b.csv", content=plans.csv("rkpd", rows),
        by=None, at=AT,
        facts={"stage": "perubahan", "number": "2", "date": "2026-06-01", "control_total": "1000"},
    )  # fmt: skip
    preview = services.preview_file(draft)
    assert preview.may_save
    assert "1 kode baru, 0 kode hilang, 3 pagu berubah" in preview.notes[-1]


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_one_number_has_one_spelling(number: object) -> None:
    spelled = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    assert plan_codes.target_key(spelled) == plan_codes.target_key(number)  # type: ignore[arg-type]
    assert plan_codes.target_key(f" {spelled} ") == plan_codes.target_key(f"{spelled}0")


@given(st.integers(0, 99), st.booleans())
def test_old_and_new_ends_of_a_code_are_one(number: int, is_x: bool) -> None:
    head = f"{'X.XX' if is_x else '7.01'}.02.1.01"
    assert plan_codes.canonical(f"{head}.{number:02}") == plan_codes.canonical(f"{head}.{number:04}")
    assert plan_codes.parent_of(f"{head}.{number:04}") == head


def test_a_changed_program_carries_its_branch_unless_a_part_changed_by_itself() -> None:
    changes = {"3.26.02": "3.26.05", "3.26.02.1.01.0001": "3.26.06.1.01.0009", "3.26.05": "3.26.07"}
    assert plan_codes.newest("3.26.02.1.01", changes) == "3.26.07.1.01"
    assert plan_codes.newest("3.26.02.1.01.01", changes) == "3.26.06.1.01.0009"
    assert plan_codes.newest("7.01.01", changes) == "7.01.01"


def test_code_changes_are_recorded_whole_and_taken_back_with_a_reason(opd: Opd) -> None:
    planner = person("perencana", Role.PERENCANA)
    for pairs, told in (
        ("3.26.02;3.26.03\n3.26.03;3.26.02", "Baris 2.*berputar"), ("3.26.02", "tulis"), ("", "Belum ada"),
        ("3.26.02;3.26.03.1.01", "setingkat"), ("3.26.2;3.26.03", "tidak dikenal"),
    ):  # fmt: skip
        with pytest.raises(CodeRefused, match=told):
            codes.record_changes(pairs=pairs, from_year=2026, legal_basis="Kepmen 1", by=planner, at=AT)
    assert not CodeChange.objects.exists()
    (made,) = codes.record_changes(
        pairs="3.26.02;3.26.03", from_year=2026, legal_basis="Kepmen 1", by=planner, at=AT
    )
    assert codes.changes(2025) == {}
    assert codes.changes(2026) == {"3.26.02": "3.26.03"}
    with pytest.raises(CodeRefused, match="alasannya"):
        codes.drop_change(change_id=made.pk, reason="x", by=planner, at=AT)
    codes.drop_change(change_id=made.pk, reason="Salah ketik", by=planner, at=AT)
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="code_change")] == [
        "code_change.add", "code_change.drop",
    ]  # fmt: skip
