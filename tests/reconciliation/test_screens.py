"""The screens: who sees what, what a person reads, and how many queries it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from payments.reconciliation import services
from payments.reconciliation.models import ExceptionState, FileState, ImportedFile, ReconciliationException
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import AT, DAY, OTHER, Scene, imported, upload

OVERVIEW = "reconciliation:overview"
FILES = "reconciliation:file_list"
LIST = "reconciliation:exception_list"


@dataclass
class Cast:
    treasurer: User
    other: User
    bud: User
    auditor: User
    member: User
    admin: User


@pytest.fixture
def cast(scene: Scene) -> Cast:
    return Cast(
        treasurer=person("bendahara.wisata", Role.BENDAHARA_PENERIMAAN, scene.tourism),
        other=person("bendahara.budaya", Role.BENDAHARA_PENERIMAAN, scene.culture),
        bud=person("kuasa.bud", Role.KUASA_BUD),
        auditor=person("auditor", Role.AUDITOR),
        member=person("anggota", Role.TP2DD_MEMBER),
        admin=person("admin", Role.ADMINISTRATOR),
    )


@pytest.fixture
def day(scene: Scene) -> Scene:
    """A settlement of both agencies with a stranger in it, its statement, and one late credit."""
    sales = [scene.sold(13_000)[1], scene.sold(5000)[1], Sale(rrn="111111111111", gross=700_000)]
    museum = scene.sold(8000, museum=True)[1]
    imported(files.settlement(*sales, museum), name="QRIS_SETTLEMENT_93600999_20261124.csv")
    imported(files.statement(Movement(credit=100), credit_of(*sales)), name="RKUD_0010100000017_20261124.csv")
    return scene


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = as_user(user).get(reverse(name, args=args) + query)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def send(user: User, *uploads: tuple[str, str]) -> Any:
    content = [SimpleUploadedFile(name, text.encode(), "text/csv") for name, text in uploads]
    return as_user(user).post(reverse("reconciliation:file_upload"), {"berkas": content}, follow=True)


def file_of(kind: str) -> ImportedFile:
    return ImportedFile.objects.get(kind=kind)


@pytest.mark.parametrize("name", [OVERVIEW, FILES, LIST])
def test_only_those_who_reconcile_see_the_lists(cast: Cast, name: str) -> None:
    for user in (cast.treasurer, cast.bud, cast.auditor):
        page(user, name)
    for user in (cast.member, cast.admin):
        page(user, name, status=403)
    assert Client().get(reverse(name)).status_code == 302


def test_overview_counts_each_step_of_the_day(day: Scene, cast: Cast) -> None:
    html = page(cast.bud, OVERVIEW, query="?sejak=2026-11-01&sampai=2026-11-30")
    for text in ("24 Nov 2026", "Rp\u00a026.000", "Rp\u00a018.000", "Rp\u00a08.000", "1 selisih"):
        assert text in html
    assert "Jumlah" in html


def test_treasurer_sees_only_her_agency(day: Scene, cast: Cast) -> None:
    html = page(cast.other, OVERVIEW, query="?sejak=2026-11-01&sampai=2026-11-30")
    assert "Rp\u00a08.000" in html
    assert "Rp\u00a018.000" not in html
    assert "Rp\u00a026.000" not in html
    assert "1 selisih" not in html
    found = ReconciliationException.objects.get()
    page(cast.other, "reconciliation:exception_detail", found.pk, status=404)
    assert "RRN 111111111111" not in page(cast.other, LIST)
    assert "RRN 111111111111" in page(cast.treasurer, LIST)


def test_empty_screens_say_what_to_do_next(cast: Cast) -> None:
    assert "Tidak ada pembayaran pada masa ini" in page(cast.bud, OVERVIEW)
    assert "Belum ada berkas bank" in page(cast.bud, FILES)
    assert "Tidak ada selisih yang menunggu" in page(cast.bud, LIST)
    assert "Longgarkan pilihan" in page(cast.bud, LIST, query="?keadaan=explained")
    assert "Longgarkan pilihan" in page(cast.bud, FILES, query="?jenis=statement")


def test_treasurer_uploads_settlement_and_follows_it(scene: Scene, cast: Cast) -> None:
    _, sale = scene.sold(13_000)
    response = send(cast.treasurer, ("hari-ini.csv", files.settlement(sale)))
    file = ImportedFile.objects.get()
    assert response.redirect_chain == [(reverse("reconciliation:file_detail", args=[file.pk]), 302)]
    html = response.content.decode()
    assert "Menunggu giliran" in html
    assert 'hx-trigger="every 1s"' in html
    fragment = as_user(cast.treasurer).get(reverse("reconciliation:file_progress", args=[file.pk]))
    assert "HX-Refresh" not in fragment
    services.run_import(file.pk, at=AT)
    fragment = as_user(cast.treasurer).get(reverse("reconciliation:file_progress", args=[file.pk]))
    assert fragment["HX-Refresh"] == "true"
    html = page(cast.treasurer, "reconciliation:file_detail", file.pk)
    assert "1 transaksi, semua cocok." in html
    assert "Rp\u00a013.000" in html
    assert sale.rrn in html


def test_second_upload_of_the_same_file_says_so(scene: Scene, cast: Cast) -> None:
    text = files.settlement(scene.sold()[1])
    send(cast.treasurer, ("a.csv", text))
    html = send(cast.treasurer, ("b.csv", text)).content.decode()
    assert "isi yang sama sudah pernah diunggah" in html
    assert ImportedFile.objects.count() == 1


def test_several_files_at_once(scene: Scene, cast: Cast) -> None:
    send(cast.bud, ("a.csv", files.statement()), ("b.csv", files.statement(opening=5)))
    assert ImportedFile.objects.filter(by=cast.bud).count() == 2


def test_statement_is_not_for_the_treasurer(scene: Scene, cast: Cast) -> None:
    html = send(cast.treasurer, ("rkud.csv", files.statement())).content.decode()
    assert "bukan tugas Anda" in html
    assert ImportedFile.objects.count() == 0
    file = imported(files.statement())
    page(cast.treasurer, "reconciliation:file_detail", file.pk, status=404)
    page(cast.treasurer, "reconciliation:file_original", file.pk, status=404)
    assert "Unggah settlement QRIS" in page(cast.treasurer, FILES)
    assert "Unggah rekening koran RKUD" in page(cast.bud, FILES)


def test_auditor_looks_and_does_nothing(day: Scene, cast: Cast) -> None:
    assert send(cast.auditor, ("a.csv", files.settlement())).status_code == 403
    html = page(cast.auditor, FILES)
    assert 'type="file"' not in html
    file = file_of("statement")
    assert "Cocokkan lagi" not in page(cast.auditor, "reconciliation:file_detail", file.pk)
    client = as_user(cast.auditor)
    assert client.post(reverse("reconciliation:file_rerun", args=[file.pk])).status_code == 403
    found = ReconciliationException.objects.get()
    for name in ("exception_explain", "exception_record"):
        address = reverse(f"reconciliation:{name}", args=[found.pk])
        assert client.post(address, {"reason": "mencoba"}).status_code == 403
    assert "Simpan penjelasan" not in page(cast.auditor, "reconciliation:exception_detail", found.pk)


def test_refused_file_says_which_line_and_is_kept(scene: Scene, cast: Cast) -> None:
    damaged = files.settlement(scene.sold()[1]).replace("TRAILER,1", "TRAILER,9")
    file = upload(damaged, name="rusak.csv")
    services.run_import(file.pk, at=AT)
    html = page(cast.treasurer, "reconciliation:file_detail", file.pk)
    assert "Baris 3: jumlah baris menurut TRAILER 9, menurut isi berkas 1." in html
    assert "tidak ada uang yang berubah" in html


def test_upload_that_is_no_bank_file_is_refused_with_a_sentence(scene: Scene, cast: Cast) -> None:
    html = send(cast.treasurer, ("foto.csv", "apa;saja\n1;2\n")).content.decode()
    assert "judul kolomnya lain sama sekali" in html
    assert ImportedFile.objects.get().state == FileState.REFUSED


def test_upload_without_a_file_says_so(scene: Scene, cast: Cast) -> None:
    html = send(cast.treasurer).content.decode()
    assert "Pilih berkas dahulu" in html


def test_lines_are_shown_with_what_became_of_them(day: Scene, cast: Cast) -> None:
    settlement, statement = file_of("settlement"), file_of("statement")
    html = page(cast.bud, "reconciliation:file_detail", settlement.pk)
    for text in ("Dibukukan", "Cocok", "Belum dikenali", "Nomor rujukan dan RRN sama"):
        assert text in html
    assert "111111111111" in page(cast.bud, "reconciliation:file_detail", settlement.pk, query="?baris=belum")
    assert "111111111111" not in page(
        cast.bud, "reconciliation:file_detail", settlement.pk, query="?baris=cocok"
    )
    html = page(cast.bud, "reconciliation:file_detail", statement.pk)
    assert "Batch B20261124-ID20260000001, 3 transaksi." in html
    assert "Bukan settlement" in html


def test_treasurer_sees_only_her_lines_of_a_file(day: Scene, cast: Cast) -> None:
    file = file_of("settlement")
    html = page(cast.other, "reconciliation:file_detail", file.pk)
    assert "Museum Negeri" in html
    assert "Rumah Bung Karno" not in html
    assert "Yang tampil hanya baris OPD Anda" in html
    assert "Unduh berkas asli" not in html
    page(cast.other, "reconciliation:file_original", file.pk, status=403)


def test_original_downloads_as_attachment_byte_for_byte(day: Scene, cast: Cast) -> None:
    file = file_of("statement")
    response = as_user(cast.auditor).get(reverse("reconciliation:file_original", args=[file.pk]))
    assert response["Content-Disposition"].startswith("attachment")
    assert b"SALDO AWAL" in b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_rerun_is_for_those_who_upload(day: Scene, cast: Cast) -> None:
    file = file_of("statement")
    assert "Cocokkan lagi" in page(cast.bud, "reconciliation:file_detail", file.pk)
    response = as_user(cast.bud).post(reverse("reconciliation:file_rerun", args=[file.pk]))
    assert response.status_code == 302
    file.refresh_from_db()
    assert file.state == FileState.UPLOADED


def test_filters_of_the_differences_read_as_a_sentence(scene: Scene, cast: Cast) -> None:
    sale = scene.sold(10_000, mdr=7000)[1]
    stranger = Sale(rrn="111111111111", gross=700_000, nmid=OTHER, at=sale.at + timedelta(days=1))
    imported(files.settlement(sale, stranger))

    def shown(query: str) -> list[bool]:
        html = page(cast.bud, LIST, query=query)
        return ["RRN 111111111111" in html, sale.batch_no in html]

    assert shown("") == [True, True]
    assert shown("?jenis=fee_differs") == [False, True]
    assert shown("?titik=Museum+Negeri") == [True, False]
    assert shown("?sejak=2026-11-25") == [True, False]
    assert shown("?sampai=2026-11-24") == [False, True]
    assert shown("?keadaan=resolved") == [False, False]
    assert shown("?keadaan=semua&jenis=ngawur&sejak=kemarin") == [True, True]


def test_difference_page_says_what_it_means_and_takes_an_explanation(day: Scene, cast: Cast) -> None:
    found = ReconciliationException.objects.get()
    address = reverse("reconciliation:exception_explain", args=[found.pk])
    html = page(cast.treasurer, "reconciliation:exception_detail", found.pk)
    for text in ("Artinya untuk uang", "Yang harus dilakukan", "Rp\u00a07.000", "Catat sebagai titipan"):
        assert text in html
    client = as_user(cast.treasurer)
    assert "Pastikan" in client.post(address, {"reason": "x"}).content.decode()
    client.post(address, {"reason": "Bank salah kirim, surat 12/2026"})
    found.refresh_from_db()
    assert (found.state, found.closed_by) == (ExceptionState.EXPLAINED, cast.treasurer)
    html = page(cast.auditor, "reconciliation:exception_detail", found.pk)
    assert "Bank salah kirim, surat 12/2026" in html


def test_unknown_money_is_recorded_as_a_deposit_from_its_page(day: Scene, cast: Cast) -> None:
    found = ReconciliationException.objects.get()
    address = reverse("reconciliation:exception_record", args=[found.pk])
    response = as_user(cast.treasurer).post(address, {"reason": "Pembayar melapor di loket"}, follow=True)
    assert "dicatat sebagai titipan" in response.content.decode()
    again = as_user(cast.treasurer).post(address, {"reason": "Sekali lagi"}, follow=True)
    assert "belum dijelaskan yang dapat dicatat" in again.content.decode()


def test_many_differences_get_one_explanation(scene: Scene, cast: Cast) -> None:
    imported(files.settlement(*[Sale(rrn=f"{n:012}", gross=100_000) for n in range(3)]))
    ids = list(ReconciliationException.objects.values_list("pk", flat=True))
    address = reverse("reconciliation:exception_bulk")
    client = as_user(cast.bud)
    nothing = client.post(address, {"reason": "Surat bank 9/2026"}, follow=True)
    assert "Centang dahulu" in nothing.content.decode()
    short = client.post(address, {"pilih": ids, "reason": ""}, follow=True)
    assert "Isi penjelasannya" in short.content.decode()
    data = {"pilih": [*ids[:2], "x"], "reason": "Surat bank 9/2026", "kembali": "?jenis=missing_ours"}
    done = client.post(address, data, follow=True)
    assert done.redirect_chain == [(reverse(LIST) + "?jenis=missing_ours", 302)]
    assert "2 selisih dijelaskan." in done.content.decode()
    assert ReconciliationException.objects.waiting().count() == 1


def test_bulk_explanation_stays_within_the_agency(day: Scene, cast: Cast) -> None:
    found = ReconciliationException.objects.get()
    address = reverse("reconciliation:exception_bulk")
    response = as_user(cast.other).post(address, {"pilih": [found.pk], "reason": "bukan milik saya"})
    assert response.status_code == 403
    found.refresh_from_db()
    assert found.state == ExceptionState.OPEN


def test_lists_download_as_csv(day: Scene, cast: Cast) -> None:
    client = as_user(cast.bud)
    days = client.get(reverse(OVERVIEW) + "?sejak=2026-11-01&sampai=2026-11-30&unduh=csv")
    text = b"".join(days.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[1] == "2026-11-24,3,26000.00,26000.00,18000.00,18000.00,0.00,1"
    odd = client.get(reverse(LIST) + "?unduh=csv")
    text = b"".join(odd.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Ada di bank, tidak ada pada kita" in text
    assert "RRN 111111111111" in text


def test_get_changes_nothing(day: Scene, cast: Cast) -> None:
    found = ReconciliationException.objects.get()
    file = file_of("settlement")
    for name, key in (
        *(("file_rerun", file.pk), ("exception_explain", found.pk), ("exception_record", found.pk)),
    ):
        assert as_user(cast.bud).get(reverse(f"reconciliation:{name}", args=[key])).status_code == 405


def test_pages_cost_a_fixed_number_of_queries(
    scene: Scene, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    sales = [scene.sold()[1] for _ in range(8)]
    strangers = [Sale(rrn=f"{n:012}", gross=100_000) for n in range(8)]
    file = imported(files.settlement(*sales, *strangers))
    imported(files.statement(credit_of(*sales, *strangers)))
    imported(files.settlement(*sales, *strangers, replace(strangers[0], rrn="999999999999")))
    client = as_user(cast.bud)
    detail = reverse("reconciliation:file_detail", args=[file.pk])
    for address in (reverse(OVERVIEW), reverse(FILES), reverse(LIST), detail):
        with django_assert_max_num_queries(9):
            assert client.get(address).status_code == 200


def test_home_reminds_of_what_waits(day: Scene, cast: Cast) -> None:
    html = page(cast.treasurer, "opd:home")
    assert "1 selisih menunggu penjelasan Anda." in html


def test_home_names_the_days_without_files(scene: Scene, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _, sale = scene.sold()
    monkeypatch.setattr("payments.reconciliation.home.timezone.localdate", lambda: DAY + timedelta(days=2))
    assert "Minta ke bank berkas untuk 24 November 2026." in page(cast.treasurer, "opd:home")
    imported(files.settlement(sale))
    assert "Minta ke bank" not in page(cast.treasurer, "opd:home")
    assert "Unggah rekening koran RKUD untuk 24 November 2026." in page(cast.bud, "opd:home")
    imported(files.statement(credit_of(sale)))
    assert "Unggah rekening koran" not in page(cast.bud, "opd:home")
