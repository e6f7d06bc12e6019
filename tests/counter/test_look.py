"""Every screen of the counter in Chromium: by axe, on a phone and a desk, with targets that a thumb hits."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import User
from opd.office import documents
from retribusi.counter.services.selling import Channel
from retribusi.services import paying
from tests.counter.cast import Desk
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.retribusi.cast import AT

pytestmark = pytest.mark.browser


def stage(desk: Desk) -> list[tuple[str, User, str]]:
    """One shift deposited, one in the drawer, one open; the pages and who looks at them."""
    row = desk.deposited()
    second = desk.open()
    desk.sell(adults=3)
    closed = desk.close(second, 14_000, why="Kurang seribu, salah kembalian")
    desk.open(change=100_000)
    done = desk.sell(Channel.EDC, full={desk.museum.adult.pk: 2, desk.museum.child.pk: 3})
    desk.sell(Channel.QRIS, full={}, reduced={desk.museum.child.pk: 2}, ground="tamu", note="surat 12")
    waiting = desk.sell(Channel.QRIS, adults=2)
    paying.ask_for_qr(waiting.order, at=AT)
    paper = documents.current("sts", row)
    assert paper is not None
    officer, treasurer = desk.officer, desk.treasurer
    return [
        ("desk", officer, "/loket/"),
        ("again", officer, f"/loket/?ulang={done.order_id}"),
        ("qr", officer, f"/loket/pesanan/{waiting.order_id}/"),
        ("paid", officer, f"/loket/pesanan/{done.order_id}/"),
        ("slip", officer, f"/loket/pesanan/{done.order_id}/struk/"),
        ("search", officer, "/loket/cari/?jumlah=10.000"),
        ("close", officer, "/loket/tutup/"),
        ("sales", treasurer, "/loket/penjualan/"),
        ("takings", treasurer, "/retribusi/penerimaan/"),
        ("shifts", treasurer, "/loket/shift/"),
        ("shift", treasurer, f"/loket/shift/{closed.pk}/"),
        ("deposits", treasurer, "/loket/setoran/"),
        ("deposit-form", treasurer, f"/loket/setoran/{desk.museum.opd.pk}/baru/"),
        ("deposit", desk.bud, f"/loket/setoran/{row.pk}/"),
        ("sts", treasurer, reverse("office:document_print", args=[paper.token])),
    ]


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_of_the_counter_are_accessible(
    client: Client,
    desk: Desk,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    wrong = []
    for name, user, address in stage(desk):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"counter-{name}")
        small = seen.small_targets if user == desk.officer and size == "phone" else []
        if seen.problems or seen.findings or seen.overflow > 0 or small:
            wrong.append((name, seen.problems, seen.findings, seen.overflow, small))
    assert not wrong


@pytest.mark.parametrize("size", ["phone", "narrow"])
def test_opening_a_shift_fits_a_phone(
    client: Client,
    desk: Desk,
    screen: Screen,  # noqa: F811
    size: str,
) -> None:
    client.force_login(desk.officer, backend="django.contrib.auth.backends.ModelBackend")
    seen = screen.look(client.get("/loket/buka/"), size=size, scheme="light", name="counter-open")
    assert (seen.problems, seen.findings, seen.overflow, seen.small_targets) == ([], "", 0, [])
