"""The office's pages of assessments: register, preview, issue, decide, files, letters, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opd import stepup
from opd.models import User
from opd.office import documents
from retribusi.assessments.models import AssessmentFile, Debt, Letter, Skrd, WajibRetribusi
from retribusi.assessments.services import files
from tests.assessments.cast import MONTH, Office, rp
from tests.assessments.test_files import as_csv, good
from tests.retribusi.cast import AT, text

pytestmark = pytest.mark.django_db
PERIOD = {"period_from": MONTH[0].isoformat(), "period_to": MONTH[1].isoformat()}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second factor has tests of its own; here it was just given."""
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_from_an_empty_register_to_a_printed_skrd(client: Client, office: Office) -> None:
    enter(client, office.treasurer)
    assert "Belum ada SKRD" in text(client.get("/retribusi/skrd/"))
    assert "Belum ada wajib retribusi" in text(client.get("/retribusi/wajib/"))
    wrong = {
        "opd": office.museum.opd.pk, "name": "Toko Maju", "kind": "nik", "identity": "123",
        "address": "Jalan 1", "contact": "",
    }  # fmt: skip
    assert "16 angka; yang ini 3" in text(client.post("/retribusi/wajib/baru/", wrong))
    saved = client.post("/retribusi/wajib/baru/", {**wrong, "identity": "1771010101010001"})
    tenant = WajibRetribusi.objects.get()
    assert saved.headers["Location"] == f"/retribusi/wajib/{tenant.pk}/"
    page = text(client.get(saved.headers["Location"]))
    assert "NIK •••0001" in page
    assert "1771010101010001" not in page
    assert "1771010101010001" in text(client.post(f"/retribusi/wajib/{tenant.pk}/nomor/"))

    address = f"/retribusi/wajib/{tenant.pk}/skrd/"
    form = text(client.get(address))
    key = form.split('name="form_key" value="')[1].split('"')[0]
    given = {"form_key": key, f"t{office.stall.pk}": "2", **PERIOD}
    preview = text(client.post(address, {**given, "periksa": "ya"}))
    assert "Rp\u00a0300.000" in preview
    assert "Tiga ratus ribu rupiah" in preview
    assert not Skrd.objects.exists()
    assert 'value="2"' in text(client.post(address, {**given, "ubah": "ya"}))
    for _ in range(2):
        issued = client.post(address, {**given, "terbitkan": "ya"})
        row = Skrd.objects.get()
        assert issued.headers["Location"] == f"/retribusi/skrd/{row.pk}/"
    page = text(client.get(issued.headers["Location"]))
    for words in (
        row.document.number_text,
        "Toko Maju",
        "Rp\u00a0300.000",
        f"/tagihan/{row.token}/",
        "Cetak SKRD",
    ):
        assert words in page, words
    pdf = client.get(f"/retribusi/skrd/{row.pk}/cetak.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.getvalue().startswith(b"%PDF")
    assert "Terbilang" in text(client.get(reverse("office:document_print", args=[row.document.token])))


def test_the_list_is_searched_filtered_and_downloaded(client: Client, office: Office) -> None:
    row = office.issue()
    office.void(office.issue(wajib=office.register("Toko Batal", "1771010101018888")))
    enter(client, office.auditor)
    assert "Toko Batal" in text(client.get("/retribusi/skrd/?keadaan=void"))
    assert "Toko Maju Jaya" not in text(client.get("/retribusi/skrd/?keadaan=void"))
    assert row.document.number_text in text(client.get("/retribusi/skrd/?q=maju"))
    assert "Tidak ada SKRD yang cocok" in text(client.get("/retribusi/skrd/?keadaan=overdue"))
    with time_machine.travel(AT + timedelta(days=20), tick=False):
        enter(client, office.auditor)
        assert "Toko Maju Jaya" in text(client.get("/retribusi/skrd/?keadaan=overdue"))
    enter(client, office.auditor)
    sheet = client.get("/retribusi/skrd/?unduh=csv").getvalue().decode()
    assert len(sheet.splitlines()) == 3
    assert "NIK •••0001" in sheet
    assert "1771010101010001" not in sheet
    assert "salah orang" in text(client.get("/retribusi/skrd/batal/"))
    voids = client.get("/retribusi/skrd/batal/?unduh=csv").getvalue().decode()
    assert "salah orang" in voids
    for page in ("wajib", "penagihan", "piutang"):
        assert client.get(f"/retribusi/{page}/").status_code == 200
        assert client.get(f"/retribusi/{page}/?unduh=csv").getvalue()


def test_pages_cost_the_same_however_many_rows(
    client: Client, office: Office, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        office.issue(wajib=office.register(f"Toko {number}", f"17710101010{number:05}"))
    enter(client, office.treasurer)
    client.get("/retribusi/skrd/")
    limit: object = django_assert_max_num_queries
    for page in ("skrd", "wajib", "penagihan", "piutang"):
        with limit(25):  # type: ignore[operator]
            assert client.get(f"/retribusi/{page}/").status_code == 200


def test_the_head_decides_and_the_issuer_does_not(client: Client, office: Office) -> None:
    row = office.issue(stalls=4)
    decree = {"number": "SK 12/2026", "decided_on": "2026-11-24", "reason": "permohonan"}
    address = f"/retribusi/skrd/{row.pk}"
    enter(client, office.treasurer)
    assert client.post(f"{address}/batal/", {"reason": "x"}).status_code == 403
    enter(client, office.head)
    assert "Beri angsuran" in text(client.get(f"{address}/"))
    refused = client.post(f"{address}/keringanan/", {**decree, "amount": "700.000"})
    assert "tidak melebihi sisa tagihan" in text(refused)
    assert client.post(f"{address}/keringanan/", {**decree, "amount": "100.000"}).status_code == 302
    given = {**decree, "number": "SK 13/2026", "times": "2", "first_due": "2026-12-01"}
    assert client.post(f"{address}/angsuran/", given).status_code == 302
    parts = Debt.objects.current().filter(skrd=row).order_by("position")
    assert [(part.position, part.amount) for part in parts] == [(1, rp(250_000)), (2, rp(250_000))]
    page = text(client.get(f"{address}/"))
    assert "Keringanan dengan keputusan SK 12/2026" in page
    assert client.post(f"{address}/batal/", {"reason": "salah orang"}).status_code == 302
    assert "Terbitkan pengganti" not in text(client.get(f"{address}/"))
    enter(client, office.treasurer)
    assert "Terbitkan pengganti" in text(client.get(f"{address}/"))


def test_a_file_is_looked_at_confirmed_and_watched(client: Client, office: Office) -> None:
    enter(client, office.treasurer)
    assert "Belum ada berkas" in text(client.get("/retribusi/berkas-skrd/"))
    bad = SimpleUploadedFile("a.csv", as_csv([good(1), good(2, "Sewa kapal")]))
    given = {"point": office.museum.point.pk, **PERIOD}
    answer = client.post("/retribusi/berkas-skrd/unggah/", {**given, "file": bad})
    page = text(client.get(answer.headers["Location"]))
    assert "Baris 3" in page
    assert "Terbitkan 1 SKRD" not in page
    client.post(f"{answer.headers['Location']}terbitkan/")
    assert not Skrd.objects.exists()
    client.post(f"{answer.headers['Location']}buang/")
    fine = SimpleUploadedFile("b.csv", as_csv([good(1), good(2)]))
    address = client.post("/retribusi/berkas-skrd/unggah/", {**given, "file": fine}).headers["Location"]
    assert "Terbitkan 2 SKRD" in text(client.get(address))
    client.post(f"{address}terbitkan/")
    assert "sedang terbit" in text(client.get(address))
    assert "HX-Refresh" not in client.get(f"{address}kemajuan/").headers
    file = AssessmentFile.objects.get(confirmed_at__isnull=False)
    files.run(file.pk, at=AT)
    assert client.get(f"{address}kemajuan/").headers["HX-Refresh"] == "true"
    assert "2 SKRD" in text(client.get(address))
    original = client.get(f"{address}asli/")
    assert b"Pedagang 1" in original.getvalue()
    original.close()


def test_letters_are_issued_from_the_collection_page(client: Client, office: Office) -> None:
    row = office.issue()
    with time_machine.travel(AT + timedelta(days=22), tick=False):
        enter(client, office.treasurer)
        page = text(client.get("/retribusi/penagihan/"))
        address = f"/retribusi/penagihan/teguran/{office.museum.opd.pk}/"
        assert address in page
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 302
        letter = Letter.objects.get()
        assert letter.document.number_text in text(client.get("/retribusi/penagihan/"))
        printed = text(client.get(reverse("office:document_print", args=[letter.document.token])))
        assert "belum kami terima" in printed
        assert row.document.number_text in printed
        assert client.post(f"/retribusi/penagihan/surat/{office.museum.opd.pk}/").status_code == 404
        home = text(client.get("/kantor/"))
        assert "Piutang retribusi" in home
    assert documents.kind("strd").label == "Surat Tagihan Retribusi Daerah"
