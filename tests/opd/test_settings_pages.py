from __future__ import annotations

import io

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from opd.models import AuditEvent, Opd, Role, RoleAssignment, User
from tests.office.factor import give_factor
from tests.opd.cast import agency, person

pytestmark = pytest.mark.django_db
CSV = "kode,nama,singkatan,berlaku_sejak\n9,Dinas Sembilan,Sembilan,2026-01-01\n"


@pytest.fixture
def admin(client: Client) -> User:
    user = person("admin", Role.ADMINISTRATOR)
    give_factor(client, user)
    return user


@pytest.mark.usefixtures("admin")
def test_administrator_creates_a_user_and_gives_a_role(client: Client) -> None:
    opd = agency("1", "Dinas Satu")
    page = client.post("/pengaturan/pengguna/baru/", {"username": "baru", "name": "Orang Baru", "nip": ""})
    person_made = User.objects.get(username="baru")
    password = page.context["password"]
    assert person_made.check_password(password)
    assert password in page.content.decode()
    answer = client.post(
        f"/pengaturan/pengguna/{person_made.pk}/peran/",
        {
            "role": "bendahara_penerimaan", "opd": opd.pk, "decree_number": "SK 9", 
            "decree_date": "2026-01-02", "valid_from": "2026-01-02", "valid_to": "",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert RoleAssignment.objects.get(user=person_made).opd == opd
    assert "Peran ditetapkan" in client.get(f"/pengaturan/pengguna/{person_made.pk}/").content.decode()


@pytest.mark.parametrize("deed", ["peran", "akhiri"])
def test_roles_are_not_changed_without_a_second_factor(client: Client, deed: str) -> None:
    client.force_login(
        person("admin", Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
    )
    held = person("lain", Role.TP2DD_MEMBER).role_assignments.get()
    where = {"peran": f"pengguna/{held.user_id}/peran", "akhiri": f"peran/{held.pk}/akhiri"}[deed]
    words = {
        "role": "auditor", "decree_number": "SK 9", "decree_date": "2026-01-02", "valid_from": "2026-01-02",
        "valid_to": "2099-01-01", "reason": "coba",
    }  # fmt: skip
    page = client.post(f"/pengaturan/{where}/", words).content.decode()
    assert "Aktifkan aplikasi autentikator dahulu" in page
    assert RoleAssignment.objects.get(user=held.user).valid_to is None


@pytest.mark.usefixtures("admin")
def test_a_password_is_never_in_the_audit_trail(client: Client) -> None:
    page = client.post("/pengaturan/pengguna/baru/", {"username": "baru", "name": "Orang Baru", "nip": ""})
    password = page.context["password"]
    assert not [event for event in AuditEvent.objects.all() if password in str((event.before, event.after))]


@pytest.mark.usefixtures("admin")
def test_wrong_role_form_comes_back_with_the_reason(client: Client) -> None:
    user = person("calon")
    page = client.post(
        f"/pengaturan/pengguna/{user.pk}/peran/",
        {
            "role": "bendahara_penerimaan",
            "opd": "",
            "decree_number": "",
            "decree_date": "x",
            "valid_from": "",
        },
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Peran ini menyebut OPD-nya." in text
    assert not user.role_assignments.exists()


def test_last_administrator_can_not_close_her_own_account(client: Client, admin: User) -> None:
    page = client.post(f"/pengaturan/pengguna/{admin.pk}/akses/", {"reason": "coba"})
    assert "satu-satunya administrator" in page.content.decode()
    assert User.objects.get(pk=admin.pk).is_active


@pytest.mark.usefixtures("admin")
def test_import_shows_first_and_saves_on_the_second_step(client: Client) -> None:
    file = io.BytesIO(CSV.encode())
    file.name = "opd.csv"
    preview = client.post("/pengaturan/opd/impor/", {"file": file})
    assert "1 OPD baru" in preview.content.decode()
    assert not Opd.objects.exists()
    client.post("/pengaturan/opd/impor/", {"text": preview.context["text"]})
    assert Opd.objects.get().name == "Dinas Sembilan"


@pytest.mark.usefixtures("admin")
def test_a_broken_agency_file_is_refused_with_its_line(client: Client) -> None:
    file = io.BytesIO(CSV.replace("2026-01-01", "kapan").encode())
    file.name = "opd.csv"
    assert "Baris 2" in client.post("/pengaturan/opd/impor/", {"file": file}).content.decode()


@pytest.mark.usefixtures("admin")
def test_agencies_and_trail_download_as_csv(client: Client) -> None:
    agency("1", "=Dinas")
    body = client.get("/pengaturan/opd/?unduh=csv").getvalue()
    assert b"1,'=Dinas,'=Dinas,2026-01-01" in body
    trail = client.get("/pengaturan/jejak/?unduh=csv").getvalue()
    assert b"role.assign" in trail


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.KUASA_BUD, Role.TP2DD_MEMBER])
def test_only_the_administrator_manages_people(client: Client, role: Role | None) -> None:
    client.force_login(person("lain", role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/pengaturan/pengguna/").status_code == 403
    assert client.post("/pengaturan/pengguna/baru/", {"username": "x", "name": "X"}).status_code == 403
    assert not User.objects.filter(username="x").exists()


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("address", "most"), [("/pengaturan/pengguna/", 8), ("/pengaturan/opd/", 7), ("/pengaturan/jejak/", 7)]
)
def test_lists_need_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, address: str, most: int
) -> None:
    for number in range(30):
        person(f"orang{number}", Role.TP2DD_MEMBER)
        agency(str(number), f"Dinas {number}")
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_a_lost_second_factor_is_removed_with_a_reason(client: Client, admin: User) -> None:
    user = person("hilang.ponsel", Role.TP2DD_MEMBER)
    address = f"/pengaturan/pengguna/{user.pk}/kode-kedua/"
    assert "tidak memakai kode kedua" in client.post(address, {"reason": "coba"}).content.decode()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "Hapus kode kedua" in client.get(f"/pengaturan/pengguna/{user.pk}/").content.decode()
    client.post(address, {"reason": "ponsel hilang"})
    assert not Authenticator.objects.filter(user=user).exists()
    assert AuditEvent.objects.get(action="user.remove_second_factor").reason == "ponsel hilang"
