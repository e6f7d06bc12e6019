"""The pages: rights by agency, downloads, home cards, imports, bounded queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from tests.opd.cast import agency, person
from tests.tp2dd.secretariat.world import AT, BACKEND, TAX, World, picture
from tp2dd.secretariat.models import DataRequest, FigureFile, Region, RegionScore
from tp2dd.secretariat.services import regions

pytestmark = pytest.mark.usefixtures("today")
LISTS = ("activity_list", "agreement_list", "meeting_list", "request_list", "owing", "regions", "figure_list")


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(world.secretary, backend=BACKEND)
    return client


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def text(client: Client, name: str, *args: object, **query: str) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def post(client: Client, name: str, *args: object, **data: Any) -> str:
    return client.post(reverse(name, args=args), data, follow=True).content.decode()


def test_a_request_goes_its_way_through_the_pages(desk: Client, world: World) -> None:
    told = post(
        desk, "secretariat:request_new", opd=world.opd.pk, body="", subject="Rekap nontunai",
        period="Semester I", note="", due_on="2026-07-09",
    )  # fmt: skip
    assert "Permintaan terkirim" in told
    row = DataRequest.objects.get()
    enter(desk, world.head)
    assert "Permintaan data TP2DD" in text(desk, "opd:home")
    upload = reverse("office:attachment_upload", args=["secretariat.datarequest", row.pk])
    desk.post(upload, {"kind": "data", "berkas": picture()})
    assert "Jawaban terkirim" in post(desk, "secretariat:request_answer", row.pk, answer="Rekap terlampir")
    assert "Permintaan data TP2DD" not in text(desk, "opd:home")
    enter(desk, world.secretary)
    page = text(desk, "secretariat:request_detail", row.pk)
    assert "Rekap terlampir" in page
    assert "bukti.png" in page
    assert "Jawaban diterima" in post(desk, "secretariat:request_accept", row.pk)


def test_an_agency_sees_its_own_requests_and_actions_alone(client: Client, world: World) -> None:
    mine, outside = world.asks(), world.asks(outside="Samsat Bengkulu")
    action = world.action()
    enter(client, person("pa.lain", Role.PA, agency("113", "Dinas Pariwisata")))
    for name, pk in (("secretariat:request_detail", mine.pk), ("secretariat:request_detail", outside.pk),
                     ("roadmap:action_detail", action.pk)):  # fmt: skip
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("roadmap:action_progress", args=[action.pk])).status_code == 404
    enter(client, world.head)
    shown = text(client, "secretariat:request_list")
    assert "Rekap nontunai" in shown
    assert "Samsat" not in shown
    assert "Rencana aksi TP2DD" in text(client, "opd:home")


def test_a_member_looks_and_changes_nothing(client: Client, world: World) -> None:
    row = world.asks()
    enter(client, world.member)
    assert "Minta data" not in text(client, "secretariat:request_list")
    for name, args in (
        ("request_new", []),
        ("request_remind", [row.pk]),
        ("decree_new", []),
        ("score_new", []),
    ):
        assert client.post(reverse(f"secretariat:{name}", args=args)).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_lists_download_and_say_when_they_are_empty(desk: Client, name: str) -> None:
    page = text(desk, f"secretariat:{name}")
    assert "Belum ada" in page or "Tidak ada" in page or "belum ada" in page
    answer = desk.get(reverse(f"secretariat:{name}"), {"unduh": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_figures_are_looked_at_before_they_are_saved(desk: Client, world: World) -> None:
    told: dict[str, Any] = {
        "year": 2026,
        "month": 5,
        "source": "Bapenda surat 7",
        "control_total": "1.250.000",
    }
    file = SimpleUploadedFile("pajak.csv", TAX.encode())
    page = post(desk, "secretariat:figure_upload", "pajak", file=file, **told)
    assert "menunggu Anda simpan" in page
    row = FigureFile.objects.get()
    assert "Tersimpan sebagai angka bulan itu" in post(desk, "secretariat:figure_save", row.pk)
    shown = text(desk, "secretariat:figure_list")
    assert "80,0%" in shown
    wrong = SimpleUploadedFile("salah.csv", TAX.replace("Tunai", "Barter").encode())
    bad = post(desk, "secretariat:figure_upload", "pajak", file=wrong, **told)
    assert "tidak dikenal" in bad
    assert "Simpan angka bulan ini" not in bad
    refused = post(desk, "secretariat:figure_save", FigureFile.objects.latest("pk").pk)
    assert "Tidak ada yang disimpan" in refused
    no_table = SimpleUploadedFile("lain.csv", b"a;b\n1;2\n")
    assert "kolom ini tidak ada" in post(desk, "secretariat:figure_upload", "pajak", file=no_table, **told)
    assert desk.get(reverse("secretariat:figure_example", args=["lra"])).status_code == 200


def test_scores_come_whole_or_not_at_all(desk: Client, world: World) -> None:
    told = {"source": "Satgas P2DD", "source_date": "2026-07-01"}
    good = "kode;tahun;semester;tahap;indeks\n17.71;2025;2;Digital;81,5\n17.04;2025;2;Maju;\n"
    page = post(desk, "secretariat:score_import", file=SimpleUploadedFile("a.csv", good.encode()), **told)
    assert "2 capaian baru, 0 sudah sama" in page
    again = post(desk, "secretariat:score_import", file=SimpleUploadedFile("a.csv", good.encode()), **told)
    assert "0 capaian baru, 2 sudah sama" in again
    bad = good.replace("17.04", "17.99").replace("81,5", "181,5")
    page = post(desk, "secretariat:score_import", file=SimpleUploadedFile("a.csv", bad.encode()), **told)
    assert "bukan kabupaten/kota di Bengkulu" in page
    assert "paling besar 100" in page
    assert RegionScore.objects.count() == 2
    regions.record_score(
        region_id=Region.objects.get(code="17.71").pk, year=2025, half=2, stage="digital", index=None,
        source="Ralat", source_date=AT.date(), by=world.secretary, at=AT,
    )  # fmt: skip
    history = text(desk, "secretariat:region_detail", Region.objects.get(code="17.71").pk)
    assert "catatan 2" in history
    assert "81,50%" in history
    assert "1 dari 10 daerah" in text(desk, "secretariat:regions")


def test_every_form_carries_its_token(desk: Client, world: World) -> None:
    """A form drawn in a context of its own would be posted without one, and refused."""
    action, row = world.action(), world.asks()
    for who, name, pk in (
        (world.head, "roadmap:action_detail", action.pk),
        (world.secretary, "roadmap:action_detail", action.pk),
        (world.head, "secretariat:request_detail", row.pk),
        (world.secretary, "secretariat:request_detail", row.pk),
    ):  # fmt: skip
        page = text(enter(desk, who), name, pk)
        forms = [part.split("</form>")[0] for part in page.split('method="post"')[1:]]
        assert forms
        assert all("csrfmiddlewaretoken" in form for form in forms), name


def test_ten_regions_with_their_codes(world: World) -> None:
    codes = list(Region.objects.values_list("code", flat=True))
    assert codes == [*(f"17.0{n}" for n in range(1, 10)), "17.71"]


def test_pages_stay_within_their_queries(
    desk: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    decree = world.decree()
    for days in range(12):
        world.asks(days=days)
        world.asks(outside=f"Lembaga {days}", days=days)
        world.action()
        world.saved(month=1 + days % 6)
    for name, most in (
        ("secretariat:desk", 26), ("secretariat:request_list", 18), ("secretariat:owing", 16),
        ("secretariat:figure_list", 20), ("secretariat:regions", 16), ("secretariat:deadline_list", 26),
        ("roadmap:action_list", 20), ("roadmap:evaluation_list", 16),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert desk.get(reverse(name)).status_code == 200, name
    with django_assert_max_num_queries(22):
        assert desk.get(reverse("secretariat:decree_detail", args=[decree.pk])).status_code == 200
