"""Every page of money back in Chromium: by axe, at 320 px, on a desk, in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from opd.models import User
from payments.incoming.models import Refund
from retribusi.refunds import services
from tests.complaints.cast import signed_in
from tests.complaints.test_look import see
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.refunds.cast import LATER, Office

pytestmark = pytest.mark.browser


def _waiting(office: Office) -> str:
    return f"/uang-kembali/{office.asks(contact='0812 3456 789').token}/"


def _back(office: Office) -> str:
    row = office.asks()
    refund = office.propose(request_id=row.pk, evidence=None)
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    return f"/uang-kembali/{row.token}/"


def _receipt(office: Office) -> str:
    office.settled()
    office.given_back(3000)
    return f"/kuitansi/{office.paid.token}/"


def _tickets(office: Office) -> str:
    office.given_back()
    return f"/tiket/{office.paid.token}/"


PAYER: dict[str, Callable[[Office], str]] = {
    "form": lambda office: "/uang-kembali/",
    "waiting": _waiting,
    "back": _back,
    "receipt": _receipt,
    "tickets": _tickets,
}


@pytest.mark.parametrize("name", PAYER)
def test_the_payers_page_is_accessible(screen: Screen, client: Client, office: Office, name: str) -> None:  # noqa: F811
    page = client.get(PAYER[name](office))
    assert page.status_code == 200
    size, scheme = [("narrow", "dark"), ("phone", "light"), ("desk", "light")][list(PAYER).index(name) % 3]
    see(screen, page, size, scheme, f"kembali-{name}")


def _done(office: Office) -> Refund:
    refund = office.asked_and_proposed()
    return services.approve(refund_id=refund.pk, by=office.head, at=LATER)


def _lost(office: Office) -> Refund:
    office.museum.bank.mood = lambda service, body, honest: None
    return _done(office)


def _double(office: Office) -> str:
    office.museum.pay(office.paid, rrn="632811000002")
    return "/pengembalian/titipan/"


def _list(office: Office) -> str:
    office.settled()
    office.given_back(3000)
    office.propose(2000)
    return "/pengembalian/"


OFFICE: dict[str, tuple[Callable[[Office], str], Callable[[Office], User]]] = {
    "queue": (_list, lambda office: office.treasurer),
    "empty": (lambda office: "/pengembalian/", lambda office: office.treasurer),
    "desk": (_double, lambda office: office.treasurer),
    "payment": (
        lambda office: f"/pengembalian/pembayaran/{office.payment.pk}/",
        lambda office: office.treasurer,
    ),
    "decide": (lambda office: f"/pengembalian/{office.asked_and_proposed().pk}/", lambda office: office.head),
    "unclear": (lambda office: f"/pengembalian/{_lost(office).pk}/", lambda office: office.head),
    "restitution": (lambda office: f"/pengembalian/{office.restitution().pk}/", lambda office: office.bud),
    "done": (lambda office: f"/pengembalian/{_done(office).pk}/", lambda office: office.treasurer),
    "requests": (
        lambda office: "/pengembalian/permohonan/" if office.asks() else "",
        lambda office: office.treasurer,
    ),
    "request": (
        lambda office: f"/pengembalian/permohonan/{office.asks().pk}/",
        lambda office: office.treasurer,
    ),
}


@pytest.mark.parametrize("name", OFFICE)
def test_the_offices_page_is_accessible(screen: Screen, client: Client, office: Office, name: str) -> None:  # noqa: F811
    path, who = OFFICE[name]
    address = path(office)
    page = signed_in(client, who(office)).get(address)
    assert page.status_code == 200
    see(screen, page, "desk", "light", f"pengembalian-{name}", targets=False)
    see(screen, page, "narrow", "dark", f"pengembalian-{name}-narrow", targets=False)
