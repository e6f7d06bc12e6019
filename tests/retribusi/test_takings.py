from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from opd.models import Opd, Role
from payments.incoming.models import MoneyException, Payment
from tests.opd.cast import agency, person
from tests.retribusi.cast import Museum

pytestmark = pytest.mark.django_db
LIST = "/retribusi/penerimaan/"


def enter(client: Client, role: Role | None, opd: Opd | None = None) -> None:
    user = person(f"orang.{role}", role, opd)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def late(museum: Museum) -> None:
    museum.pay(museum.waiting(), after=timedelta(hours=3))


def text(client: Client, address: str = LIST) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_treasurer_sees_today_with_points_lights_and_total(client: Client, museum: Museum) -> None:
    order = museum.paid()
    enter(client, Role.BENDAHARA_PENERIMAAN, museum.opd)
    page = text(client)
    assert "Rp\u00a013.000" in page
    assert order.spoken in page
    assert "Diminta: sudah; Dibayar: sudah; Disetor bank: menunggu" in page


def test_another_agency_sees_nothing_of_it(client: Client, museum: Museum) -> None:
    museum.paid()
    payment = Payment.objects.get()
    enter(client, Role.BENDAHARA_PENERIMAAN, agency("99", "Dinas Lain"))
    assert "Belum ada penerimaan hari ini" in text(client)
    assert client.get(f"{LIST}{payment.pk}/").status_code == 404
    assert b"13000" not in client.get(f"{LIST}?unduh=csv").getvalue()


@pytest.mark.parametrize("wanted", ["13.000", "13000", "632811000001", "code"])
def test_a_payment_is_found_by_amount_rrn_or_code(client: Client, museum: Museum, wanted: str) -> None:
    order = museum.paid()
    enter(client, Role.AUDITOR)
    assert order.spoken in text(client, f"{LIST}?q={order.spoken if wanted == 'code' else wanted}")
    assert "Tidak ada penerimaan yang cocok" in text(client, f"{LIST}?q=13.001")


def test_nonsense_in_the_address_is_ignored(client: Client, museum: Museum) -> None:
    museum.paid()
    enter(client, Role.AUDITOR)
    assert "Rp\u00a013.000" in text(client, f"{LIST}?sejak=x&titik=999&sifat=apa&sebelum=zzz")


def test_detail_tells_the_whole_story_with_its_journal(client: Client, museum: Museum) -> None:
    order = museum.paid()
    enter(client, Role.BENDAHARA_PENERIMAAN, museum.opd)
    page = text(client, f"{LIST}{Payment.objects.get().pk}/")
    for words in (f"Pesanan {order.spoken} dibuat", "QRIS diminta", "Dibukukan sebagai penerimaan", "Jurnal"):
        assert words in page
    assert client.get(f"{LIST}{uuid4()}/").status_code == 404


def test_csv_has_one_row_a_payment_with_plain_amounts(client: Client, museum: Museum) -> None:
    museum.paid()
    enter(client, Role.AUDITOR)
    header, row = client.get(f"{LIST}?unduh=csv").getvalue().decode("utf-8-sig").splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    shown = (cells["jumlah"], cells["retribusi"], cells["titipan"], cells["sifat"])
    assert shown == ("13000.00", "13000.00", "0.00", "Sesuai")


def test_list_needs_a_bounded_number_of_queries(
    client: Client, museum: Museum, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        museum.pay(museum.waiting(), rrn=f"63281100010{number}")
    enter(client, Role.AUDITOR)
    with django_assert_max_num_queries(13):
        client.get(LIST)


def test_a_late_payment_waits_for_an_explanation_and_takes_one(client: Client, museum: Museum) -> None:
    late(museum)
    row = MoneyException.objects.get(kind="late")
    enter(client, Role.BENDAHARA_PENERIMAAN, museum.opd)
    assert row.text.title in text(client, "/retribusi/kejanggalan/")
    client.post(f"/retribusi/kejanggalan/{row.pk}/jelaskan/", {"reason": ""})
    row.refresh_from_db()
    assert row.state == "open"
    client.post(f"/retribusi/kejanggalan/{row.pk}/jelaskan/", {"reason": "dikembalikan lewat SKRDLB"})
    row.refresh_from_db()
    assert (row.state, row.explanation) == ("explained", "dikembalikan lewat SKRDLB")
    assert "dikembalikan" in text(client, "/retribusi/kejanggalan/?keadaan=explained")


def test_an_auditor_reads_but_does_not_explain(client: Client, museum: Museum) -> None:
    late(museum)
    row = MoneyException.objects.get(kind="late")
    enter(client, Role.AUDITOR)
    assert "Simpan penjelasan" not in text(client, "/retribusi/kejanggalan/")
    assert client.post(f"/retribusi/kejanggalan/{row.pk}/jelaskan/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.TP2DD_MEMBER])
def test_other_roles_do_not_reach_takings(client: Client, role: Role) -> None:
    enter(client, role)
    assert client.get(LIST).status_code == 403
