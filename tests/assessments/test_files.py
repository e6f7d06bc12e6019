"""SKRD by file: each bad row is named, nothing is issued unconfirmed, and a dead worker leaves no hole."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opd.office.models import Counter, JobState
from retribusi.assessments.errors import AssessmentError, FileRefused
from retribusi.assessments.models import AssessmentFile, Debt, Skrd, WajibRetribusi
from retribusi.assessments.services import files, issuing, reading
from tests.assessments.cast import MONTH, Office, problems, rp
from tests.retribusi.cast import AT

pytestmark = pytest.mark.django_db
HEADER = (*reading.COLUMNS, reading.CONTACT)
Row = tuple[str, str, str, str, str, Any, str]


def good(number: int, tariff: str = "Sewa lapak", quantity: Any = 1) -> Row:
    return (f"Pedagang {number}", "NIK", f"17710101{number:08}", f"Lapak {number}", tariff, quantity, "")


def as_csv(rows: Sequence[Row]) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in (HEADER, *rows)).encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def kept(office: Office, content: bytes, name: str = "lapak.csv") -> AssessmentFile:
    return files.keep(
        point=office.museum.point, period=MONTH, content=ContentFile(content, name), name=name,
        by=office.treasurer, at=AT,
    )  # fmt: skip


def confirmed(office: Office, file: AssessmentFile) -> AssessmentFile:
    return files.confirm(file_id=file.pk, by=office.treasurer, at=AT)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_file_becomes_skrd_once_it_is_confirmed(office: Office, write: Any) -> None:
    name = "lapak.csv" if write is as_csv else "lapak.xlsx"
    file = kept(office, write([good(1), good(2, quantity=3), good(1, "Sewa aula")]), name)
    assert not Skrd.objects.exists()
    confirmed(office, file)
    assert not Skrd.objects.exists()
    files.run(file.pk, at=AT)
    file.refresh_from_db()
    assert (file.state, file.rows, file.total) == ("done", 3, rp(1_350_000))
    assert file.job is not None
    assert (file.job.state, file.job.message) == (JobState.DONE, "3 SKRD terbit.")
    assert WajibRetribusi.objects.count() == 2
    assert list(Skrd.objects.order_by("line_no").values_list("line_no", flat=True)) == [2, 3, 4]
    files.run(file.pk, at=AT)
    assert (Skrd.objects.count(), Debt.objects.count()) == (3, 3)
    assert problems() == []


def test_every_bad_row_is_named_and_nothing_is_issued(office: Office) -> None:
    rows = [
        good(1), ("", "NIK", "1771010100000002", "Lapak 2", "Sewa lapak", 1, ""),
        ("Toko 3", "KTP", "12", "Lapak 3", "Sewa lapak", 1, ""), good(4, "Sewa kapal"),
        good(5, quantity="banyak"), good(1), good(6, quantity=0),
    ]  # fmt: skip
    file = kept(office, as_csv(rows))
    with pytest.raises(FileRefused) as refused:
        confirmed(office, file)
    named = "\n".join(refused.value.problems)
    for words in (
        "Baris 3, kolom “Nama”", "Baris 4, kolom “NIK atau NPWP”", "Baris 5, kolom “Tarif”: “Sewa kapal”",
        "Baris 6, kolom “Banyaknya”", "sudah ada di baris 2", "Baris 8, kolom “Banyaknya”",
    ):  # fmt: skip
        assert words in named, named
    assert len(refused.value.problems) == 6
    assert not Skrd.objects.exists()
    assert not WajibRetribusi.objects.exists()


def test_a_levy_that_stands_already_is_named(office: Office) -> None:
    office.issue(wajib=office.register("Pedagang 7", "1771010100000007"))
    with pytest.raises(FileRefused) as refused:
        confirmed(office, kept(office, as_csv([good(7), good(8)])))
    assert refused.value.problems == [
        f"Baris 2, kolom “Tarif”: SKRD 1/SKRD/{office.museum.opd.code}/2026 yang berlaku sudah mencakup"
        " tarif dan masa ini."
    ]


def test_a_file_is_no_table_empty_twice_or_dropped(office: Office) -> None:
    with pytest.raises(AssessmentError, match="kolom ini tidak ada"):
        kept(office, b"a;b\n1;2\n")
    with pytest.raises(FileRefused, match="tidak berisi"):
        confirmed(office, kept(office, as_csv([])))
    file = kept(office, as_csv([good(1)]))
    confirmed(office, file)
    assert confirmed(office, file).confirmed_at == AT
    with pytest.raises(AssessmentError, match="sudah dikonfirmasi"):
        files.drop(file_id=file.pk, by=office.treasurer, at=AT)
    with pytest.raises(FileRefused, match="sudah dikonfirmasi sebelumnya"):
        confirmed(office, kept(office, as_csv([good(1)])))
    other = kept(office, as_csv([good(2)]))
    files.drop(file_id=other.pk, by=office.treasurer, at=AT)
    with pytest.raises(AssessmentError, match="sudah dibuang"):
        confirmed(office, other)


def test_others_may_not_bring_a_file(office: Office) -> None:
    file = kept(office, as_csv([good(1)]))
    for who in (office.head, office.auditor):
        with pytest.raises(PermissionDenied):
            files.confirm(file_id=file.pk, by=who, at=AT)


def test_a_worker_that_dies_leaves_whole_blocks_and_no_hole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = confirmed(office, kept(office, as_csv([good(number) for number in range(25)])))
    monkeypatch.setattr(files, "BLOCK", 10)
    whole = issuing.issue_many

    def dies(**given: Any) -> Any:
        made = whole(**given)
        if Counter.objects.get(kind="skrd").last > 10:
            raise SystemExit("kill")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "issue_many", dies)
        with pytest.raises(SystemExit):
            files.run(file.pk, at=AT)
    assert (Skrd.objects.count(), Counter.objects.get(kind="skrd").last) == (10, 10)
    assert files.nudge_stuck(at=AT + timedelta(days=400)) == 1
    files.run(file.pk, at=AT)
    numbers = Skrd.objects.order_by("document__sequence").values_list("document__sequence", flat=True)
    assert list(numbers) == list(range(1, 26))
    assert Skrd.objects.filter(file=file).count() == 25
    assert problems() == []


def test_ten_thousand_are_issued_in_a_bounded_number_of_statements(office: Office) -> None:
    file = confirmed(office, kept(office, as_csv([good(number) for number in range(10_000)])))
    with CaptureQueriesContext(connection) as seen:
        files.run(file.pk, at=AT)
    assert len(seen) < 300, len(seen)
    assert Skrd.objects.count() == 10_000
    assert Counter.objects.get(kind="skrd").last == 10_000
    assert problems() == []


def test_a_levy_issued_after_its_file_was_read_stops_the_file_and_is_issued_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = confirmed(office, kept(office, as_csv([good(7), good(8)])))

    def read_and_late(file: AssessmentFile, *, on: date) -> reading.Reading:
        """An officer presses between the reading of the file and its block."""
        found = reading.read_file(file, on=on)
        office.issue(wajib=office.register("Pedagang 7", "1771010100000007"))
        return found

    monkeypatch.setattr(files, "read_file", read_and_late)
    files.run(file.pk, at=AT)
    file.refresh_from_db()
    assert file.job is not None
    assert (file.job.state, file.state, Skrd.objects.count()) == (JobState.FAILED, "failed", 1)
    assert "baru terbit" in file.job.message
    assert files.nudge_stuck(at=AT + timedelta(hours=9)) == 0
