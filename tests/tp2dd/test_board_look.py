"""The dashboard's screens in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import Role
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation.scene import Scene
from tp2dd.board import demo, rolling

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_board_is_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    scene: Scene,
    size: str,
    scheme: str,
) -> None:
    for museum, amount in ((True, 5000), (False, 13_000)):
        scene.sold(amount, museum=museum, at=timezone.now())
    rolling.count_channels()
    secretary = person("sekretaris", Role.SEKRETARIS_TP2DD)
    demo.rows(timezone.now(), by=secretary)
    client.force_login(secretary, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        "board": reverse("tp2dd:dashboard"),
        "detail": reverse("tp2dd:detail", args=["penerimaan"]),
        "empty": reverse("tp2dd:detail", args=["belanja"]),
        "baseline": reverse("tp2dd:baseline"),
    }
    for name, address in pages.items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"board-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
