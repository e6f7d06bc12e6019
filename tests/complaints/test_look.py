"""Every page of complaints and of the receipt's check in Chromium: by axe, at 320 px, in the dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from opd.models import User
from retribusi.complaints.models import Complaint
from retribusi.complaints.services import filing
from tests.complaints.cast import AT, PHONE, Desk, photo, signed_in
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum  # noqa: F401

pytestmark = pytest.mark.browser


def _link(row: Complaint) -> str:
    return f"/pengaduan/{row.token}/"


def _closed(place: Desk) -> Complaint:
    row = place.answered()
    return filing.say_settled(complaint_id=row.pk, rating=5, at=AT)


PERSON: dict[str, Callable[[Desk], str]] = {
    "form": lambda place: "/pengaduan/",
    "new": lambda place: _link(place.file(contact=PHONE, evidence=photo())),
    "late": lambda place: _link(place.file(at=AT - timedelta(days=12))),
    "answered": lambda place: _link(place.answered()),
    "closed": lambda place: _link(_closed(place)),
    "check": lambda place: "/periksa/",
    "keys": lambda place: "/periksa/kunci/",
}


@pytest.mark.parametrize("name", PERSON)
def test_the_persons_page_is_accessible(screen: Screen, client: Client, place: Desk, name: str) -> None:  # noqa: F811
    page = client.get(PERSON[name](place))
    assert page.status_code == 200
    size, scheme = [("narrow", "dark"), ("phone", "light"), ("desk", "light")][list(PERSON).index(name) % 3]
    see(screen, page, size, scheme, f"pengaduan-{name}")


def test_the_refused_form_is_accessible(screen: Screen, client: Client, place: Desk) -> None:  # noqa: F811
    page = client.post("/pengaduan/", {"kunci": "kunci-dari-formulir", "text": "Sesuatu", "situs": ""})
    see(screen, page, "narrow", "light", "pengaduan-refused")


@pytest.mark.parametrize("name", ["genuine", "forged"])
def test_the_check_of_a_receipt_is_accessible(
    screen: Screen,  # noqa: F811
    client: Client,
    museum: Museum,  # noqa: F811
    name: str,
) -> None:
    receipt = client.get(f"/kuitansi/{museum.paid().token}/")
    see(screen, receipt, "phone", "light", "periksa-receipt")
    address = str(receipt.context["proof"]).removeprefix("http://testserver")
    if name == "forged":
        address = address[:-3] + ("A/" if address[-3] != "A" else "B/")
    see(screen, client.get(address), "narrow", "dark", f"periksa-{name}")


OFFICE: dict[str, tuple[str, Callable[[Desk], User]]] = {
    "list": ("/retribusi/pengaduan/", lambda place: place.treasurer),
    "detail": ("/retribusi/pengaduan/{pk}/", lambda place: place.treasurer),
    "assign": ("/retribusi/pengaduan/{pk}/", lambda place: place.admin),
    "figures": ("/retribusi/pengaduan/statistik/", lambda place: place.treasurer),
}


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
@pytest.mark.parametrize("name", OFFICE)
def test_the_offices_page_is_accessible(
    screen: Screen,  # noqa: F811
    client: Client,
    place: Desk,
    name: str,
    size: str,
    scheme: str,
) -> None:
    row = place.file(contact=PHONE, at=AT - timedelta(days=12))
    place.answered(key="kunci-formulir-dua", category="refund", text="Uang belum kembali.")
    path, who = OFFICE[name]
    page = signed_in(client, who(place)).get(path.format(pk=row.pk))
    assert page.status_code == 200
    see(screen, page, size, scheme, f"kantor-pengaduan-{name}", targets=False)


def see(
    screen: Screen,  # noqa: F811
    page: object,
    size: str,
    scheme: str,
    name: str,
    *,
    targets: bool = True,
) -> None:
    seen = screen.look(page, size=size, scheme=scheme, name=name)
    assert not seen.problems
    assert not seen.findings, seen.findings
    assert seen.overflow <= 0
    assert not (targets and seen.small_targets), seen.small_targets
