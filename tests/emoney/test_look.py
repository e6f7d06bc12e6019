"""Every screen of the room in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import User
from payments.emoney.models import HistoryFile, Movement
from tests.emoney.world import Tap, World, history
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def addresses(world: World) -> Iterator[tuple[str, User, str]]:
    taps = list(Movement.objects.filter(kind="buy").order_by("position"))
    foreign = Movement.objects.get(kind="topup", top_up=None)
    for name in ("card_list", "card_new", "year_end", "history_list", "tap_list"):
        yield name, world.treasurer, reverse(f"emoney:{name}")
    for name in ("card_detail", "top_up", "return_balance"):
        yield name, world.treasurer, reverse(f"emoney:{name}", args=[world.card.pk])
    for file in HistoryFile.objects.all():
        yield f"history-{file.state}", world.treasurer, reverse("emoney:history_detail", args=[file.pk])
    yield "charge", world.treasurer, reverse("emoney:movement_detail", args=[taps[0].pk])
    yield "explain", world.treasurer, reverse("emoney:movement_detail", args=[foreign.pk])
    yield "repay", world.treasurer, reverse("emoney:repay", args=[taps[2].pk])
    yield "my_taps", world.holder, reverse("emoney:my_taps")
    yield "my_tap", world.holder, reverse("emoney:my_tap", args=[taps[2].pk])
    yield "my_tap_sent", world.holder, reverse("emoney:my_tap", args=[taps[1].pk])


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_emoney_pages_are_accessible(
    world: World,
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    world.top_up(500_000)
    lines = [
        Tap("TOPUP", 500_000, 0, reference="EM0"),
        Tap("BELI", 15_000, 30, "UJI COBA PARKIR", "EM1"),
        Tap("BELI", 42_500, 95, "TOL BENGKULU", "EM2"),
        Tap("BELI", 58_000, 120, "UJI COBA WARUNG KOPI", "EM3"),
        Tap("TOPUP", 20_000, 200, reference="EM4"),
    ]
    world.load(history(lines), name="riwayat-0001.csv")
    world.upload(
        history([*lines, Tap("BELI", 5_000, 300, "UJI COBA PARKIR", "EM5")]), name="riwayat-baru.csv"
    )
    taps = list(Movement.objects.filter(kind="buy").order_by("position"))
    world.approve(world.report(taps[0]))
    world.report(taps[1], purpose="Tol menuju rapat koordinasi")
    for name, user, address in addresses(world):
        give_factor(client, user)
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"emoney-{name}")
        problems = [one for one in seen.problems if name != "charge" or "404" not in one]
        assert not problems, (name, problems)  # pictures of evidence are not served here
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
