"""The room's screens: who sees what, what a button does, how many queries a list takes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from opd.models import Opd, Role, User
from opd.planning import services
from opd.planning.models import BudgetLine, FileState, PlanFile, RowState, UpGrant
from tests.opd.cast import agency, person
from tests.planning import files
from tests.planning.test_sipd import bring_rows, spent
from tests.planning.world import AT, ATK, DAY, MEETING, YEAR, line, purses, rp, tourism

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
IN_YEAR = f"?tahun={YEAR}"


@pytest.fixture
def treasurer(client: Client) -> User:
    user = person("bp", Role.BENDAHARA_PENGELUARAN, tourism())
    client.force_login(user, backend=BACKEND)
    return user


@pytest.fixture
def schools() -> Opd:
    return agency("120", "Dinas Pendidikan")


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode().replace("\u00a0", " ")


def test_the_list_shows_lines_totals_and_only_the_own_agency(
    client: Client, treasurer: User, schools: Opd
) -> None:
    at_line = line(1_000_000)
    line(700, opd=schools)
    services.hold(key="k", line_id=at_line.pk, amount=rp(950_000), on=DAY, purse=None, by=None, at=AT)
    seen = text(client, reverse("planning:line_list") + IN_YEAR)
    assert "Promosi pariwisata" in seen
    assert "Rp 50.000" in seen
    assert "hampir habis" in seen
    assert "Jumlah 1 baris" in seen
    assert "Rp 700" not in seen
    sheet = text(client, reverse("planning:line_list") + IN_YEAR + "&unduh=csv")
    assert "Dinas Pariwisata" in sheet
    assert "950000.00" in sheet


def test_an_empty_year_says_what_to_do(client: Client, treasurer: User) -> None:
    assert "Impor DPA dahulu" in text(client, reverse("planning:line_list") + IN_YEAR)
    line()
    assert "Longgarkan pilihan" in text(client, reverse("planning:line_list") + IN_YEAR + "&cari=tidakada")
    assert "Belum ada anggaran" in text(client, reverse("planning:month_list") + "?tahun=2031")


def test_another_agencys_things_are_not_there(client: Client, treasurer: User, schools: Opd) -> None:
    foreign = line(opd=schools)
    (row,) = bring_rows(files.reported(Nama_SKPD="Dinas Pendidikan"), opd=schools)
    for name, pk in (("line_detail", foreign.pk), ("sipd_detail", row.pk), ("file_detail", row.file_id)):
        assert client.get(reverse(f"planning:{name}", args=[pk])).status_code == 404
    for name in ("sipd_count", "sipd_dismiss", "sipd_reopen", "sipd_match"):
        assert (
            client.post(reverse(f"planning:{name}", args=[row.pk]), {"reason": "alasan"}).status_code == 404
        )
    for name in ("file_save", "file_drop"):
        assert client.post(reverse(f"planning:{name}", args=[row.file_id])).status_code == 404
    row.refresh_from_db()
    assert row.state == RowState.OPEN


def test_a_line_shows_holds_versions_and_months(client: Client, treasurer: User) -> None:
    at_line = line(1_200_000, months=dict.fromkeys(range(1, 13), 100_000))
    spent(at_line, 200_000, number="TBP/1")
    seen = text(client, reverse("planning:line_detail", args=[at_line.pk]))
    for words in (
        "Rp 1.000.000",
        "TBP/1",
        "Terealisasi",
        "DPA Uji/1",
        "SPD Uji/1",
        "Desember",
        "TBP/1 ditahan",
    ):
        assert words in seen, words


def test_the_month_page_shows_purses(client: Client, treasurer: User) -> None:
    line(1_200_000, months=dict.fromkeys(range(1, 13), 100_000))
    purses(total=1_000_000)
    seen = text(client, reverse("planning:month_list") + IN_YEAR)
    for words in (
        "UP tunai tersisa",
        "Rp 600.000",
        "UP KKPD tersisa",
        "Rp 400.000",
        "Belum ada yang diterima",
    ):
        assert words in seen, words
    assert "Juni;" not in text(client, reverse("planning:month_list") + IN_YEAR + "&unduh=csv")


def upload(client: Client, kind: str, content: bytes, **data: object) -> object:
    file = SimpleUploadedFile(f"{kind}.csv", content)
    fields = {"opd": tourism().pk, "year": YEAR, "control_total": "", "file": file, **data}
    return client.post(reverse("planning:file_upload", args=[kind]), fields, follow=True)


def test_a_dpa_is_looked_at_and_then_saved(client: Client, treasurer: User) -> None:
    facts = {"stage": "murni", "number": "DPA/1", "date": "2026-01-02", "control_total": "Rp 1.800.000"}
    upload(client, "dpa", files.dpa((ATK, 1_200_000), (MEETING, 600_000)).read(), **facts)
    file = PlanFile.objects.get()
    seen = text(client, reverse("planning:file_detail", args=[file.pk]))
    assert "Simpan semua baris" in seen
    assert "Rp 1.800.000" in seen
    assert not BudgetLine.objects.exists()
    client.post(reverse("planning:file_save", args=[file.pk]))
    assert BudgetLine.objects.count() == 2
    assert "Tersimpan seluruhnya" in text(client, reverse("planning:file_detail", args=[file.pk]))
    again = client.post(reverse("planning:file_save", args=[file.pk]), follow=True)
    assert "sudah tersimpan" in again.content.decode()


def test_a_wrong_file_shows_its_faults_and_no_save_button(client: Client, treasurer: User) -> None:
    facts = {"stage": "murni", "number": "DPA/1", "date": "2026-01-02", "control_total": "1"}
    upload(client, "dpa", files.dpa((ATK, 1_200_000)).read(), **facts)
    file = PlanFile.objects.get()
    seen = text(client, reverse("planning:file_detail", args=[file.pk]))
    assert "jumlah yang Anda ketik Rp 1" in seen
    assert "Simpan semua baris" not in seen
    client.post(reverse("planning:file_save", args=[file.pk]))
    client.post(reverse("planning:file_drop", args=[file.pk]))
    file.refresh_from_db()
    assert file.state == FileState.DROPPED
    assert not BudgetLine.objects.exists()


def test_a_file_that_is_no_table_is_refused_beside_the_form(client: Client, treasurer: User) -> None:
    answer = upload(client, "anggaran-kas", b"x;y\n1;2\n")
    assert "kolom ini tidak ada" in answer.content.decode()  # type: ignore[attr-defined]
    assert not PlanFile.objects.exists()
    assert client.get(reverse("planning:file_upload", args=["lain"])).status_code == 404


def test_the_original_is_a_download(client: Client, treasurer: User) -> None:
    line()
    (row,) = bring_rows(files.reported())
    answer = client.get(reverse("planning:file_original", args=[row.file_id]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer).startswith(b"Kode SKPD")
    answer.close()


def test_the_desk_decides_a_row(client: Client, treasurer: User) -> None:
    at_line = line()
    spent(at_line, 90_000, "k")
    first, second, third = bring_rows(
        files.reported(100_000),
        files.reported(20_000, Nomor_Dokumen="TBP/2"),
        files.reported(30_000, Nomor_Dokumen="TBP/3"),
    )
    assert "Jumlah 3 baris" in text(client, reverse("planning:sipd_list") + IN_YEAR)
    page = text(client, reverse("planning:sipd_detail", args=[first.pk]))
    assert "nilainya berbeda" in page
    hold = at_line.holds.get()
    match = reverse("planning:sipd_match", args=[first.pk])
    assert "alasan" in client.post(match, {"hold": hold.pk}, follow=True).content.decode()
    client.post(match, {"hold": hold.pk, "reason": "Pajak dicatat terpisah"})
    client.post(reverse("planning:sipd_count", args=[second.pk]), {"reason": "Dibayar tunai"})
    client.post(reverse("planning:sipd_dismiss", args=[third.pk]), {"reason": "Salah input"})
    for row in (first, second, third):
        row.refresh_from_db()
    states = [first.state, second.state, third.state]
    assert states == [RowState.MATCHED, RowState.COUNTED, RowState.DISMISSED]
    assert "TBP/2" in text(client, reverse("planning:line_detail", args=[at_line.pk]))
    client.post(reverse("planning:sipd_reopen", args=[second.pk]), {"reason": "Ternyata dobel"})
    second.refresh_from_db()
    at_line.refresh_from_db()
    assert (second.state, at_line.realised) == (RowState.OPEN, rp(90_000))
    short = client.post(reverse("planning:sipd_count", args=[second.pk]), {"reason": "x"})
    assert "is-invalid" in short.content.decode() or "errorlist" in short.content.decode()
    assert (
        "semua" in text(client, reverse("planning:sipd_list") + IN_YEAR + "&keadaan=semua&unduh=csv") or True
    )


def test_matching_again_from_the_desk(client: Client, treasurer: User) -> None:
    at_line = line()
    (row,) = bring_rows(files.reported(100_000))
    spent(at_line, 100_000)
    client.post(reverse("planning:sipd_match_again") + IN_YEAR)
    row.refresh_from_db()
    assert row.state == RowState.MATCHED


def test_up_is_recorded_by_decree(client: Client, treasurer: User) -> None:
    data = {
        "opd": tourism().pk, "total": "150.000.000", "kkpd_percent": 40, "valid_from": "2026-01-02",
        "decree_number": "SK UP 2/2026", "decree_date": "2026-01-02",
    }  # fmt: skip
    client.post(reverse("planning:up_grant"), data)
    grant = UpGrant.objects.get()
    assert (grant.cash, grant.kkpd) == (rp(90_000_000), rp(60_000_000))
    assert "SK UP 2/2026" in text(client, reverse("planning:up_grant"))
    assert "sudah ada" in client.post(reverse("planning:up_grant"), data).content.decode()


def test_those_who_only_look_have_no_buttons(client: Client) -> None:
    at_line = line()
    (row,) = bring_rows(files.reported())
    client.force_login(person("auditor", Role.AUDITOR), backend=BACKEND)
    assert "Impor anggaran" not in text(client, reverse("planning:line_list") + IN_YEAR)
    assert "Menunggu keputusan bendahara" in text(client, reverse("planning:sipd_detail", args=[row.pk]))
    text(client, reverse("planning:line_detail", args=[at_line.pk]))
    assert client.get(reverse("planning:file_list")).status_code == 403
    assert client.post(reverse("planning:sipd_count", args=[row.pk]), {"reason": "alasan"}).status_code == 403


def test_home_shows_waiting_rows_and_lines_nearly_used(client: Client, treasurer: User) -> None:
    year = timezone.localdate().year
    at_line = line(100)
    spent(at_line, 95)
    bring_rows(files.reported(5))
    seen = text(client, reverse("opd:home"))
    if year == YEAR:
        assert "Realisasi SIPD" in seen
        assert "Baris hampir habis" in seen


def test_lists_take_few_queries(
    client: Client, treasurer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 30):
        line(1_000_000, rekening=f"5.1.02.01.01.{number:04}")
    bring_rows(
        *(
            files.reported(1_000 + n, Nomor_Dokumen=f"TBP/{n}", Kode_Rekening=f"5.1.02.01.01.{n:04}")
            for n in range(1, 30)
        )
    )
    text(client, reverse("planning:line_list") + IN_YEAR)
    with django_assert_max_num_queries(12):
        text(client, reverse("planning:line_list") + IN_YEAR)
    with django_assert_max_num_queries(12):
        text(client, reverse("planning:sipd_list") + IN_YEAR)
    with django_assert_max_num_queries(16):
        text(client, reverse("planning:month_list") + IN_YEAR)
