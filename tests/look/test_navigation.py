"""The menu and the tasks show what a person may open, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from opd import navigation
from opd.models import Role, RoleAssignment, User
from opd.navigation import Item, Place, Task, TaskCard

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> User:
    user = User.objects.create_user("audi", "Rafflesia-1928", name="Audi (uji)")
    day = date(2020, 1, 1)
    RoleAssignment.objects.create(
        user=user, role=Role.AUDITOR, decree_number="1/UJI", decree_date=day, valid_from=day
    )
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _own_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        Item("Beranda", "opd:home", "", 0, "rumah"),
        Item("Jurnal", "mfa_index", "ledger.view", 20, "buku"),
        Item("Unggah", "account_change_password", "settlement.upload", 10, "unggah"),
        Item("Jejak", "account_reauthenticate", "audit.view", 950, "jejak"),
    ]
    monkeypatch.setattr(navigation, "_items", {item.url_name: item for item in items})
    monkeypatch.setattr(navigation, "_tasks", [])
    monkeypatch.setattr(navigation, "_places", [])


def test_menu_shows_only_what_the_role_opens(client: Client, auditor: User) -> None:
    page = client.get("/kantor/").content.decode()
    assert "Jurnal" in page
    assert "Jejak" in page
    assert ">Pengaturan<" in page
    assert "Unggah" not in page


def test_menu_without_a_role_holds_the_home_page_alone(client: Client) -> None:
    client.force_login(User.objects.create_user("siti", "Rafflesia-1928", name="Siti (uji)"))
    page = client.get("/kantor/").content.decode()
    assert "Beranda" in page
    assert "Jurnal" not in page
    assert ">Pengaturan<" not in page


def test_menu_marks_the_page_on_screen(client: Client, auditor: User) -> None:
    page = client.get("/kantor/").content.decode()
    assert '<a href="/kantor/" aria-current="page">' in page
    assert page.count('aria-current="page"') == 1


def test_tasks_come_in_order_and_by_permission(client: Client, auditor: User) -> None:
    def card(title: str) -> TaskCard:
        return TaskCard(title, "Satu kalimat.", "/kantor/", 3, "wait")

    navigation.register_task(Task("ledger.view", lambda request: card("Kedua"), 20))
    navigation.register_task(Task("audit.view", lambda request: card("Pertama"), 10))
    navigation.register_task(Task("users.manage", lambda request: card("Bukan untuk auditor"), 5))
    navigation.register_task(Task("ledger.view", lambda request: None, 1))
    page = client.get("/kantor/").content.decode()
    assert page.index("Pertama") < page.index("Kedua")
    assert "Bukan untuk auditor" not in page
    assert "Auditor" in page


def test_front_page_lists_places_to_pay_at(client: Client) -> None:
    navigation.register_places(lambda: [Place("Museum Negeri Bengkulu", "Buka hari ini", "/r/museum/")])
    page = client.get("/").content.decode()
    assert '<a href="/r/museum/"><strong>Museum Negeri Bengkulu</strong>' in page
    assert 'href="/masuk/"' in page


def test_office_asks_for_sign_in(client: Client) -> None:
    assert client.get("/kantor/").headers["Location"] == "/masuk/?next=/kantor/"
