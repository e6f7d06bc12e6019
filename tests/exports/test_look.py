"""The pages of exports in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from opd.office.exports import making
from tests.exports.conftest import some_books
from tests.ledger.books import AT
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_export_pages_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    some_books()
    auditor = person("auditor.uji", Role.AUDITOR)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    done = making.ask(kind="buku-besar", dialect="csv", by=auditor, at=AT)
    making.make(done.pk, at=AT)
    waiting = making.ask(kind="buku-besar", dialect="excel", by=auditor, at=AT)
    shown = {
        "list": reverse("office:export_list"),
        "done": reverse("office:export_detail", args=[done.pk]),
        "waiting": reverse("office:export_detail", args=[waiting.pk]),
        "seal": reverse("ledger:seal"),
    }
    wrong = []
    for name, address in shown.items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"export-{name}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((name, seen.problems, seen.findings, seen.overflow))
    assert not wrong
