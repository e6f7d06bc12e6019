"""The office's pages of the gate: who does what there, filters, CSV, empty states, and how they look."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from retribusi import day_mark
from retribusi.gate.models import Device, Entry, Explanation
from tests.gate.cast import Gate, hash_of
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor, register
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, text

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def busy(gate: Gate, now: time_machine.Traveller) -> Gate:
    """A conflict, a ticket that went in, one that is still to come, and one turned away."""
    gate.conflict()
    first, _ = gate.tickets(2)
    gate.show(first)
    gate.show(first, gate.south)
    now.move_to(AT + timedelta(minutes=20))
    return gate


def test_the_officer_enrols_the_phone_with_a_second_factor(gate: Gate, client: Client) -> None:
    client.force_login(gate.officer, backend=BACKEND)
    form = {"point": gate.museum.point.pk, "name": "Gerbang Timur", "key_hash": hash_of("timur")}
    register(gate.officer)
    asked = text(client.post("/gerbang/daftarkan/", form))
    assert hash_of("timur") in asked, "the code's page carries the form on"
    assert not Device.objects.filter(name="Gerbang Timur").exists()
    give_factor(client, gate.officer)
    assert client.post("/gerbang/daftarkan/", form)["Location"] == "/gerbang/"
    assert Device.objects.get(name="Gerbang Timur").point == gate.museum.point
    again = client.post("/gerbang/daftarkan/", form | {"key_hash": hash_of("lain")})
    assert "Sudah ada perangkat bernama" in text(again)
    missing = client.post("/gerbang/daftarkan/", form | {"key_hash": ""})
    assert (missing.status_code, "belum membuat kuncinya" in text(missing)) == (400, True)


def test_the_treasurer_revokes_with_a_reason(gate: Gate, client: Client) -> None:
    give_factor(client, gate.treasurer)
    address = reverse("gate:device_revoke", args=[gate.north.pk])
    assert "Tulis alasannya" in text(client.post(address, {"reason": ""}, follow=True))
    assert "tidak dilayani lagi" in text(client.post(address, {"reason": "ponsel hilang"}, follow=True))
    page = text(client.get("/gerbang/perangkat/"))
    assert "Dicabut" in page
    assert "ponsel hilang" in page


def test_a_treasurer_of_another_agency_sees_and_does_nothing(busy: Gate, client: Client) -> None:
    stranger = person("orang.lain", Role.BENDAHARA_PENERIMAAN, agency("2", "Dinas Dua"))
    give_factor(client, stranger)
    conflict = Entry.objects.conflicts().get()
    assert client.get(reverse("gate:conflict_detail", args=[conflict.pk])).status_code == 404
    revoke = reverse("gate:device_revoke", args=[busy.north.pk])
    assert client.post(revoke, {"reason": "iseng saja"}).status_code == 404
    assert "Belum ada tiket yang ditunjukkan" in text(client.get("/gerbang/hari/"))
    assert "Belum ada perangkat" in text(client.get("/gerbang/perangkat/"))
    assert "Tidak ada benturan" in text(client.get("/gerbang/benturan/"))


def test_the_day_counts_sold_entered_and_still_to_come(busy: Gate, client: Client) -> None:
    client.force_login(busy.treasurer, backend=BACKEND)
    page = text(client.get("/gerbang/hari/"))
    for label, number in (("Terjual", 3), ("Sudah masuk", 2), ("Belum datang", 1), ("Ditolak", 1)):
        assert f'data-label="{label}">{number}<' in page
    other = text(client.get("/gerbang/hari/?hari=2026-11-20"))
    assert "Belum ada tiket yang ditunjukkan" in other
    only = client.get("/gerbang/hari/?jawaban=accepted")
    assert only.context["page"].paginator.count == 2


def test_the_csv_lists_every_showing_and_nothing_that_opens_a_gate(busy: Gate, client: Client) -> None:
    client.force_login(busy.treasurer, backend=BACKEND)
    answer = client.get("/gerbang/hari/unduh.csv")
    lines = answer.getvalue().decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("masuk,titik,perangkat,petugas")
    assert len(lines) == 5
    assert not [entry for entry in Entry.objects.all() if entry.shown in "\n".join(lines)]


def test_a_conflict_is_explained_by_the_treasurer_alone(busy: Gate, client: Client) -> None:
    conflict = Entry.objects.conflicts().get()
    address = reverse("gate:conflict_detail", args=[conflict.pk])
    client.force_login(busy.officer, backend=BACKEND)
    assert "Menunggu penjelasan bendahara" in text(client.get(address))
    give_factor(client, busy.officer)
    form = {"cause": "shared", "note": "Dua orang memakai satu tiket"}
    assert client.post(address, form).status_code == 403
    give_factor(client, busy.treasurer)
    assert "Tulis apa" in text(client.post(address, form | {"note": "ya"}))
    assert "Penjelasan dicatat" in text(client.post(address, form, follow=True))
    assert Explanation.objects.get().cause == "shared"
    assert "Tidak ada benturan" in text(client.get("/gerbang/benturan/?keadaan=open"))


def test_the_home_page_tells_who_must_do_what(busy: Gate, client: Client) -> None:
    client.force_login(busy.treasurer, backend=BACKEND)
    assert "Benturan di gerbang" in text(client.get("/kantor/"))
    client.force_login(busy.officer, backend=BACKEND)
    assert "Gerbang Selatan di Rumah Uji" in text(client.get("/kantor/"))


def test_the_visitors_ticket_bears_the_mark_of_its_day_alone(
    gate: Gate, client: Client, now: time_machine.Traveller
) -> None:
    order = gate.museum.paid()
    mark = day_mark.of(gate.museum.point.pk, AT.date())
    page = text(client.get(f"/tiket/{order.token}/"))
    assert mark.text in page
    client.cookies["django_language"] = "en"
    assert "Today's sign" in text(client.get(f"/tiket/{order.token}/"))
    now.move_to(AT + timedelta(days=1))
    assert "Today's sign" not in text(client.get(f"/tiket/{order.token}/"))


def test_two_days_in_a_row_never_look_alike(settings: object) -> None:
    days = [AT.date() + timedelta(days=number) for number in range(60)]
    marks = [day_mark.of(7, one) for one in days]
    assert all(one.colour != other.colour for one, other in itertools.pairwise(marks))
    assert len({(one.colour, one.path) for one in marks}) > 12
    assert [day_mark.of(8, one) for one in days] != marks


def pages(gate: Gate) -> list[tuple[str, User, str]]:
    conflict = Entry.objects.conflicts().get()
    return [
        ("day", gate.treasurer, "/gerbang/hari/"),
        ("devices", gate.treasurer, "/gerbang/perangkat/"),
        ("conflicts", gate.treasurer, "/gerbang/benturan/"),
        ("conflict", gate.treasurer, reverse("gate:conflict_detail", args=[conflict.pk])),
        ("enrol", gate.officer, "/gerbang/daftarkan/"),
    ]


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_of_the_gate_are_accessible(
    client: Client,
    busy: Gate,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    wrong = []
    for name, user, address in pages(busy):
        client.force_login(user, backend=BACKEND)
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"gate-{name}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((name, seen.problems, seen.findings, seen.overflow))
    order = busy.museum.paid()
    seen = screen.look(
        client.get(f"/tiket/{order.token}/"), size=size, scheme=scheme, name="gate-visitors-ticket"
    )
    assert (seen.problems, seen.findings) == ([], "")
    assert not wrong
