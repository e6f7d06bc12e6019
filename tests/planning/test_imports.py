"""DPA, SPD and anggaran kas come in whole or not at all, with faults that name row and column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from opd.models import AuditEvent, Role
from opd.planning import services
from opd.planning.models import BudgetLine, CashPlan, Dpa, FileKind, FileState, LineVersion, PlanFile, Spd
from tests.opd.cast import agency, person
from tests.planning import files
from tests.planning.world import AT, ATK, DAY, MEETING, SUB, YEAR, rp, tourism

pytestmark = pytest.mark.django_db
OTHER = "5.1.02.04.01.0001"


def bring_dpa(
    content: ContentFile[bytes],
    control: int | None,
    *,
    stage: str = "murni",
    name: str = "dpa.csv",
    **who: Any,
) -> Dpa:
    made: Dpa = services.import_dpa(
        opd=tourism(),
        year=YEAR,
        stage=stage,
        number=f"DPA/{stage}",
        dpa_date=date(2026, 1, 2),
        control_total=None if control is None else rp(control),
        content=content,
        name=name,
        by=who.get("by"),
        at=AT,
    )
    return made


def bring_spd(content: ContentFile[bytes], control: int, number: str = "SPD/1") -> Spd:
    made: Spd = services.import_spd(
        opd=tourism(),
        year=YEAR,
        number=number,
        spd_date=date(2026, 1, 5),
        period_from_month=1,
        period_to_month=6,
        control_total=rp(control),
        content=content,
        name="spd.csv",
        by=None,
        at=AT,
    )
    return made


def bring_plan(content: ContentFile[bytes], control: int | None) -> None:
    services.import_cash_plan(
        opd=tourism(),
        year=YEAR,
        control_total=None if control is None else rp(control),
        content=content,
        name="kas.csv",
        by=None,
        at=AT,
    )


def refused(deed: Callable[[], object]) -> list[str]:
    with pytest.raises(services.ImportRefused) as caught:
        deed()
    return [text.replace("\u00a0", " ") for text in caught.value.problems or [str(caught.value)]]


def pagu() -> dict[str, Decimal]:
    return dict(BudgetLine.objects.values_list("kode_rekening", "pagu"))


def test_a_dpa_makes_lines_versions_and_months() -> None:
    made = bring_dpa(files.dpa((ATK, 1_200_000), (MEETING, 600_000), months=True), 1_800_000)
    assert pagu() == {ATK: rp(1_200_000), MEETING: rp(600_000)}
    assert (made.stage_no, made.versions.count(), CashPlan.objects.count()) == (0, 2, 24)
    file = PlanFile.objects.get()
    assert (file.state, file.rows, file.total) == (FileState.SAVED, 2, rp(1_800_000))
    assert AuditEvent.objects.filter(action="plan_file.save").count() == 1


def test_a_newer_stage_replaces_the_pagu_and_keeps_what_was_said_before() -> None:
    bring_dpa(files.dpa((ATK, 1_000), (MEETING, 600)), 1_600)
    later = bring_dpa(files.dpa((ATK, 700), (OTHER, 900)), 1_600, stage="pergeseran")
    assert later.stage_no == 1
    assert pagu() == {ATK: rp(700), MEETING: rp(0), OTHER: rp(900)}
    kept = LineVersion.objects.filter(line__kode_rekening=ATK).order_by("dpa__stage_no")
    assert [version.pagu for version in kept] == [rp(1_000), rp(700)]


def test_stages_come_in_order() -> None:
    assert (
        "DPA murni belum diimpor" in refused(lambda: bring_dpa(files.dpa((ATK, 1)), 1, stage="perubahan"))[0]
    )
    bring_dpa(files.dpa((ATK, 1)), 1)
    assert "DPA murni sudah diimpor" in refused(lambda: bring_dpa(files.dpa((ATK, 2)), 2))[0]


def test_the_pagu_never_falls_below_what_is_held_and_spent() -> None:
    bring_dpa(files.dpa((ATK, 1_000), (MEETING, 500)), 1_500)
    bring_spd(files.spd((ATK, 1_000), (MEETING, 500)), 1_500)
    for account in (ATK, MEETING):
        at_line = BudgetLine.objects.get(kode_rekening=account)
        services.hold(key=account, line_id=at_line.pk, amount=rp(400), on=DAY, purse=None, by=None, at=AT)
    said = refused(lambda: bring_dpa(files.dpa((ATK, 399)), 399, stage="pergeseran"))
    assert "Baris 2, kolom “pagu”: pagu Rp 399 di bawah Rp 400" in said[0]
    assert f"Baris {SUB} / {MEETING} tidak ada dalam DPA ini" in said[1]
    assert pagu() == {ATK: rp(1_000), MEETING: rp(500)}
    assert Dpa.objects.count() == 1


@pytest.mark.parametrize(
    ("control", "trailer", "words"),
    [
        (1_001, None, "jumlah yang Anda ketik Rp 1.001"),
        (1_000, 999, "jumlah di baris jumlah berkas Rp 999"),
        (None, None, "Jumlah kontrol belum diisi"),
    ],
)
def test_the_control_total_must_agree(control: int | None, trailer: int | None, words: str) -> None:
    assert words in refused(lambda: bring_dpa(files.dpa((ATK, 1_000), trailer=trailer), control))[0]
    assert not BudgetLine.objects.exists()


def test_a_total_row_is_control_enough_and_no_line() -> None:
    bring_dpa(files.dpa((ATK, 1_000), trailer=1_000), None)
    assert BudgetLine.objects.count() == 1


def test_every_fault_is_named_and_nothing_is_saved() -> None:
    header = [
        "kode_sub_kegiatan",
        "nama_sub_kegiatan",
        "kode_rekening",
        "nama_rekening",
        "sumber_dana",
        "pagu",
    ]
    content = files.table(
        header,
        [
            [SUB, "Promosi", ATK, "ATK", "PAD", "seribu"],
            ["3.26", "Promosi", ATK, "ATK", "PAD", 10],
            [SUB, "Promosi", "9.9", "ATK", "PAD", 10],
            [SUB, "Promosi", ATK, "ATK", "PAD", 10],
            [SUB, "Promosi", ATK, "ATK", "PAD", 20],
            [SUB, "Promosi", MEETING, "Rapat", "PAD", -5],
        ],
    )
    said = refused(lambda: bring_dpa(content, 40))
    assert "Baris 2, kolom “pagu”" in said[0]
    assert "Baris 3, kolom “kode_sub_kegiatan”: kode “3.26”" in said[1]
    assert "Baris 4, kolom “kode_rekening”: kode “9.9”" in said[2]
    assert "Baris 7, kolom “pagu”: jumlah tidak boleh negatif" in said[3]
    assert "Baris 6, kolom “kode_rekening”: baris anggaran yang sama sudah ada di baris 5" in said[4]
    assert not BudgetLine.objects.exists()


def test_months_must_sum_to_the_pagu() -> None:
    content = files.dpa((ATK, 1_201), months=True)
    assert "jumlah Januari sampai Desember Rp 1.200" in refused(lambda: bring_dpa(content, 1_201))[0]


def test_a_missing_column_is_named() -> None:
    content = files.table(["kode_sub_kegiatan", "pagu"], [[SUB, 1]])
    assert "“nama_sub_kegiatan”: kolom ini tidak ada" in refused(lambda: bring_dpa(content, 1))[0]
    assert not PlanFile.objects.exists()


def test_the_same_file_is_saved_once() -> None:
    bring_dpa(files.dpa((ATK, 1_000)), 1_000)
    said = refused(lambda: bring_dpa(files.dpa((ATK, 1_000)), 1_000, stage="pergeseran"))
    assert said == [
        "Berkas yang sama sudah disimpan pada 01/06/2026 sebagai DPA. Tidak ada yang dihitung dua kali."
    ]
    assert Dpa.objects.count() == 1


def test_an_spd_releases_its_lines() -> None:
    bring_dpa(files.dpa((ATK, 1_000), (MEETING, 500)), 1_500)
    bring_spd(files.spd((ATK, 400)), 400)
    bring_spd(files.spd((ATK, 600), (MEETING, 250)), 850, "SPD/2")
    assert dict(BudgetLine.objects.values_list("kode_rekening", "released")) == {
        ATK: rp(1_000),
        MEETING: rp(250),
    }


def test_an_spd_is_refused_where_it_does_not_fit() -> None:
    bring_dpa(files.dpa((ATK, 1_000)), 1_000)
    bring_spd(files.spd((ATK, 600)), 600)
    assert "SPD SPD/1 sudah diimpor" in refused(lambda: bring_spd(files.spd((ATK, 1)), 1))[0]
    assert "melebihi pagu Rp 1.000" in refused(lambda: bring_spd(files.spd((ATK, 401)), 401, "SPD/2"))[0]
    said = refused(lambda: bring_spd(files.spd((OTHER, 1)), 1, "SPD/2"))[0]
    assert f"Baris 2, kolom “kode_rekening”: baris anggaran {SUB} / {OTHER} / PAD tidak ada" in said
    at_line = BudgetLine.objects.get()
    services.hold(key="k", line_id=at_line.pk, amount=rp(500), on=DAY, purse=None, by=None, at=AT)
    assert "di bawah Rp 500" in refused(lambda: bring_spd(files.spd((ATK, -101)), -101, "SPD/2"))[0]
    bring_spd(files.spd((ATK, -100)), -100, "SPD/2")
    at_line.refresh_from_db()
    assert at_line.released == rp(500)


def test_anggaran_kas_replaces_the_months() -> None:
    bring_dpa(files.dpa((ATK, 1_200), months=True), 1_200)
    bring_plan(files.cash_plan((ATK, [0] * 11 + [1_200])), 1_200)
    assert [plan.amount for plan in CashPlan.objects.all()] == [rp(0)] * 11 + [rp(1_200)]
    said = refused(lambda: bring_plan(files.cash_plan((ATK, [100] * 11 + [0])), 1_100))
    assert "jumlah dua belas bulan Rp 1.100, sedangkan pagu Rp 1.200" in said[0]


def test_only_the_treasurer_of_the_agency_and_kuasa_bud_import() -> None:
    own = person("bp", Role.BENDAHARA_PENGELUARAN, tourism())
    foreign = person("bp.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    for nobody in (foreign, person("auditor", Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            bring_dpa(files.dpa((ATK, 1)), 1, by=nobody)
    bring_dpa(files.dpa((ATK, 1)), 1, by=own)
    bring_dpa(files.dpa((ATK, 2)), 2, by=person("bud", Role.KUASA_BUD), stage="pergeseran")


def test_a_draft_changes_nothing_until_it_is_saved_and_may_be_dropped() -> None:
    file = services.prepare_file(
        kind=FileKind.DPA,
        opd=tourism(),
        year=YEAR,
        content=files.dpa((ATK, 1_000)),
        name="dpa.csv",
        by=None,
        at=AT,
        facts={"stage": "murni", "number": "DPA/1", "date": "2026-01-02", "control_total": "1000.00"},
    )
    preview = services.preview_file(file)
    assert (preview.may_save, preview.count, preview.total) == (True, 1, rp(1_000))
    assert not BudgetLine.objects.exists()
    services.drop_file(file_id=file.pk, by=None, at=AT)
    assert "sudah dibuang" in refused(lambda: services.save_file(file_id=file.pk, by=None, at=AT))[0]
    assert not BudgetLine.objects.exists()


def test_a_workbook_is_read_as_well_as_a_csv() -> None:
    import io

    import openpyxl

    book: Any = openpyxl.Workbook()
    for row in (
        ["DPA Dinas Pariwisata"],
        ["kode_sub_kegiatan", "nama_sub_kegiatan", "kode_rekening", "nama_rekening", "sumber_dana", "pagu"],
        [SUB, "Promosi", ATK, "ATK", "PAD", 1250000.5],
        ["Jumlah", None, None, None, None, 1250000.5],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    bring_dpa(ContentFile(data.getvalue()), None, name="dpa.xlsx")
    assert pagu() == {ATK: rp("1250000.50")}
