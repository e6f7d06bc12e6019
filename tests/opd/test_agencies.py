from __future__ import annotations

from pathlib import Path

import pytest

from opd.models import Opd
from opd.services.agencies import AgencyFileError, import_agencies, parse, plan
from tests.opd.cast import AT

pytestmark = pytest.mark.django_db

HEAD = "kode,nama,singkatan,berlaku_sejak,berlaku_sampai,dasar_hukum\n"


def test_the_shipped_file_imports_and_a_second_time_changes_nothing() -> None:
    rows = parse(Path("opd/data/opd_bengkulu.csv").read_bytes())
    first = import_agencies(rows=rows, by=None, at=AT)
    second = import_agencies(rows=rows, by=None, at=AT)
    assert (len(first.new), first.same) == (Opd.objects.count(), 0)
    assert (second.new, second.changed, second.same) == ([], [], len(rows))
    assert Opd.objects.get(code="113").name == "Dinas Pariwisata"


def test_plan_writes_nothing() -> None:
    plan(parse((HEAD + "1,Dinas Satu,Satu,2026-01-01,,\n").encode()))
    assert not Opd.objects.exists()


def test_semicolon_and_indonesian_dates_are_read() -> None:
    text = "kode;nama;singkatan;berlaku_sejak\r\n1;Dinas Satu;Satu;31/01/2026\r\n"
    (row,) = parse(("\ufeff" + text).encode())
    assert (row.code, row.valid_from.isoformat()) == ("1", "2026-01-31")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1,,Satu,2026-01-01,,\n", "Baris 2: nama kosong"),
        (",Dinas,Satu,2026-01-01,,\n", "Baris 2: kode kosong"),
        ("1,Dinas,Satu,31-01-26,,\n", "Baris 2: “31-01-26” bukan tanggal"),
        ("1,Dinas,Satu,,,\n", "Baris 2: berlaku_sejak kosong"),
        ("1,A,A,2026-01-01,,\n1,B,B,2026-01-01,,\n", "Baris 3: kode 1 muncul dua kali"),
        ("1,A,A,2026-02-01,2026-01-01,\n", "Baris 2: Tanggal akhir"),
        ("", "tidak berisi satu OPD pun"),
    ],
)
def test_a_bad_file_is_refused_whole_with_its_line(body: str, message: str) -> None:
    with pytest.raises(AgencyFileError, match=message):
        import_agencies(rows=parse((HEAD + body).encode()), by=None, at=AT)
    assert not Opd.objects.exists()


def test_missing_column_is_named() -> None:
    with pytest.raises(AgencyFileError, match="kolom singkatan, berlaku_sejak tidak ada"):
        parse(b"kode,nama\n1,Satu\n")


def test_a_file_that_is_not_text_is_refused() -> None:
    with pytest.raises(AgencyFileError, match="UTF-8"):
        parse(b"\xff\xfe\x00k")
