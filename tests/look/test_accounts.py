"""Signing in, the second factor, the lock-out, and the pages that allauth would show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from opd import audit
from opd.accounts import SealedMfaAdapter
from opd.models import AuditEvent, User

pytestmark = pytest.mark.django_db
PRODUCT_CACHES = settings.CACHES  # read at import, before the tests put memory in its place
PASSWORD = "Rafflesia-1928"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("siti", PASSWORD, name="Siti (uji)", email="siti@contoh.invalid")


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    """A code must not grow old between two lines of a test."""
    with time_machine.travel(datetime(2026, 11, 24, 5, tzinfo=UTC), tick=False):
        yield


def sign_in(client: Client, password: str = PASSWORD) -> str:
    response = client.post("/masuk/", {"login": "siti", "password": password}, follow=True)
    return response.content.decode()


def code(secret: str) -> str:
    """RFC 6238, as the app on the phone works it out."""
    message = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), message, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def test_sign_in_leads_to_the_office(client: Client, person: User) -> None:
    page = sign_in(client)
    assert "Selamat bekerja, Siti (uji)" in page
    assert "belum punya peran" in page


def test_sign_in_goes_on_to_the_page_asked_for(client: Client, person: User) -> None:
    assert client.get("/akun/sandi/").headers["Location"] == "/masuk/?next=/akun/sandi/"
    form = client.get("/masuk/?next=/akun/sandi/").content.decode()
    assert '<input type="hidden" name="next" value="/akun/sandi/">' in form
    response = client.post("/masuk/", {"login": "siti", "password": PASSWORD, "next": "/akun/sandi/"})
    assert response.headers["Location"] == "/akun/sandi/"


def test_wrong_password_is_said_in_indonesian(client: Client, person: User) -> None:
    assert "Nama pengguna atau kata sandi tidak cocok" in sign_in(client, "salah")


def test_lock_out_page_names_the_true_waiting_time() -> None:
    assert timedelta(minutes=15) == settings.AXES_COOLOFF_TIME


def test_ten_wrong_passwords_show_the_lock_out_page(client: Client, person: User) -> None:
    for _ in range(9):
        assert "tidak cocok" in sign_in(client, "salah")
    response = client.post("/masuk/", {"login": "siti", "password": "salah"})
    assert response.status_code == 429
    assert "Masuk ditahan 15 menit" in response.content.decode()
    assert "Masuk ditahan 15 menit" in sign_in(client), "the right password must wait as well"


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "account_set_password"]
)
def test_what_is_not_offered_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def activate(client: Client) -> str:
    response = client.get("/akun/keamanan/aplikasi/", follow=True)
    assert "Pastikan ini Anda" in response.content.decode()
    next_page = response.redirect_chain[-1][0]
    page = client.post(next_page, {"password": PASSWORD, "next": "/akun/keamanan/aplikasi/"}, follow=True)
    found = re.search(r'class="secret">(\w+)<', page.content.decode())
    assert found
    assert "data:image/svg+xml;base64," in page.content.decode()
    page = client.post("/akun/keamanan/aplikasi/", {"code": code(found[1])}, follow=True)
    assert "Kode cadangan" in page.content.decode()
    return found[1]


def test_second_factor_from_activation_to_sign_in(client: Client, person: User) -> None:
    sign_in(client)
    secret = activate(client)
    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored, "the secret must be encrypted at rest"
    assert "Aktif" in client.get("/akun/keamanan/").content.decode()
    client.post("/keluar/")
    assert "Kode dari aplikasi autentikator" in sign_in(client)
    assert client.get("/kantor/").headers["Location"].startswith("/masuk/")
    wrong = client.post("/masuk/kode/", {"code": "000000"})
    assert "Kode tidak cocok" in wrong.content.decode()
    page = client.post("/masuk/kode/", {"code": code(secret)}, follow=True)
    assert "Selamat bekerja" in page.content.decode()


def test_guessing_codes_is_stopped_after_five(client: Client, person: User) -> None:
    sign_in(client)
    secret = activate(client)
    client.post("/keluar/")
    sign_in(client)
    for _ in range(5):
        assert "Kode tidak cocok" in client.post("/masuk/kode/", {"code": "000000"}).content.decode()
    page = client.post("/masuk/kode/", {"code": code(secret)})
    assert "Terlalu banyak percobaan" in page.content.decode()


def test_code_is_good_for_one_sign_in(client: Client, person: User) -> None:
    sign_in(client)
    secret = activate(client)
    for expected in ("Selamat bekerja", "Kode tidak cocok"):
        client.post("/keluar/")
        sign_in(client)
        page = client.post("/masuk/kode/", {"code": code(secret)}, follow=True)
        assert expected in page.content.decode()


@override_settings(CACHES=PRODUCT_CACHES)
def test_attempts_are_counted_in_the_database_for_all_processes() -> None:
    cache.set("percobaan", [1, 2], 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone() == (1,)
    assert cache.get("percobaan") == [1, 2]


def test_trail_names_sign_in_password_and_factor(client: Client, person: User) -> None:
    sign_in(client)
    activate(client)
    words = {"oldpassword": PASSWORD, "password1": "Sungai-Serut-7", "password2": "Sungai-Serut-7"}
    page = client.post("/akun/sandi/", words, follow=True)
    assert "Kata sandi sudah diganti." in page.content.decode()
    client.post("/akun/keamanan/cadangan/baru/")
    client.post("/akun/keamanan/aplikasi/matikan/")
    deeds = AuditEvent.objects.filter(by=person).order_by("pk").values_list("action", flat=True)
    assert [deed.removeprefix("account.") for deed in deeds] == [
        "sign_in",
        "activate_factor",
        "change_password",
        "renew_codes",
        "deactivate_factor",
    ]
    assert all("Sungai" not in str((event.before, event.after)) for event in AuditEvent.objects.all())


@pytest.mark.parametrize("deed", ["password", "factor"])
def test_without_its_audit_row_nothing_changes(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    sign_in(client)
    secret = activate(client)

    def refuse(*args: object, **kwargs: object) -> None:
        raise DatabaseError("jejak audit penuh")

    monkeypatch.setattr(audit, "record", refuse)
    client.raise_request_exception = False
    words = {"oldpassword": PASSWORD, "password1": "Sungai-Serut-7", "password2": "Sungai-Serut-7"}
    address = {"password": "/akun/sandi/", "factor": "/akun/keamanan/aplikasi/matikan/"}[deed]
    assert client.post(address, words).status_code == 500
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert (
        SealedMfaAdapter().decrypt(Authenticator.objects.get(user=person, type="totp").data["secret"])
        == secret
    )
