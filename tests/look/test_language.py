"""Visitors choose English; the office stays Indonesian; the committed catalogue is in step."""

from __future__ import annotations

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.test import Client

from config import catalog
from opd.models import User

pytestmark = pytest.mark.django_db


def test_browser_language_alone_changes_nothing(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en-US,en"}).content.decode()
    assert '<html lang="id">' in page
    assert "Begini caranya" in page


def test_visitor_chooses_english_and_comes_back(client: Client) -> None:
    response = client.get("/bahasa/en/?ke=/%3Fa%3D1")
    assert response.headers["Location"] == "/?a=1"
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "How it works" in page
    client.get("/bahasa/id/?ke=/")
    assert "Begini caranya" in client.get("/").content.decode()


@pytest.mark.parametrize("back", ["https://contoh.invalid/", "//contoh.invalid", "javascript:alert(1)"])
def test_choice_of_language_sends_nobody_elsewhere(client: Client, back: str) -> None:
    assert client.get("/bahasa/en/", {"ke": back}).headers["Location"] == "/"


def test_unknown_language_is_not_kept(client: Client) -> None:
    assert settings.LANGUAGE_COOKIE_NAME not in client.get("/bahasa/xx/").cookies


def test_office_and_sign_in_stay_indonesian(client: Client) -> None:
    client.get("/bahasa/en/")
    assert "Bidang ini harus diisi" in client.post("/masuk/", {}).content.decode()
    client.force_login(User.objects.create_user("siti", "Rafflesia-1928", name="Siti (uji)"))
    assert "Yang menunggu Anda" in client.get("/kantor/").content.decode()


def test_every_marked_string_has_its_english() -> None:
    known = {str(entry.id): entry.string for entry in catalog.read() if entry.id}
    texts = {message if isinstance(message, str) else message[0] for message in catalog.marked()}
    missing = sorted(text for text in texts if not known.get(text))
    assert not missing, f"run 'manage.py catalog' and fill in {catalog.PO.name}: {missing}"
    assert set(known) <= texts | {str(message) for message in catalog.marked()}, "run 'manage.py catalog'"


def test_compiled_catalogue_is_in_step() -> None:
    with catalog.MO.open("rb") as file:
        compiled = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    assert compiled == {entry.id: entry.string for entry in catalog.read() if entry.id}
