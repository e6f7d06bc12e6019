"""SIPD's realisation report: read strictly, matched before anything is counted, never counted twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from opd.models import Opd, Role
from opd.planning import services
from opd.planning.models import BudgetLine, Hold, PlanFile, RowState, SipdRow
from tests.opd.cast import agency, person
from tests.planning import files
from tests.planning.files import reported
from tests.planning.world import AT, DAY, MEETING, YEAR, line, rp, tourism

pytestmark = pytest.mark.django_db


def bring(
    content: ContentFile[bytes],
    *,
    opd: Opd | None = None,
    name: str = "sipd.csv",
    control: int | None = None,
    by: Any = None,
) -> PlanFile:
    """Import for one agency; the control total is summed from the rows unless given."""
    made: PlanFile = services.import_sipd_realisation(
        opd=opd or tourism(),
        year=YEAR,
        control_total=None if control is None else rp(control),
        content=content,
        name=name,
        by=by,
        at=AT,
    )
    return made


def bring_rows(*rows: dict[str, object], **how: Any) -> list[SipdRow]:
    total = sum(int(str(row["Nilai Realisasi"])) for row in rows)
    return list(bring(files.report(*rows), control=total, **how).sipd_rows.order_by("line_no"))


def refused(deed: Callable[[], object]) -> list[str]:
    with pytest.raises(services.ImportRefused) as caught:
        deed()
    return [text.replace("\u00a0", " ") for text in caught.value.problems or [str(caught.value)]]


def spent(
    at_line: BudgetLine, amount: int, key: str = "spend:1", *, on: date = DAY, number: str = ""
) -> Hold:
    services.hold(key=key, line_id=at_line.pk, amount=rp(amount), on=on, purse=None, by=None, at=AT)
    held = services.realise(key=key, amount=rp(amount), on=on, by=None, at=AT)
    if number:
        held = services.name_document(key=key, document_number=number, by=None, at=AT)
    return held


def realised(at_line: BudgetLine) -> Decimal:
    at_line.refresh_from_db()
    return at_line.realised


def count(row: SipdRow, **how: Any) -> SipdRow:
    return services.count_row(row_id=row.pk, reason="Dibayar tunai", by=how.pop("by", None), at=AT, **how)


def test_a_row_waits_and_counts_only_when_a_person_says_so() -> None:
    at_line = line()
    (row,) = bring_rows(reported(500_000))
    assert (row.state, row.line, row.raw["Jenis Transaksi"]) == (RowState.OPEN, at_line, "UP")
    assert realised(at_line) == 0
    count(row)
    assert realised(at_line) == rp(500_000)
    with pytest.raises(services.RowDecided):
        count(row)
    assert realised(at_line) == rp(500_000)


def test_a_workbook_with_its_sheet_is_read() -> None:
    line()
    bring(files.workbook(reported(Decimal("500000"))), name="sipd.xlsx", control=500_000)
    said = refused(lambda: bring(files.workbook(reported(1), sheet="Lain"), name="x.xlsx", control=1))
    assert "Lembar “Data Realisasi Dokumen” tidak ada" in said[0]
    said = refused(lambda: bring(files.workbook(reported(5), reported("lima")), name="x.xlsx", control=5))
    assert "Baris 3, kolom “Nilai Realisasi”" in said[0]


def test_a_missing_column_is_named() -> None:
    line()
    columns = [name for name in files.COLUMNS if name != "Nomor DPT"]
    assert (
        "“Nomor DPT”: kolom ini tidak ada"
        in refused(lambda: bring(files.report(reported(), columns=columns), control=500_000))[0]
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Nilai_Realisasi": "lima ratus"}, "Baris 3, kolom “Nilai Realisasi”"),
        ({"Tanggal_Dokumen": "31 Februari 2026"}, "Baris 3, kolom “Tanggal Dokumen”"),
        ({"Tanggal_Dokumen": "2 Januari 2025"}, "bukan tahun anggaran 2026"),
        ({"Tanggal_Transfer": "2 Januari 2027"}, "Baris 3, kolom “Tanggal Transfer”"),
        ({"Kode_SKPD": "9", "Nama_SKPD": "DINAS LAIN"}, "tidak ada dalam daftar OPD"),
        ({"Kode_Rekening": MEETING}, "Baris 3, kolom “Kode Rekening”: baris anggaran"),
        ({"Kode_Sub_Kegiatan": "1.2.3"}, "Baris 3, kolom “Kode Sub Kegiatan”"),
        ({"Jenis_Dokumen": "TBP-KKPD"}, "Baris 3, kolom “Nomor DPT”: kosong"),
        ({"Jenis_Dokumen": "SPP-LS"}, "Baris 3, kolom “Nomor SP2D”: kosong"),
        ({"Nomor_Dokumen": ""}, "Baris 3, kolom “Nomor Dokumen”: kosong"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(changes: dict[str, object], words: str) -> None:
    line()
    content = files.report(reported(), reported(**changes))
    assert any(words in text for text in refused(lambda: bring(content, control=1_000_000)))
    assert not SipdRow.objects.exists()


def test_another_agencys_row_is_refused_in_a_file_for_one() -> None:
    line()
    other = agency("120", "Dinas Pendidikan")
    line(opd=other)
    foreign = reported(Nama_SKPD="Dinas Pendidikan")
    said = refused(lambda: bring_rows(foreign))
    assert "baris ini milik Dinas Pendidikan" in said[0]
    file = services.import_sipd_realisation(
        opd=None,
        year=YEAR,
        control_total=rp(1_000_000),
        content=files.report(reported(), foreign),
        name="x.csv",
        by=person("bud", Role.KUASA_BUD),
        at=AT,
    )
    assert set(file.sipd_rows.values_list("opd", flat=True)) == {tourism().pk, other.pk}


def test_a_treasurer_brings_only_her_own_agency() -> None:
    line()
    other = person("bp.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    with pytest.raises(PermissionDenied):
        bring_rows(reported(), by=other)
    with pytest.raises(services.ImportRefused, match="Pilih OPD Anda"):
        services.import_sipd_realisation(
            opd=None,
            year=YEAR,
            control_total=rp(1),
            content=files.report(reported(1)),
            name="x.csv",
            by=other,
            at=AT,
        )
    (row,) = bring_rows(reported())
    for deed in (services.count_row, services.dismiss_row, services.reopen_row):
        with pytest.raises(PermissionDenied):
            deed(row_id=row.pk, reason="Bukan milik saya", by=other, at=AT)


def test_the_same_document_line_and_amount_is_matched_and_never_counted() -> None:
    at_line = line()
    held = spent(at_line, 500_000, number="17.00/02.0/000001/TBP/2026")
    (row,) = bring_rows(reported(500_000, Tanggal_Dokumen="1 Desember 2026"))
    assert (row.state, row.hold) == (RowState.MATCHED, held)
    assert realised(at_line) == rp(500_000)
    with pytest.raises(services.RowDecided):
        count(row)


def test_the_same_line_and_amount_nearby_is_matched_where_nothing_else_is_meant() -> None:
    at_line = line()
    held = spent(at_line, 500_000)
    near, far = bring_rows(
        reported(500_000, Tanggal_Dokumen="10 Juni 2026"),
        reported(500_000, Tanggal_Dokumen="1 Juli 2026", Nomor_Dokumen="TBP/2"),
    )
    assert (near.hold, far.state) == (held, RowState.OPEN)


def test_what_could_be_two_things_waits_for_a_person() -> None:
    at_line = line()
    first, second = spent(at_line, 100_000, "a"), spent(at_line, 100_000, "b")
    (row,) = bring_rows(reported(100_000))
    assert row.state == RowState.OPEN
    services.match_row(row_id=row.pk, hold_id=str(second.pk), reason="", by=None, at=AT)
    row.refresh_from_db()
    assert row.hold == second
    (twin,) = bring_rows(reported(100_000, Nomor_Dokumen="TBP/9"))
    assert twin.hold == first, "the only one left"


def test_two_equal_spends_and_two_equal_rows_are_matched_as_twins() -> None:
    at_line = line()
    spent(at_line, 100_000, "a")
    spent(at_line, 100_000, "b")
    rows = bring_rows(reported(100_000), reported(100_000))
    assert {row.state for row in rows} == {RowState.MATCHED}
    assert len({row.hold_id for row in rows}) == 2


def test_a_hold_known_under_another_number_is_not_matched_by_amount() -> None:
    spent(line(), 500_000, number="TBP/LAIN")
    (row,) = bring_rows(reported(500_000))
    assert row.state == RowState.OPEN


def test_a_number_that_is_named_later_finds_its_row() -> None:
    at_line = line()
    (row,) = bring_rows(reported(500_000, Tanggal_Dokumen="1 Januari 2026"))
    held = spent(at_line, 500_000, number="17.00/02.0/000001/TBP/2026")
    row.refresh_from_db()
    assert (row.state, row.hold) == (RowState.MATCHED, held)
    services.name_document(key="spend:1", document_number=row.document_number, by=None, at=AT)


def test_an_ls_is_found_by_its_sp2d_and_counts_on_its_transfer() -> None:
    at_line = line()
    held = spent(at_line, 700_000, number="SP2D/7")
    (row,) = bring_rows(
        reported(
            700_000,
            Jenis_Dokumen="SPP-LS",
            Nomor_SP2D="SP2D/7",
            Nomor_Dokumen="SPP/7",
            Tanggal_Transfer="20 Juli 2026",
        )
    )
    assert (row.hold, row.document_date) == (held, date(2026, 7, 20))


def test_an_overlapping_file_brings_only_what_is_new() -> None:
    at_line = line()
    one, twin = reported(100_000), reported(100_000)
    later = reported(30_000, Nomor_Dokumen="TBP/2")
    rows = bring_rows(one, twin)
    count(rows[0])
    again = bring_rows(one, twin, twin, later)
    assert [row.amount for row in again] == [rp(100_000), rp(30_000)], "the third twin and the later one"
    assert SipdRow.objects.count() == 4
    assert realised(at_line) == rp(100_000)


def test_a_negative_row_takes_back_only_what_was_counted() -> None:
    at_line = line()
    spent(at_line, 400_000)
    outside, back = bring_rows(
        reported(300_000, Nomor_Dokumen="TBP/2"), reported(-100_000, Nomor_Dokumen="TBP/3")
    )
    with pytest.raises(services.BudgetError, match="baru dihitung"):
        count(back)
    count(outside)
    count(back)
    assert realised(at_line) == rp(600_000)
    with pytest.raises(services.BudgetError, match="Batalkan dahulu baris negatifnya"):
        services.reopen_row(row_id=outside.pk, reason="Salah hitung", by=None, at=AT)
    services.reopen_row(row_id=back.pk, reason="Salah hitung", by=None, at=AT)
    services.reopen_row(row_id=outside.pk, reason="Salah hitung", by=None, at=AT)
    assert realised(at_line) == rp(400_000)


def test_counting_never_passes_pagu_or_spd() -> None:
    at_line = line(1_000_000, released=800_000)
    services.hold(key="k", line_id=at_line.pk, amount=rp(500_000), on=DAY, purse=None, by=None, at=AT)
    over, over_spd = bring_rows(reported(500_001), reported(300_001, Nomor_Dokumen="TBP/2"))
    with pytest.raises(services.OverPagu, match="Tidak dihitung"):
        count(over)
    with pytest.raises(services.OverSpd, match="Sisa SPD"):
        count(over_spd)
    assert realised(at_line) == 0


def test_a_released_hold_lets_its_row_wait_again() -> None:
    at_line = line()
    services.hold(key="k", line_id=at_line.pk, amount=rp(500_000), on=DAY, purse=None, by=None, at=AT)
    (row,) = bring_rows(reported(500_000))
    assert row.state == RowState.MATCHED
    services.release(key="k", reason="Batal", by=None, at=AT)
    row.refresh_from_db()
    assert (row.state, row.hold) == (RowState.OPEN, None)


def test_a_hold_of_which_money_came_back_is_still_found_by_what_was_paid() -> None:
    at_line = line()
    spent(at_line, 500_000, "k")
    services.correct_realisation(
        key="k", correction_key="c", amount=rp(50_000), reason="Kembali", by=None, at=AT, to_purse=False
    )
    (row,) = bring_rows(reported(500_000))
    assert row.state == RowState.MATCHED


def test_matching_another_amount_needs_a_reason_and_the_same_line() -> None:
    at_line = line()
    held = spent(at_line, 450_000, "k")
    other = spent(line(rekening=MEETING), 500_000, "m")
    (row,) = bring_rows(reported(500_000))
    with pytest.raises(services.WrongHold, match="baris anggaran lain"):
        services.match_row(row_id=row.pk, hold_id=str(other.pk), reason="Sama saja", by=None, at=AT)
    with pytest.raises(services.WrongHold, match="alasan perbedaannya"):
        services.match_row(row_id=row.pk, hold_id=str(held.pk), reason="", by=None, at=AT)
    services.match_row(row_id=row.pk, hold_id=str(held.pk), reason="Pajak dicatat terpisah", by=None, at=AT)
    (again,) = bring_rows(reported(450_000, Nomor_Dokumen="TBP/2"))
    with pytest.raises(services.WrongHold, match="sudah cocok dengan baris lain"):
        services.match_row(row_id=again.pk, hold_id=str(held.pk), reason="Sama saja", by=None, at=AT)


def test_a_row_that_fits_several_lines_asks_for_one() -> None:
    first, second = line(sumber_dana="PAD"), line(sumber_dana="DAU")
    elsewhere = line(rekening=MEETING)
    (row,) = bring_rows(reported(500_000))
    assert row.line is None
    with pytest.raises(services.Missing, match="Pilih dahulu"):
        count(row)
    with pytest.raises(services.BudgetError, match="bukan yang disebut SIPD"):
        count(row, line_id=elsewhere.pk)
    count(row, line_id=second.pk)
    assert (realised(first), realised(second)) == (rp(0), rp(500_000))


def test_dismissing_needs_a_reason() -> None:
    line()
    (row,) = bring_rows(reported(500_000))
    with pytest.raises(services.BudgetError, match="Tulis alasannya"):
        services.dismiss_row(row_id=row.pk, reason=" ", by=None, at=AT)
    services.dismiss_row(row_id=row.pk, reason="Salah input SIPD", by=None, at=AT)
    row.refresh_from_db()
    assert row.state == RowState.DISMISSED


def test_a_zero_row_asks_nobody() -> None:
    line()
    (row,) = bring_rows(reported(0))
    assert (row.state, row.reason) == (RowState.DISMISSED, "Nilainya nol.")


def test_matching_again_finds_spends_recorded_later() -> None:
    at_line = line()
    (row,) = bring_rows(reported(500_000))
    spent(at_line, 500_000)
    assert services.match_again(opd_id=at_line.opd_id, year=YEAR, by=None, at=AT) == 1
    row.refresh_from_db()
    assert row.state == RowState.MATCHED
