"""The books in Chromium: by axe, without console errors or sideways scrolling, on a desk and a phone."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from opd.models import Role
from opd.office.ids import uuid7
from payments.ledger import periods
from payments.ledger.services import post_many, reverse
from tests.ledger.books import AT, book, credited, received, revenue, tourism
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
LIST, TRIAL = "/buku-besar/jurnal/", "/buku-besar/neraca-saldo/"
SINCE = "sejak=2026-11-01"


def addresses() -> dict[str, str]:
    opd = tourism().pk
    posted = [
        book(received(1_250_000, opd=opd), f"payment:{uuid7()}:received"),
        book(credited(1_250_000, mdr=8_750, opd=opd), "p1:credited"),
        book(revenue(1_250_000, opd=opd), "p1:revenue"),
    ]
    for name, day in [("bud-1", date(2026, 8, 1)), ("bud-2", date(2026, 9, 1))]:
        periods.close(
            first=day, reason="Berita acara rekonsiliasi bulanan", by=person(name, Role.KUASA_BUD), at=AT
        )
    wrong = book(received(5_000), "p2:received").journal_id
    reverse(wrong, key="p2:reversal", reason="Salah titik", by=None, at=AT)
    post_many(
        [
            (f"payment:{uuid7()}:received", received(1_000 + n, source=f"payment:{uuid7()}"))
            for n in range(60)
        ],
        by=None,
        at=AT,
    )
    return {
        "list": f"{LIST}?{SINCE}",
        "wrong-filter": f"{LIST}?sejak=kemarin",
        "nothing": f"{LIST}?{SINCE}&kata=tidak-ada",
        "revenue": f"{LIST}{posted[2].journal_id}/",
        "reversed": f"{LIST}{wrong}/",
        "trial": f"{TRIAL}?pada=2026-11-30",
        "periods": "/buku-besar/tutup-buku/",
        "trial-nothing": f"{TRIAL}?pada=2021-01-01",
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_the_books_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    for name, address in addresses().items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"ledger-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
