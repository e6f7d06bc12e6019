"""The page of origins in Chromium, on a desk and a phone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from tests.auditing.test_origins import credited
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation.conftest import scene  # noqa: F401
from tests.reconciliation.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_origins_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    scene: Scene,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    journal, _ = credited(scene)
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("ledger:journal_origin", args=[journal]))
    answer.content = answer.content.replace(b"<details", b"<details open")
    seen = screen.look(answer, size=size, scheme=scheme, name="ledger-origin")
    assert not seen.problems
    assert not seen.findings
    assert seen.overflow <= 0
