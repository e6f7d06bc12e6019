"""The administrator's pages, from an empty list to a point that sells."""

from __future__ import annotations

import pytest
from django.test import Client

from opd.models import Opd, Role
from payments.incoming.models import ReceivingAccount
from retribusi.models import CollectionPoint, SpecialDay, TariffItem
from tests.opd.cast import person
from tests.retribusi.cast import Museum, text

pytestmark = pytest.mark.django_db
LIST = "/pengaturan/titik/"


def enter(client: Client, role: Role, opd: Opd | None = None) -> None:
    user = person(f"orang.{role}", role, opd)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


TARIFF = {
    "name": "Dewasa",
    "category": "adult",
    "amount": "5.000",
    "unit": "orang",
    "lasts": "1",
    "lasts_span": "day",
    "valid_from": "2026-01-02",
    "legal_basis": "Perda 7/2023",
    "kode_lra": "4.1.02.02.17.0001",
    "kode_lo": "8.1.02.02.17.0001",
    "position": "1",
    "status": "active",
}


def test_a_new_point_is_led_to_its_first_sale(client: Client, museum: Museum) -> None:
    CollectionPoint.objects.filter(pk=museum.point.pk).update(slug="lain")
    enter(client, Role.ADMINISTRATOR)
    facts = {
        "name": "Rumah Baru",
        "slug": "rumah-baru",
        "opd": museum.opd.pk,
        "address": "Jl. 1",
        "contact": "loket",
        "legal_basis": "Perda 7/2023",
        "kind": "ticket",
        "grace_minutes": 30,
    }
    page = text(client.post(f"{LIST}baru/", facts, follow=True))
    point = CollectionPoint.objects.get(slug="rumah-baru")
    assert page.count(">Kurang<") >= 4
    assert "Mulai menjual" not in page
    here = f"{LIST}{point.pk}/"
    account = {
        "name": "Rumah Baru",
        "kind": "rkud",
        "partner": museum.partner.pk,
        "merchant_id": "MID2",
        "nmid": "ID20260000009",
        "merchant_pan": "9360099900000000099",
        "merchant_name": "UJI COBA BARU",
        "terminal_id": "A01",
        "bank_account": "0010100000017",
        "decree_number": "SK 9/2026",
        "decree_date": "2026-01-02",
        "valid_from": "2026-01-02",
    }
    assert client.post(f"{here}rekening/", account).status_code == 302
    assert client.post(f"{here}tarif/", TARIFF).status_code == 302
    week = {
        f"{word}_{day}": clock for day in range(6) for word, clock in (("buka", "08:00"), ("tutup", "16:00"))
    }
    assert client.post(f"{here}jam/", {"valid_from": "2026-11-24", **week}).status_code == 302
    page = text(client.get(here))
    assert "Mulai menjual" in page
    assert "Rp\u00a05.000" in page
    assert "Senin–Sabtu" in page
    client.post(f"{here}jual/")
    point.refresh_from_db()
    assert point.status == "live"
    assert "Dewasa" in text(client.get("/r/rumah-baru/"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"amount": "lima ribu"}, "Tulis jumlah rupiah dengan angka, misalnya 1.250.000."),
        ({"amount": "-5"}, "Jumlah tidak boleh kurang dari nol."),
        ({"kode_lra": "pendapatan"}, "Kode rekening berbentuk"),
        ({"valid_to": "2026-01-01"}, "Tanggal akhir tidak boleh mendahului tanggal mulai."),
    ],
)
def test_a_bad_tariff_is_refused_beside_its_field(
    client: Client, museum: Museum, changes: dict[str, str], message: str
) -> None:
    enter(client, Role.ADMINISTRATOR)
    before = TariffItem.objects.count()
    page = text(client.post(f"{LIST}{museum.point.pk}/tarif/", {**TARIFF, **changes}))
    assert message in page
    assert TariffItem.objects.count() == before


def test_a_sold_tariff_says_how_to_change_it(client: Client, museum: Museum) -> None:
    museum.order()
    enter(client, Role.ADMINISTRATOR)
    page = text(client.post(f"/pengaturan/tarif/{museum.adult.pk}/", {**TARIFF, "amount": "6.000"}))
    assert "Tarif ini sudah pernah dijual" in page


def test_half_a_day_of_hours_is_refused(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    page = text(client.post(f"{LIST}{museum.point.pk}/jam/", {"valid_from": "2026-11-24", "buka_0": "08:00"}))
    assert "Senin: isi jam buka dan jam tutup" in page
    assert 'value="08:00"' in text(client.get(f"{LIST}{museum.point.pk}/jam/"))


def test_suspending_and_special_days(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    here = f"{LIST}{museum.point.pk}/"
    special = {"day": "2026-12-01", "kind": "free", "note": "Hari Museum", "legal_basis": "SK 3"}
    assert "Hari Museum" in text(client.post(f"{here}hari-khusus/", special, follow=True))
    assert "sudah lewat" in text(client.post(f"{here}hari-khusus/", {**special, "day": "2026-11-01"}))
    client.post(f"/pengaturan/hari-khusus/{SpecialDay.objects.get().pk}/tarik/")
    assert not SpecialDay.objects.exists()
    page = text(client.post(f"{here}henti/", {"note": "Dipugar sampai Januari."}, follow=True))
    assert "Dihentikan sementara" in page
    assert "Dipugar sampai Januari." in text(client.get("/r/rumah-uji/"))


def test_the_account_list_offers_only_the_points_agency(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    page = text(client.get(f"{LIST}{museum.point.pk}/ubah/"))
    assert ReceivingAccount.objects.get().name in page
    data = {
        "name": "Rumah Uji Dua",
        "address": "Jl. 2",
        "contact": "loket",
        "legal_basis": "Perda",
        "kind": "ticket",
        "receiving_account": museum.point.receiving_account_id,
        "grace_minutes": 10,
    }
    assert "Rumah Uji Dua" in text(client.post(f"{LIST}{museum.point.pk}/ubah/", data, follow=True))


def test_the_home_page_tells_of_points_in_preparation(client: Client, museum: Museum) -> None:
    CollectionPoint.objects.update(status="planned")
    enter(client, Role.ADMINISTRATOR)
    assert "1 siap menjual, 0 belum lengkap." in text(client.get("/kantor/"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.KUASA_BUD, Role.TP2DD_MEMBER])
def test_only_the_administrator_reaches_points(client: Client, museum: Museum, role: Role) -> None:
    enter(client, role)
    here = f"{LIST}{museum.point.pk}/"
    for path in (LIST, here, f"{here}ubah/", f"{here}tarif/", f"{here}rekening/", f"{LIST}baru/"):
        assert client.get(path).status_code == 403, path
    for path in (f"{here}jual/", f"{here}henti/"):
        assert client.post(path).status_code == 403, path


def test_looking_at_a_point_takes_few_queries(
    client: Client, museum: Museum, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    enter(client, Role.ADMINISTRATOR)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(f"{LIST}{museum.point.pk}/")
