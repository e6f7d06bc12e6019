"""The workbench's pages: all or nothing on saving, few queries, a second factor to freeze."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from opd.office import attachments
from tests.opd.cast import agency, person
from tests.tp2dd.etpd.test_semester import ask
from tests.tp2dd.etpd.world import AT, BACKEND, World, picture
from tp2dd.etpd import queries
from tp2dd.etpd.services import locking

pytestmark = pytest.mark.django_db


def login(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def posted(world: World, group: str, **other: str) -> dict[str, str]:
    """What the browser sends of a group as it stands."""
    sent: dict[str, str] = {}
    for row in queries.bench(world.semester).chosen(group, ""):
        sent |= {f"k_{row.column.letter}": row.value, f"s_{row.column.letter}": str(row.seen)}
    return sent | other


def save(client: Client, world: World, group: str, data: dict[str, str]) -> Any:
    return client.post(f"{reverse('etpd:bench_save', args=[world.semester.pk])}?kelompok={group}", data)


def test_saving_a_group_writes_all_of_it_or_nothing(client: Client, world: World) -> None:
    login(client, world.secretary)
    answer = save(client, world, "D", posted(world, "D", k_CJ="Ya", k_CK="Mungkin"))
    assert "Belum ada yang tersimpan" in answer.content.decode()
    assert "“Mungkin” tidak ada dalam daftar" in answer.content.decode()
    assert "qris" not in locking.values(world.semester)
    assert save(client, world, "D", posted(world, "D", k_CJ="Ya", k_CK="Tidak")).status_code == 302
    values = locking.values(world.semester)
    assert (values["qris"], values["ecommerce"]) == ("Ya", "Tidak")


def test_the_reason_for_leaving_a_fact_is_asked_beside_its_column(client: Client, world: World) -> None:
    login(client, world.secretary)
    data = posted(world, "identitas", k_C="Provinsi Bengkulu")
    assert "Tulis alasannya" in save(client, world, "identitas", data).content.decode()
    assert save(client, world, "identitas", data | {"r_C": "Ejaan situs"}).status_code == 302
    assert locking.values(world.semester)["nama_daerah"] == "Provinsi Bengkulu"


def test_ticks_of_several_channels_are_saved_in_the_forms_order(client: Client, world: World) -> None:
    login(client, world.secretary)
    data: dict[str, Any] = {name: value for name, value in posted(world, "C3").items() if value}
    assert save(client, world, "C3", data | {"k_BV": ["Tunai", "QRIS"]}).status_code == 302
    assert locking.values(world.semester)["tempat_rekreasi"] == "QRIS;Tunai"


@pytest.mark.parametrize(
    ("only", "letters"),
    [("fakta", "B, C, D, E"), ("diminta", "DS"), ("lain", "D"), ("beda", ""), ("catatan", "")],
)
def test_filters_show_what_they_say(client: Client, world: World, only: str, letters: str) -> None:
    world.fill(kpwdn="KPw Bengkulu")
    ask(world)
    login(client, world.reviewer)
    answer = client.get(f"{reverse('etpd:bench', args=[world.semester.pk])}?hanya={only}")
    found = [line.row.column.letter for line in answer.context["lines"]]
    wanted = letters.split(", ") if letters else []
    assert set(found) >= set(wanted) - {"D"} if only == "fakta" else found == wanted


def test_all_129_columns_take_as_few_queries_as_one_group(
    client: Client, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world.fill_all()
    login(client, world.reviewer)
    page = reverse("etpd:bench", args=[world.semester.pk])
    with django_assert_max_num_queries(20):
        assert client.get(f"{page}?kelompok=semua").content.decode().count("data-kolom") == 129
    with django_assert_max_num_queries(30):
        client.get(reverse("etpd:semester", args=[world.semester.pk]))


def test_freezing_asks_for_a_second_factor(client: Client, world: World) -> None:
    world.fill_all()
    world.submit()
    world.accept()
    login(client, world.secretary)
    answer = client.post(reverse("etpd:freeze", args=[world.semester.pk]), {"stale_reason": ""})
    assert answer.status_code == 200
    world.semester.refresh_from_db()
    assert world.semester.state == "accepted"


def test_looking_needs_a_role_of_the_team(client: Client, world: World) -> None:
    page = reverse("etpd:semester", args=[world.semester.pk])
    for username, role, status in (("tp2dd", Role.TP2DD_MEMBER, 200), ("auditor", Role.AUDITOR, 200),
                                   ("bud", Role.KUASA_BUD, 403)):  # fmt: skip
        assert login(client, person(username, role)).get(page).status_code == status


def test_the_asked_agency_answers_on_its_page_and_another_sees_nothing(client: Client, world: World) -> None:
    asked = ask(world)
    head, other = person("pa", Role.PA, asked.opd), person("pa2", Role.PA, agency("120", "Dikbud"))
    page = reverse("etpd:request_detail", args=[asked.pk])
    assert login(client, other).get(page).status_code == 404
    assert client.post(reverse("etpd:request_reply", args=[asked.pk]), {"value": "95"}).status_code == 404
    attachments.attach(subject=asked, kind="report", upload=picture(), by=head, at=AT)
    assert login(client, head).get(page).status_code == 200
    client.post(reverse("etpd:request_reply", args=[asked.pk]), {"value": "95"})
    assert locking.values(world.semester)["jaringan_4g"] == "95"
    proof = login(client, world.secretary).get(reverse("etpd:question", args=[world.semester.pk, "DS"]))
    assert "bukti.png" in proof.content.decode()


def test_the_report_is_a_pdf_before_and_after_freezing(client: Client, world: World) -> None:
    login(client, world.reviewer)
    page = reverse("etpd:report_pdf", args=[world.semester.pk])
    assert client.get(page).content.startswith(b"%PDF-")
    world.frozen()
    assert client.get(page).content.startswith(b"%PDF-")
    assert (
        "1/ETPD/BAPENDA/2026" in client.get(reverse("etpd:report", args=[world.semester.pk])).content.decode()
    )
