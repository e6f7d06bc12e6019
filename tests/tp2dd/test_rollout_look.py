"""The roll-out's screens in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from payments.spending.models import Channel
from tests.emoney.world import build
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import agency, person
from tests.tp2dd.test_rollout import complete, judge, start
from tests.tp2dd.test_share import paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_rollout_pages_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    world = build()
    member = person("tp2dd", Role.TP2DD_MEMBER)
    for code, name in (
        ("120", "Dinas Pendidikan dan Kebudayaan"),
        ("146", "Dinas Komunikasi dan Informatika"),
    ):
        complete(agency(code, name), member, "cms")
    complete(world.opd, member)
    start(world.opd, member)
    judge(world.opd, member)
    paid(world, Channel.CASH, 100_000)
    paid(world, Channel.CMS, 300_000)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        "matrix": reverse("tp2dd:rollout_matrix"),
        "nothing": reverse("tp2dd:rollout_matrix") + "?tahap=mandatory",
        "print": reverse("tp2dd:rollout_matrix") + "?cetak=1",
        "opd": reverse("tp2dd:rollout_opd", args=[world.opd.pk]),
        "share": reverse("tp2dd:rollout_share") + "?sejak=2026-04-01&sampai=2026-06-30",
        "empty": reverse("tp2dd:rollout_share") + "?sejak=2025-01-01&sampai=2025-02-01",
    }
    for name, address in pages.items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"rollout-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
