"""From a plan file to an explained finding through the pages; lists, filters, downloads, rights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opd.models import Opd, Role, User
from opd.planning.models import CodeChange, PlanDocument, PlanFile
from tests.consistency import planting
from tests.consistency.planting import FIELDS, PROGRAMS, Fault
from tests.opd.cast import agency, person
from tests.planning import plans
from tests.planning.plans import BRANCH
from tests.planning.world import AT, YEAR, tourism
from tp2dd.consistency import services
from tp2dd.consistency.models import Finding, Run

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LOST = Fault("lost_sub", FIELDS[0], PROGRAMS[0], frozenset({"kua_ppas", "rka", "apbd", "dpa"}))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def opd() -> Opd:
    return tourism()


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def upload(client: Client, kind: str, content: bytes, **changes: Any) -> Any:
    said = {
        "year": YEAR, "stage": "murni", "number": f"{kind}/1", "date": "2025-12-01", "control_total": "900",
        "file": SimpleUploadedFile(f"{kind}.csv", content), **changes,
    }  # fmt: skip
    return client.post(reverse("planning:plan_upload", args=[kind]), said, follow=True)


def test_from_two_files_to_an_explained_finding(client: Client, opd: Opd) -> None:
    enter(client, person("perencana", Role.PERENCANA))
    for kind, rows in (("rkpd", BRANCH), ("renja", tuple(row.but(target="90") for row in BRANCH[:2]))):
        page = upload(client, kind, plans.csv(kind, rows).read(), opd=opd.pk)
        assert "menunggu Anda simpan" in page.content.decode()
        file = PlanFile.objects.latest("pk")
        saved = client.post(reverse("planning:plan_save", args=[file.pk]), follow=True)
        assert "Tersimpan seluruhnya" in saved.content.decode()
    done = client.post(reverse("consistency:run"), {"tahun": YEAR}, follow=True).content.decode()
    assert "3 temuan baru" in done
    assert "Rantai paling sering putus pada RKPD\xa0→ Renja" in done
    finding = Finding.objects.get(check_kind="missing")
    enter(client, person("ppk", Role.PPK_OPD, opd))
    address = reverse("consistency:finding_detail", args=[finding.pk])
    assert "Ada di RKPD, tetapi tidak diteruskan ke Renja." in client.get(address).content.decode()
    told = client.post(
        reverse("consistency:finding_explain", args=[finding.pk]), {"text": "Masuk perubahan Renja"},
        follow=True,
    ).content.decode()  # fmt: skip
    assert "Penjelasan disimpan" in told
    assert "Masuk perubahan Renja" in told
    assert client.post(reverse("consistency:finding_accept", args=[finding.pk])).status_code == 403


def test_a_wrong_file_stays_a_draft_and_says_where(client: Client, opd: Opd) -> None:
    enter(client, person("perencana", Role.PERENCANA))
    wrong = plans.csv("renja", (*BRANCH, BRANCH[2].but(code="3.26.07.1.01.0001"))).read()
    page = upload(client, "renja", wrong, opd=opd.pk).content.decode()
    assert "Baris 5, kolom “kode”" in page
    assert "Unggah lagi" in page
    file = PlanFile.objects.get()
    refused = client.post(reverse("planning:plan_save", args=[file.pk]), follow=True).content.decode()
    assert "Tidak ada yang disimpan" in refused
    assert not PlanDocument.objects.exists()
    client.post(reverse("planning:plan_drop", args=[file.pk]))
    assert PlanFile.objects.get().state == "dropped"


def test_merged_cells_are_named_above_the_form(client: Client, opd: Opd) -> None:
    enter(client, person("perencana", Role.PERENCANA))
    page = upload(client, "rkpd", plans.workbook("rkpd", merge="B4:B5").read()).content.decode()
    assert "ada sel yang digabung (B4:B5)" in page
    assert not PlanFile.objects.exists()


def test_codes_are_recorded_and_dropped_on_their_page(client: Client) -> None:
    enter(client, person("perencana", Role.PERENCANA))
    add = reverse("planning:code_add")
    said = {"pairs": "3.26.02;3.26.03", "from_year": 2026, "legal_basis": "Kepmen 1"}
    assert "setingkat" in client.post(add, said | {"pairs": "3.26.02;3.26.03.1.01"}).content.decode()
    assert "3.26.03" in client.post(add, said, follow=True).content.decode()
    change = CodeChange.objects.get()
    client.post(reverse("planning:code_drop", args=[change.pk]), {"reason": "Salah ketik"})
    assert not CodeChange.objects.exists()


def test_lists_download_filter_and_stay_within_their_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    planting.plant([LOST])
    services.run(year=YEAR, by=None, at=AT)
    enter(client, person("tp2dd", Role.TP2DD_MEMBER))
    matrix, findings = reverse("consistency:matrix"), reverse("consistency:finding_list")
    with django_assert_max_num_queries(22):
        shown = client.get(matrix).content.decode()
    assert "94%" in shown
    assert "Rp" not in shown
    csv = b"".join(client.get(matrix + "?unduh=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert csv.splitlines()[2].startswith("113,Dinas Pariwisata,")
    with django_assert_max_num_queries(22):
        listed = client.get(
            findings, {"pasangan": "rkpd-kua_ppas", "opd": str(tourism().pk)}
        ).content.decode()
    assert "3.26.02.1.01.0001" in listed
    assert "dari 9" in listed
    rows = b"".join(client.get(findings + "?unduh=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(rows.strip().splitlines()) == 2
    assert "Tidak ada temuan yang menunggu" in client.get(findings, {"jenis": "sum"}).content.decode()
    assert "Halaman" not in client.get(findings, {"keadaan": "", "tahun": "bukan"}).content.decode()


def test_the_chain_goes_from_the_rpjmd_to_the_spending(client: Client) -> None:
    planting.plant([LOST, Fault("recoded_program", FIELDS[0], PROGRAMS[1], frozenset({"rkpd"}))])
    services.run(year=YEAR, by=None, at=AT)
    enter(client, person("kuasa", Role.KUASA_BUD))
    address, where = reverse("consistency:chain"), {"opd": str(tourism().pk), "tahun": str(YEAR)}
    lost = client.get(address, where | {"kode": "3.26.02.1.01.0001"}).content.decode()
    assert lost.count("Tidak ada di dokumen ini") == 5  # RPJMD has programs alone
    assert "DPA tidak memuat kode ini" in lost
    program = client.get(address, where | {"kode": "3.26.03"}).content.decode()
    assert "ditulis 3.26.93" in program
    assert "Terserap dari DPA" in program
    assert "Kode ini tidak dikenal" in client.get(address, where | {"kode": "9"}).content.decode()
    assert client.get(address, {"opd": "9" * 30}).status_code == 200


def test_an_agency_sees_and_explains_its_own_alone(client: Client) -> None:
    planting.plant([LOST])
    services.run(year=YEAR, by=None, at=AT)
    finding = Finding.objects.get()
    enter(client, person("ppk", Role.PPK_OPD, agency("146", "")))
    assert client.get(reverse("consistency:finding_detail", args=[finding.pk])).status_code == 404
    assert client.post(reverse("consistency:finding_explain", args=[finding.pk])).status_code == 404
    chain = client.get(reverse("consistency:chain"), {"opd": str(finding.opd_id), "kode": finding.code})
    assert "Kode ini tidak dikenal" in chain.content.decode()
    assert client.post(reverse("consistency:run"), {"tahun": YEAR}).status_code == 403


def test_the_home_page_tells_who_must_act(client: Client) -> None:
    planting.plant([LOST])
    services.run(year=YEAR, by=None, at=AT)
    verifier = person("ppk", Role.PPK_OPD, tourism())
    assert "Temuan konsistensi" in enter(client, verifier).get(reverse("opd:home")).content.decode()
    services.explain(finding_id=Finding.objects.get().pk, text="Digabung", by=verifier, at=AT)
    enter(client, person("perencana", Role.PERENCANA))
    assert "menunggu Anda terima atau kembalikan" in client.get(reverse("opd:home")).content.decode()


def test_a_year_nobody_knows_is_not_run(client: Client) -> None:
    enter(client, person("perencana", Role.PERENCANA))
    for year in ("2099", "x", ""):
        page = client.post(reverse("consistency:run"), {"tahun": year}, follow=True).content.decode()
        assert "Belum ada dokumen tahun itu" in page
    assert not Run.objects.exists()
