"""A second factor at the deed: asked once, remembered briefly, never a way around."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.http import require_POST

from config.urls import urlpatterns as product
from opd import stepup
from opd.access import needs
from opd.models import AuditEvent, Role, User
from opd.stepup import second_factor
from tests.office.factor import code, fresh, give_factor, register
from tests.opd.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.office.test_stepup")]
DONE: list[dict[str, Any]] = []


@needs("users.manage")
@require_POST
@second_factor("memindahkan uang")
def deed(request: HttpRequest) -> HttpResponse:
    DONE.append(dict(request.POST.lists()))
    return HttpResponse("sudah")


@needs("users.manage")
@second_factor
def quiet(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lihat")


urlpatterns = [*product, path("uji/", deed, name="deed"), path("uji-diam/", quiet, name="quiet")]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    DONE.clear()
    with time_machine.travel(datetime(2026, 11, 24, 5, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin(client: Client) -> User:
    user = person("admin", Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_a_right_code_does_the_deed_at_once_and_is_remembered(
    client: Client, admin: User, clock: time_machine.Traveller
) -> None:
    secret = register(admin)
    page = client.post("/uji/", {"jumlah": "5000", "baris": ["a", "b\nc"]}).content.decode()
    assert not DONE
    assert "Anda akan memindahkan uang" in page
    assert '<input type="hidden" name="baris" value="b\nc">' in page
    assert "csrfmiddlewaretoken" not in [line for line in page.splitlines() if 'name="jumlah"' in line]
    answer = client.post("/uji/", {"jumlah": "5000", "baris": ["a", "b\nc"], "kode_kedua": code(secret)})
    assert answer.content == b"sudah"
    assert DONE[0]["baris"] == ["a", "b\nc"]
    client.post("/uji/", {"jumlah": "6000"})
    clock.shift(timedelta(minutes=9, seconds=59))
    client.post("/uji/", {"jumlah": "7000"})
    clock.shift(timedelta(seconds=1))
    client.post("/uji/", {"jumlah": "8000"})
    assert [each["jumlah"] for each in DONE] == [["5000"], ["6000"], ["7000"]]
    assert AuditEvent.objects.filter(action="account.step_up", by=admin).count() == 1


def test_wrong_codes_do_nothing_and_are_counted(client: Client, admin: User) -> None:
    secret = register(admin)
    wrong = "000000" if code(secret) != "000000" else "000001"
    for _ in range(5):
        page = client.post("/uji/", {"jumlah": "5", "kode_kedua": wrong}).content.decode()
        assert "Kode tidak cocok" in page
        assert 'name="jumlah" value="5"' in page
        assert wrong not in page
    page = client.post("/uji/", {"jumlah": "5", "kode_kedua": code(secret)}).content.decode()
    assert "Terlalu banyak percobaan" in page
    assert not DONE
    assert AuditEvent.objects.filter(action="account.step_up_failed").count() == 5


def test_a_code_is_taken_once(client: Client, admin: User) -> None:
    secret = register(admin)
    client.post("/uji/", {"kode_kedua": code(secret)})
    other = Client()
    other.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    assert "Kode tidak cocok" in other.post("/uji/", {"kode_kedua": code(secret)}).content.decode()
    assert len(DONE) == 1


def test_a_recovery_code_works_once(client: Client, admin: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    register(admin)
    spare = RecoveryCodes.activate(admin).generate_codes()[0]
    assert client.post("/uji/", {"kode_kedua": spare}).content == b"sudah"
    other = Client()
    other.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    assert "Kode tidak cocok" in other.post("/uji/", {"kode_kedua": spare}).content.decode()


def test_without_an_app_nothing_is_done_and_the_way_is_shown(client: Client, admin: User) -> None:
    page = client.post("/uji/", {"jumlah": "5"}).content.decode()
    assert "Aktifkan aplikasi autentikator dahulu" in page
    assert "/akun/keamanan/aplikasi/" in page
    fresh(client, admin)
    client.post("/uji/", {"jumlah": "5"})
    assert not DONE
    assert "dahulu" in client.get("/kode-kedua/").content.decode()


def test_a_code_at_login_counts(client: Client) -> None:
    user = person("admin", Role.ADMINISTRATOR)
    user.set_password("Rafflesia-1928")
    user.save()
    secret = register(user)
    client.post("/masuk/", {"login": "admin", "password": "Rafflesia-1928"})
    client.post("/masuk/kode/", {"code": code(secret)})
    assert client.post("/uji/").content == b"sudah"


def test_a_password_given_again_does_not_count(client: Client, admin: User) -> None:
    register(admin)
    session = client.session
    now = datetime.now(UTC).timestamp()
    session["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(admin.pk)
    session.save()
    client.post("/uji/")
    assert not DONE


def test_somebody_elses_record_or_one_of_the_future_does_not_count(client: Client, admin: User) -> None:
    register(admin)
    fresh(client, person("lain"))
    client.post("/uji/")
    session = client.session
    later = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": later}]
    session["account_authentication_methods_user"] = str(admin.pk)
    session.save()
    client.post("/uji/")
    assert not DONE


def test_the_role_is_asked_before_the_code(client: Client) -> None:
    give_factor(client, person("auditor", Role.AUDITOR))
    assert client.post("/uji/", {"kode_kedua": "1"}).status_code == 403


def test_looking_needs_no_code(client: Client, admin: User) -> None:
    assert client.get("/uji-diam/").content == b"lihat"
    register(admin)
    assert "Pastikan ini Anda" in client.post("/uji-diam/").content.decode()


def test_files_are_sent_after_the_code(client: Client, admin: User) -> None:
    secret = register(admin)
    file = SimpleUploadedFile("a.csv", b"1")
    answer = client.post("/uji/", {"berkas": file}, headers={"referer": "http://testserver/formulir/?x=1"})
    assert "Ketik kode dahulu, lalu unggah lagi" in answer.content.decode()
    where = "/kode-kedua/?lanjut=%2Fformulir%2F%3Fx%3D1"
    assert where in answer.content.decode()
    assert client.post(where, {"code": code(secret)}).headers["Location"] == "/formulir/?x=1"
    client.post("/uji/", {"berkas": SimpleUploadedFile("a.csv", b"1")})
    assert len(DONE) == 1
    assert "masih berlaku" in client.get(where).content.decode()


def test_a_script_is_led_to_the_codes_page(client: Client, admin: User) -> None:
    register(admin)
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/daftar/"}
    answer = client.post("/uji/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/kode-kedua/?lanjut=%2Fdaftar%2F"
    assert not DONE


@pytest.mark.parametrize("where", ["https://jahat.example/", "//jahat.example/", "javascript:1", "jahat", ""])
def test_the_codes_page_leads_nowhere_else(client: Client, admin: User, where: str) -> None:
    secret = register(admin)
    answer = client.post(f"/kode-kedua/?lanjut={where}", {"code": code(secret)})
    assert answer.headers["Location"] == "/kantor/"


def test_the_codes_page_refuses_a_wrong_code(client: Client, admin: User) -> None:
    register(admin)
    assert "Kode tidak cocok" in client.post("/kode-kedua/", {"code": "abc"}).content.decode()


def demo(role: Role = Role.AUDITOR, username: str = "auditor") -> User:
    user = person(username, role)
    user.is_demo = True
    user.save()
    stepup.give_demo_factor(user)
    return user


def printed(who: str) -> str:
    out = io.StringIO()
    call_command("demo_code", who, stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


@override_settings(DEMO=True)
def test_demo_code_is_what_the_app_would_show() -> None:
    user = demo()
    stepup.give_demo_factor(user)
    factor = Authenticator.objects.get(user=user)
    assert len(factor.data["secret"]) > 60, "sealed at rest"
    shown = printed("auditor")
    assert factor.wrap().validate_code(shown)


@override_settings(DEMO=True)
def test_demo_code_of_a_role_names_its_holders_unless_one_is_called_so() -> None:
    demo(username="pemeriksa")
    demo(username="pemeriksa.dua")
    named = [line.split(":")[0] for line in printed("auditor").splitlines()]
    assert named == ["pemeriksa", "pemeriksa.dua"]
    demo()
    assert len(printed("auditor")) == 6, "the account of that name comes before the role"


@override_settings(DEMO=True)
def test_demo_code_knows_demo_accounts_alone() -> None:
    user = person("sungguhan", Role.AUDITOR)
    register(user)
    with pytest.raises(ValueError, match="hanya akun demo"):
        stepup.give_demo_factor(user)
    for who in ("sungguhan", "auditor", "apa"):
        with pytest.raises(CommandError, match="Tidak ada akun demo"):
            printed(who)
    with pytest.raises(ValueError, match="bukan akun demo"):
        stepup.demo_code(user)


@override_settings(DEMO=False)
def test_demo_code_does_not_exist_outside_the_demo() -> None:
    demo()
    with pytest.raises(CommandError, match="hanya ada di demo"):
        printed("auditor")
