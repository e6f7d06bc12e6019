"""Pages of printed tickets: the treasurer's stock, the officer's blackout form, and their looks."""

from __future__ import annotations

import pytest
from django.test import Client

from opd.models import Role
from retribusi.counter.models import Sale
from retribusi.karcis.models import Batch, Use
from tests.counter.test_screens import enter, key_of
from tests.karcis.cast import PADAM, Drawer
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, text

STOCK = "/loket/karcis/"
RECEIVE = {
    "series": "B", "first": 1, "last": 50, "received_on": "2026-11-24", "document": "BA 3/2026",
}  # fmt: skip


def test_the_treasurer_receives_and_finds_them_again(client: Client, drawer: Drawer) -> None:
    enter(client, drawer.desk.treasurer)
    answer = client.post(f"{STOCK}terima/", RECEIVE | {"tariff": drawer.desk.museum.adult.pk})
    batch = Batch.objects.get(series="B")
    assert answer.headers["Location"] == f"{STOCK}{batch.pk}/"
    assert "BA 3/2026" in text(client.get(answer.headers["Location"]))
    assert "B 1–50" in text(client.get(f"{STOCK}?q=ba 3"))
    assert "Tidak ada karcis yang cocok" in text(client.get(f"{STOCK}?q=zzz"))
    again = client.post(f"{STOCK}terima/", RECEIVE | {"tariff": drawer.desk.museum.adult.pk})
    assert "sudah pernah diterima" in text(again)
    lines = client.get(f"{STOCK}?unduh=csv").getvalue().decode().splitlines()
    assert len(lines) == 4


def test_spoiled_numbers_are_noted_on_the_batch(client: Client, drawer: Drawer) -> None:
    enter(client, drawer.desk.treasurer)
    told = {"first": 3, "last": 4, "reason": "Robek, BA 7/2026"}
    client.post(f"{STOCK}{drawer.adult.pk}/", told)
    page = text(client.get(f"{STOCK}{drawer.adult.pk}/"))
    for words in ("Robek, BA 7/2026", "1–2, 5–100", "98"):
        assert words in page, words
    assert "tidak tersedia" in text(client.post(f"{STOCK}{drawer.adult.pk}/", told))
    assert client.post(f"{STOCK}{drawer.adult.pk}/", told | {"first": "x"}).status_code == 200


def test_the_officer_enters_the_morning_without_network(client: Client, drawer: Drawer) -> None:
    enter(client, drawer.desk.officer)
    assert client.get("/loket/padam/").headers["Location"] == "/loket/buka/"
    drawer.desk.open()
    assert "/loket/padam/" in text(client.get("/loket/"))
    page = text(client.get("/loket/padam/"))
    assert "Tersisa nomor 1–100" in page
    told = {
        "kunci": key_of(page), "happened_at": "2026-11-24T09:30", "reason": PADAM,
        f"a{drawer.adult.pk}": 1, f"z{drawer.adult.pk}": 3,
    }  # fmt: skip
    half = client.post("/loket/padam/", told | {f"a{drawer.child.pk}": 1})
    assert half.status_code == 400
    assert "isi nomor pertama dan terakhir" in text(half)
    answer = client.post("/loket/padam/", told)
    sale = Sale.objects.get()
    assert answer.headers["Location"] == f"/loket/pesanan/{sale.order_id}/"
    client.post("/loket/padam/", told)
    assert Use.objects.count() == 1
    enter(client, drawer.desk.treasurer)
    assert "Terjual 24 Nov 2026 09.30 WIB dengan karcis" in text(client.get("/loket/penjualan/"))


def test_another_agency_sees_none_and_may_do_nothing(client: Client, drawer: Drawer) -> None:
    enter(client, person("bendahara.jauh", Role.BENDAHARA_PENERIMAAN, agency("99", "Dinas Lain")))
    assert "Belum ada karcis" in text(client.get(STOCK))
    assert client.get(f"{STOCK}{drawer.adult.pk}/").status_code == 404
    refused = client.post(f"{STOCK}terima/", RECEIVE | {"tariff": drawer.desk.museum.adult.pk})
    assert refused.status_code == 200
    assert Batch.objects.count() == 2
    enter(client, drawer.desk.officer)
    spoil = {"first": 1, "last": 1, "reason": "Robek sendiri"}
    assert client.post(f"{STOCK}{drawer.adult.pk}/", spoil).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_the_pages_are_accessible(
    client: Client,
    drawer: Drawer,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    drawer.desk.open()
    drawer.sell((drawer.adult, 1, 4), (drawer.child, 1, 2))
    drawer.desk.sell(at=AT)
    wrong = []
    for name, user, address in (
        ("stock", drawer.desk.treasurer, STOCK),
        ("receive", drawer.desk.treasurer, f"{STOCK}terima/"),
        ("batch", drawer.desk.treasurer, f"{STOCK}{drawer.adult.pk}/"),
        ("late", drawer.desk.officer, "/loket/padam/"),
        ("desk", drawer.desk.officer, "/loket/"),
    ):
        enter(client, user)
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"karcis-{name}")
        small = seen.small_targets if user == drawer.desk.officer and size == "phone" else []
        if seen.problems or seen.findings or seen.overflow > 0 or small:
            wrong.append((name, seen.problems, seen.findings, seen.overflow, small))
    assert not wrong
