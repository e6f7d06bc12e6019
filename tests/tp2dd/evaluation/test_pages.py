"""The evaluation's pages: who opens what, filling with several photos, the binder, few queries."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from tests.opd.cast import agency, person
from tests.tp2dd.evaluation.world import BACKEND, World, picture
from tp2dd.evaluation import queries, services, standing
from tp2dd.evaluation.models import Campaign, Sheet

pytestmark = pytest.mark.django_db


def login(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def item(world: World, code: str, name: str = "item", opd: Any = ...) -> str:
    sheet = world.sheet(world.opd if opd is ... else opd)
    return reverse(f"evaluation:{name}", args=[sheet.pk, code])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_saving_keeps_the_value_and_every_photo_and_goes_on(client: Client, world: World) -> None:
    login(client, world.head)
    files = [_coloured("a.png", 10), _coloured("b.png", 200)]
    data = {"value": "2", "note": "", "seen": "0", "kind": "photo", "berkas": files}
    answer = client.post(item(world, "P2", "item_save"), data)
    assert answer["Location"] == item(world, "P3")
    found = standing.board(world.sheet(world.opd)).by_code["P2"]
    assert (found.own_shown, len(found.proofs)) == ("2 kegiatan", 2)


def _coloured(name: str, shade: int) -> Any:

    made = io.BytesIO()
    Image.new("L", (8, 8), shade).save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")


def test_a_refused_value_stays_on_screen_with_its_reason(client: Client, world: World) -> None:
    login(client, world.head)
    answer = client.post(item(world, "C4", "item_save"), {"value": "180", "note": "Survei Mei", "seen": "0"})
    assert "C4 Kepuasan pengguna pembayaran nontunai: nilainya antara 0 dan 100." in text(answer)
    assert 'value="180"' in text(answer)
    wrong = {"value": "80", "note": "", "seen": "0", "kind": "photo", "berkas": [picture()]}
    answer = client.post(item(world, "C4", "item_save"), wrong, follow=True)
    assert "di sini hanya Laporan atau rekap" in text(answer)


def test_an_agency_sees_its_own_sheet_and_no_other_until_scores_are_published(
    client: Client, world: World
) -> None:
    login(client, world.head)
    page = reverse("evaluation:campaign", args=[world.campaign.pk])
    assert [row.sheet.subject for row in client.get(page).context["rows"]] == ["Dinas Pariwisata"]
    for opd in (world.other, None):
        assert client.get(reverse("evaluation:sheet", args=[world.sheet(opd).pk])).status_code == 404
        assert client.get(item(world, "P2", opd=opd)).status_code == 404
    world.published()
    shown = text(client.get(reverse("evaluation:ranking")))
    assert "Dinas Pendidikan" in shown
    assert client.get(reverse("evaluation:subject", args=[world.other.pk])).status_code == 200


def test_evidence_of_another_agency_is_not_shown(client: Client, world: World) -> None:
    world.prove(world.opd, "P2", "photo")
    proof = standing.board(world.sheet(world.opd)).by_code["P2"].proofs[0]
    page = reverse("office:attachment_download", args=[proof.pk])
    other = person("pa.lain", Role.PA, agency("121", "Dinas Lain"))
    for who, status in ((world.head, 200), (world.reviewer, 200), (other, 404)):
        answer = login(client, who).get(page)
        assert b"".join(answer)  # read to its end, which closes the file
        assert answer.status_code == status


def test_roles_without_a_part_in_it_do_not_come_in(client: Client, world: World) -> None:
    for username, role, status in (("bi", Role.PENINJAU_BI, 200), ("auditor", Role.AUDITOR, 200),
                                   ("bud", Role.KUASA_BUD, 403)):  # fmt: skip
        page = reverse("evaluation:campaign", args=[world.campaign.pk])
        assert login(client, person(username, role)).get(page).status_code == status
    deeds = ("campaign_read", "campaign_review", "campaign_close", "campaign_final", "campaign_correct")
    for name in deeds:
        url = reverse(f"evaluation:{name}", args=[world.campaign.pk])
        assert login(client, world.reviewer).post(url).status_code == 403


def test_deciding_and_publishing_ask_for_a_second_factor(client: Client, world: World) -> None:
    world.reviewed()
    login(client, world.sekda)
    for name, state in (("campaign_final", "deciding"), ("campaign_publish", "final")):
        client.post(reverse(f"evaluation:{name}", args=[world.campaign.pk]))
        assert Campaign.objects.get(pk=world.campaign.pk).state == state
        if state == "deciding":
            services.finalise(campaign_id=world.campaign.pk, by=world.sekda, at=world.campaign.opened_at)


def test_the_reviewer_gives_another_value_beside_the_own_one(client: Client, world: World) -> None:
    world.hand_in(world.opd)
    world.start_review()
    login(client, world.reviewer)
    url = item(world, "P2", "item_review")
    assert "Alasan: Bidang ini" in text(client.post(url, {"value": "1", "note": "", "seen": "0"}))
    client.post(url, {"value": "1", "note": "Hanya satu yang berfoto", "seen": "0"})
    shown = text(client.get(reverse("evaluation:sheet", args=[world.sheet(world.opd).pk])))
    assert "Hanya satu yang berfoto" in shown
    assert "beda pendapat" in shown
    client.post(reverse("evaluation:sheet_done", args=[world.sheet(world.opd).pk]))
    assert world.sheet(world.opd).state == Sheet.State.REVIEWED


def test_the_binder_names_files_by_indicator_and_its_index_proves_each(client: Client, world: World) -> None:
    world.published()
    login(client, world.reviewer)
    answer: Any = client.get(reverse("evaluation:campaign_binder", args=[world.campaign.pk]))
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        rows = list(csv.DictReader(io.StringIO(archive.read("indeks.csv").decode("utf-8-sig"))))
        named = {row["berkas"]: row["sha256"] for row in rows if row["berkas"]}
        assert set(archive.namelist()) == {*named, "indeks.csv", "indeks.html", "nilai.json"}
        for path, sha256 in named.items():
            assert hashlib.sha256(archive.read(path)).hexdigest() == sha256
        assert "TP2DD/P1/01-decree-P1.png" in named
        assert 'href="113/P2/01-photo-P2.png"' in archive.read("indeks.html").decode()
        assert '"sidik"' in archive.read("nilai.json").decode()


def test_lists_go_home_as_csv_and_on_paper(client: Client, world: World) -> None:
    world.published()
    login(client, world.reviewer)
    page = reverse("evaluation:campaign", args=[world.campaign.pk])
    answer: Any = client.get(f"{page}?unduh=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {row["subjek"]: row["keadaan"] for row in rows}["Dinas Pendidikan"] == "Tidak menyampaikan"
    assert all(row["nilai"] and "Output" in row for row in rows)
    assert "Dinas Pariwisata" in text(client.get(f"{page}?cetak=1"))
    found = client.get(f"{page}?cari=pariwisata&hanya=reviewed").context["rows"]
    assert [row.sheet.subject for row in found] == ["Dinas Pariwisata"]
    assert "Tidak ada subjek yang cocok" in text(client.get(f"{page}?cari=xyz"))
    scores: Any = client.get(f"{reverse('evaluation:ranking')}?unduh=csv")
    assert b"Dinas Pariwisata" in b"".join(scores.streaming_content)


def test_a_list_of_many_agencies_takes_as_few_queries_as_one_of_two(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(200, 230):
        Sheet.objects.create(campaign=world.campaign, kind="opd", opd=agency(f"{number}", f"OPD {number}"))
    login(client, world.reviewer)
    with django_assert_max_num_queries(24):
        assert len(client.get(reverse("evaluation:campaign", args=[world.campaign.pk])).context["rows"]) == 33
    with django_assert_max_num_queries(24):
        client.get(reverse("evaluation:sheet", args=[world.sheet(world.opd).pk]))
    with django_assert_max_num_queries(30):
        client.get(item(world, "P2"))


def test_published_scores_are_what_other_rooms_read(world: World) -> None:
    assert queries.published_scores() == []
    world.published()
    one = next(one for one in queries.published_scores() if one.kind == "opd" and one.opd_code == "113")
    assert (one.year, one.half, one.version, one.rubric, one.superseded) == (2026, 1, 1, "2026-1", False)
    assert [code for code, _, _ in one.aspects] == ["proses", "output", "outcome"]


def test_the_home_page_says_what_waits_for_whom(client: Client, world: World) -> None:
    home = reverse("opd:home")
    assert "Isi dan sampaikan: Dinas Pariwisata" in text(login(client, world.head).get(home))
    assert "Masa penilaian" in text(login(client, world.secretary).get(home))
    world.hand_in(world.opd)
    world.start_review()
    assert "Tinjau: Dinas Pariwisata" in text(login(client, world.reviewer).get(home))
    world.finish(world.opd)
    world.close()
    assert "Tetapkan nilai" in text(login(client, world.sekda).get(home))
