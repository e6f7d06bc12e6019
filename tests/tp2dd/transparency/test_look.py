"""The page of decisions in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import User
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.tp2dd.transparency.world import TODAY, decided

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_decisions_are_accessible(
    client: Client,
    sekda: User,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    client.force_login(sekda, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("tp2dd:disclosure")
    for name in ("empty", "decided"):
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"disclosure-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
        decided(sekda, lag_days=3)
        decided(sekda, sections=["seal"])
        decided(sekda, sections=[], valid_from=TODAY + timedelta(days=9), decision_date=TODAY)
