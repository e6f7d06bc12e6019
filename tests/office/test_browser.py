"""The second factor and the phone's upload as people do them, in Chromium against a running server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from opd.models import Role, RoleAssignment
from opd.office import uploads
from opd.office.models import Attachment
from tests.e2e import people
from tests.office.test_attachments import SUBJECT, picture
from tests.opd.cast import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "Rafflesia-1928"


def test_an_administrator_registers_an_app_and_gives_a_role(desktop: Page, live_server: LiveServer) -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    admin.set_password(PASSWORD)
    admin.save()
    calon = person("calon")
    site = cast(Any, live_server)
    desktop.goto(f"{live_server.url}/masuk/")
    desktop.get_by_label("Nama pengguna").fill("admin")
    desktop.get_by_label("Kata sandi").fill(PASSWORD)
    desktop.get_by_role("button", name="Masuk", exact=True).click()
    desktop.wait_for_url("**/kantor/")
    secret = people.activate_factor(desktop, site, PASSWORD)
    desktop.goto(f"{live_server.url}/pengaturan/pengguna/{calon.pk}/")
    desktop.locator("[name=role]").select_option("tp2dd_member")
    for name, value in {
        "decree_number": "SK 9",
        "decree_date": "2026-01-02",
        "valid_from": "2026-01-02",
    }.items():
        desktop.locator(f"[name={name}]").fill(value)
    desktop.get_by_role("button", name="Tetapkan peran", exact=True).click()
    people.give_code(desktop, secret)
    expect(desktop.get_by_text("sudah ditetapkan")).to_be_visible()
    assert RoleAssignment.objects.get(user=calon).decree_number == "SK 9"


def test_a_phone_sends_a_photo(phone: Page, live_server: LiveServer, tmp_path: Path) -> None:
    ticket = uploads.open_ticket(subject=SUBJECT, by=person("pptk"), at=timezone.now())
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(picture())
    phone.goto(f"{live_server.url}/unggah/{ticket.token}/")
    phone.get_by_label("Jenis bukti").select_option("foto")
    phone.get_by_label("Ambil foto").set_input_files(photo)
    phone.get_by_role("button", name="Kirim bukti").click()
    expect(phone.get_by_text("foto.jpg sudah sampai")).to_be_visible()
    assert Attachment.objects.get().via == "phone"
