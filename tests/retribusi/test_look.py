"""Every page of the room in Chromium: by axe, at 320 px, in the dark, with targets that a thumb finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from opd.models import Role
from payments.incoming.models import Payment
from retribusi.models import CollectionPoint, SpecialDay
from retribusi.services import paying, static_qris
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum, printed

pytestmark = pytest.mark.browser
LATER = AT + timedelta(minutes=20)


def _paid(museum: Museum) -> str:
    return museum.paid().token


def _silent(museum: Museum) -> str:
    museum.bank.mood = lambda *_: None
    return museum.waiting().token


def _refused(museum: Museum) -> str:
    museum.bank.mood = lambda *_: (403, {"responseCode": "4034702", "responseMessage": "x"})
    return museum.waiting().token


def _cancelled(museum: Museum) -> str:
    order = museum.waiting()
    paying.cancel(order, at=AT)
    return order.token


def _late(museum: Museum) -> str:
    order = museum.waiting(at=AT - timedelta(minutes=30))
    museum.pay(order, paid_at=AT - timedelta(minutes=5))
    return order.token


def _twice(museum: Museum) -> str:
    order = museum.paid()
    museum.pay(order, rrn="632811000002", after=timedelta(minutes=2))
    return order.token


def _excess(museum: Museum) -> str:
    order = museum.waiting()
    museum.pay(order, amount=Decimal(15_000))
    return order.token


def _free(museum: Museum) -> str:
    day = SpecialDay(point=museum.point, day=AT.date(), kind="free", note="Hari Pahlawan", legal_basis="SK 1")
    day.save()
    return museum.order().token


def _suspended(museum: Museum) -> str:
    CollectionPoint.objects.update(status="suspended", status_note="Sedang dipugar sampai Januari.")
    return museum.point.slug


VISITOR: dict[str, tuple[str, Callable[[Museum], str]]] = {
    "point": ("/r/{}/", lambda museum: museum.point.slug),
    "suspended": ("/r/{}/", _suspended),
    "waiting": ("/bayar/{}/", lambda museum: museum.waiting().token),
    "timed_out": ("/bayar/{}/", lambda museum: museum.waiting(at=AT - timedelta(minutes=30)).token),
    "silent": ("/bayar/{}/", _silent),
    "refused": ("/bayar/{}/", _refused),
    "missing": ("/bayar/{}/", lambda museum: museum.order().token),
    "cancelled": ("/bayar/{}/", _cancelled),
    "late": ("/bayar/{}/", _late),
    "paid": ("/bayar/{}/", _paid),
    "twice": ("/bayar/{}/", _twice),
    "excess": ("/bayar/{}/", _excess),
    "tickets": ("/tiket/{}/", _paid),
    "free": ("/kuitansi/{}/", _free),
    "receipt": ("/kuitansi/{}/", _twice),
}


@pytest.mark.parametrize("name", VISITOR)
def test_visitors_page_is_accessible(screen: Screen, client: Client, museum: Museum, name: str) -> None:  # noqa: F811
    path, make = VISITOR[name]
    page = client.get(path.format(make(museum)))
    assert page.status_code == 200
    number = list(VISITOR).index(name)
    for size, scheme in [("narrow", "dark"), ("phone", "light")][number % 2 :][:1]:
        seen = screen.look(page, size=size, scheme=scheme, name=f"retribusi-{name}")
        assert not seen.problems
        assert not seen.findings, seen.findings
        assert seen.overflow <= 0
        assert not seen.small_targets


OFFICE = {
    "points": (Role.ADMINISTRATOR, "/pengaturan/titik/"),
    "point": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/"),
    "new_point": (Role.ADMINISTRATOR, "/pengaturan/titik/baru/"),
    "copy": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/salin/"),
    "static": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/qris-statis/"),
    "codes": (Role.ADMINISTRATOR, "/pengaturan/tarif/{tariff}/kode/"),
    "poster": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/poster/"),
    "hours": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/jam/"),
    "tariff": (Role.ADMINISTRATOR, "/pengaturan/titik/{point}/tarif/"),
    "takings": (Role.AUDITOR, "/retribusi/penerimaan/"),
    "payment": (Role.AUDITOR, "/retribusi/penerimaan/{payment}/"),
    "troubles": (Role.AUDITOR, "/retribusi/kejanggalan/"),
}


@pytest.mark.parametrize("name", OFFICE)
def test_office_page_is_accessible(screen: Screen, client: Client, museum: Museum, name: str) -> None:  # noqa: F811
    museum.pay(museum.paid(), rrn="632811000002", after=timedelta(minutes=2))
    static_qris.register(point=museum.point, content=printed(museum), by=None, at=AT)
    role, path = OFFICE[name]
    client.force_login(person("orang", role), backend="django.contrib.auth.backends.ModelBackend")
    payment = Payment.objects.order_by("paid_at")[0].pk
    page = client.get(path.format(point=museum.point.pk, payment=payment, tariff=museum.adult.pk))
    assert page.status_code == 200
    size, scheme = [("narrow", "dark"), ("desk", "light")][list(OFFICE).index(name) % 2]
    seen = screen.look(page, size=size, scheme=scheme, name=f"kantor-{name}")
    assert not seen.problems
    assert not seen.findings, seen.findings
    assert seen.overflow <= 0
