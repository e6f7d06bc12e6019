"""What people do on the screens of this room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opd.models import Role, User
from retribusi.models import Order
from retribusi.walkins.models import HeadCount
from tests.counter.cast import Desk
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, text
from tests.walkins.cast import Gate
from tests.walkins.test_phantom import forged, told

BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def test_an_officer_presses_the_suggestion(client: Client, gate: Gate) -> None:
    payment = gate.credit()
    enter(client, gate.officer)
    page = text(client.get("/retribusi/qris-statis/"))
    assert "•••417" in page
    address = f"/retribusi/qris-statis/{payment.pk}/"
    page = text(client.get(address))
    assert "Klaim 2 Dewasa, 1 Anak" in page
    key = page.split('name="kunci" value="')[1].split('"')[0]
    data = {"kunci": key, f"t{gate.museum.adult.pk}": 2, f"t{gate.museum.child.pk}": 1}
    assert client.post(address, data).status_code == 302
    order = Order.objects.get()
    assert order.is_paid
    page = text(client.get(address))
    assert order.spoken in page
    assert "Batalkan klaim" not in page
    enter(client, gate.treasurer)
    assert "Batalkan klaim" in text(client.get(address))
    assert "Diklaim" in text(client.get(f"/retribusi/penerimaan/{payment.pk}/"))
    assert text(client.get(f"/retribusi/penerimaan/?q={order.code}")).count(order.spoken) == 1


def test_what_fits_nothing_says_what_becomes_of_it(client: Client, gate: Gate) -> None:
    payment = gate.credit(7500)
    enter(client, gate.officer)
    page = text(client.get(f"/retribusi/qris-statis/{payment.pk}/"))
    assert "Tidak ada tarif yang pas" in page


def test_another_agency_finds_nothing(client: Client, gate: Gate) -> None:
    payment = gate.credit()
    enter(client, person("loket.lain", Role.PETUGAS_LOKET, agency("9", "Dinas Lain")))
    assert client.get(f"/retribusi/qris-statis/{payment.pk}/").status_code == 404
    assert "13.000" not in text(client.get("/retribusi/qris-statis/"))


def test_a_void_order_tells_its_visitor(client: Client, gate: Gate) -> None:
    payment = gate.credit()
    order = gate.claim(payment)
    gate.undo(payment)
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "dibatalkan petugas" in page
    assert client.get(f"/tiket/{order.token}/").status_code == 302
    client.post(f"/bayar/{order.token}/qr-baru/")
    assert Order.objects.get(pk=order.pk).request_id is None


def test_counting_writes_one_row_and_shows_it(client: Client, gate: Gate) -> None:
    enter(client, gate.officer)
    data = {"point": gate.museum.point.pk, "day": "2026-11-24", "hour": "9", "heads": "14", "note": ""}
    assert client.post("/retribusi/kepala/hitung/", data).status_code == 302
    assert client.post("/retribusi/kepala/hitung/", {**data, "heads": "15"}).status_code == 400
    assert HeadCount.objects.count() == 1
    assert "09.00–10.00" in text(client.get("/retribusi/kepala/hitung/"))


@pytest.mark.parametrize("address", ["/retribusi/kepala/", "/retribusi/jam-setor/"])
def test_a_page_asks_as_few_questions_however_much_there_is(client: Client, gate: Gate, address: str) -> None:
    enter(client, gate.treasurer)
    counts = []
    for days in (1, 12):
        for back in range(days):
            gate.credit(at=AT - timedelta(days=back, minutes=days))
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[1] <= 25


def test_the_exports_say_what_the_pages_show(client: Client, gate: Gate) -> None:
    gate.credit()
    told(gate, forged(gate))
    enter(client, gate.bud)
    for address, word in (
        ("/retribusi/kepala/?unduh=csv", "belum_diklaim"),
        ("/retribusi/jam-setor/?unduh=csv", "lewat_batas"),
        ("/retribusi/jam-setor/?unduh=terlambat", "batas"),
        ("/retribusi/qris-tak-terdaftar/?unduh=csv", "TOKO LAIN"),
    ):
        answer = client.get(address)
        assert word in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_register_of_sts_is_filtered_and_exported(client: Client, gate: Gate) -> None:
    own = Desk(gate.museum, gate.officer, gate.treasurer, gate.bud)
    own.deposited()
    enter(client, gate.treasurer)
    assert "SETOR 0001" in text(client.get("/loket/setoran/?keadaan=jalan"))
    assert "Tidak ada STS yang cocok" in text(client.get("/loket/setoran/?keadaan=terlambat"))
    assert "Tidak ada STS yang cocok" in text(client.get("/loket/setoran/?sampai=2026-01-01"))
    answer = client.get("/loket/setoran/?unduh=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "/STS/" in lines[1]
