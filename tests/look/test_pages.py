"""Every page in Chromium: on a phone and a desk, light and dark, by axe, without sideways scrolling."""

from __future__ import annotations

import os

import pytest
from django.template.loader import render_to_string
from django.test import Client

from opd.models import User
from tests.look.gallery import job
from tests.look.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.urls("tests.look.gallery")]
PUBLIC = {
    "landing": "/",
    "login": "/masuk/",
    "missing": "/tidak-ada/",
    "pay": "/galeri/public_pay/",
    "point": "/galeri/public_point/",
    "receipt": "/galeri/public_receipt/",
    "document": "/galeri/document/",
}
OFFICE = {
    "home": "/kantor/",
    "security": "/akun/keamanan/",
    "password": "/akun/sandi/",
    "list": "/galeri/office_list/",
    "parts": "/galeri/office_parts/",
}
SEEN = [("phone", "light"), ("desk", "dark"), ("narrow", "light")]  # narrow is also a desk at 400 % zoom
if os.environ.get("LOOK_PICTURES"):
    SEEN += [("phone", "dark"), ("desk", "light")]


@pytest.mark.parametrize(("size", "scheme"), SEEN)
@pytest.mark.parametrize("name", PUBLIC)
def test_visitors_page_is_accessible(
    screen: Screen, client: Client, name: str, size: str, scheme: str
) -> None:
    seen = screen.look(client.get(PUBLIC[name]), size=size, scheme=scheme, name=name)
    assert not seen.problems
    assert not seen.findings, seen.findings
    assert seen.overflow <= 0
    assert not seen.small_targets


@pytest.mark.parametrize(("size", "scheme"), SEEN)
@pytest.mark.parametrize("name", OFFICE)
def test_office_page_is_accessible(screen: Screen, client: Client, name: str, size: str, scheme: str) -> None:
    client.force_login(User.objects.create_user("siti", "Rafflesia-1928", name="Siti (uji)"))
    seen = screen.look(client.get(OFFICE[name]), size=size, scheme=scheme, name=name)
    assert not seen.problems
    assert not seen.findings, seen.findings
    assert seen.overflow <= 0


def test_progress_asks_again_until_the_work_is_over(screen: Screen, client: Client) -> None:
    client.force_login(User.objects.create_user("siti", "Rafflesia-1928", name="Siti (uji)"))
    over = job("done", "Selesai", 1000, 1000, "Seribu baris cocok.")
    polled = render_to_string("components/progress.html", {"job": over, "url": "/galeri/job/"})
    assert "hx-get" not in polled
    page = client.get("/galeri/office_parts/")
    seen = screen.look(
        page, size="desk", scheme="light", name="polled", polled=polled, until="Seribu baris cocok."
    )
    assert not seen.problems
