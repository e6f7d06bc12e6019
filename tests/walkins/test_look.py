"""Every screen of this room in Chromium: by axe, on a phone and a desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from opd.models import User
from retribusi.walkins.services import heads, phantom
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.retribusi.cast import AT, printed
from tests.walkins.cast import DAY, Gate
from tests.walkins.test_phantom import forged, told, unknown_money

pytestmark = pytest.mark.browser
KEY = "kunci-formulir-umum"


def stage(gate: Gate) -> list[tuple[str, User, str]]:
    """A claim, one taken back, one that waits, one that fits nothing; counted days; cases in every state."""
    claimed, wrong = gate.credit(at=AT - timedelta(hours=1)), gate.credit(26_000)
    gate.claim(claimed)
    gate.claim(wrong, adults=4, children=2)
    gate.undo(wrong)
    unfit = gate.credit(7500)
    gate.credit(5000, at=AT - timedelta(days=4))
    for back, number in enumerate((9, 3, 0)):
        day = DAY - timedelta(days=back)
        heads.count(point=gate.museum.point, day=day, hour=9, heads=number, note="", by=gate.officer, at=AT)
    heads.count(
        point=gate.museum.point, day=DAY, hour=9, heads=7, note="terhitung dua kali", by=gate.officer, at=AT
    )
    case = told(gate, forged(gate), point=gate.museum.point, note="Ditempel di atas poster.")
    phantom.investigate(case_id=case.pk, text="Stiker sudah dilepas.", by=gate.treasurer, at=AT)
    unknown_money(gate)
    phantom.open_from_money(at=AT)
    officer, treasurer = gate.officer, gate.treasurer
    return [
        ("credits", treasurer, "/retribusi/qris-statis/"),
        ("claimed", officer, "/retribusi/qris-statis/?keadaan=diklaim"),
        ("choose", officer, f"/retribusi/qris-statis/{wrong.pk}/"),
        ("claim", treasurer, f"/retribusi/qris-statis/{claimed.pk}/"),
        ("unfit", officer, f"/retribusi/qris-statis/{unfit.pk}/"),
        ("count", officer, "/retribusi/kepala/hitung/"),
        ("gaps", treasurer, "/retribusi/kepala/"),
        ("clock", treasurer, "/retribusi/jam-setor/"),
        ("cases", treasurer, "/retribusi/qris-tak-terdaftar/"),
        ("case", treasurer, f"/retribusi/qris-tak-terdaftar/{case.pk}/"),
    ]


def public(client: Client, gate: Gate) -> list[tuple[str, Any]]:
    return [
        ("check", client.get("/cek-qris/")),
        ("check-wrong", client.post("/cek-qris/", {"kunci": KEY})),
        ("check-ours", client.post("/cek-qris/", {"kunci": KEY, "content": printed(gate.museum)})),
        ("check-foreign", client.post("/cek-qris/", {"kunci": KEY, "content": forged(gate)})),
    ]


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_are_accessible(
    client: Client,
    gate: Gate,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    wrong = []
    pages: list[tuple[str, Any, bool]] = []
    for name, user, address in stage(gate):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert answer.status_code == 200, name
        pages.append((name, answer, False))
    client.logout()
    pages += [(name, answer, size == "phone") for name, answer in public(client, gate)]
    for name, answer, thumbs in pages:
        seen = screen.look(answer, size=size, scheme=scheme, name=f"walkins-{name}")
        small = seen.small_targets if thumbs else []
        if seen.problems or seen.findings or seen.overflow > 0 or small:
            wrong.append((name, seen.problems, seen.findings, seen.overflow, small))
    assert not wrong
