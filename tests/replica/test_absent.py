"""An installation without a replica; and which pages would be read from one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from config.replica import routing, standing
from opd.models import Role
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"


def test_without_an_address_nothing_changes(client: Client) -> None:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    assert not standing.configured()
    assert standing.standing() is None
    assert standing.caught_up(within=0) is None
    client.post(reverse("account_logout"))
    assert routing.COOKIE not in client.cookies
    assert "replika" not in client.get(reverse("health")).json()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_age_of_a_page_looks_well(
    client: Client,
    screen: Screen,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    size: str,
    scheme: str,
) -> None:
    old = standing.Standing(1, timezone.now() - timedelta(seconds=41))
    monkeypatch.setattr(routing, "_where", lambda request: old)
    monkeypatch.setattr(routing, "reading", nullcontext)
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    page = client.get(reverse("settings:audit_list"))
    assert "WIB, tertinggal 41 detik" in page.content.decode()
    seen = screen.look(page, size=size, scheme=scheme, name="replika-usia")
    assert (seen.problems, seen.findings) == ([], "")
    assert seen.overflow <= 0


def views(of: URLResolver, space: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in of.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}:{entry.name}", entry.callback
        else:
            yield from views(entry, entry.namespace or space)


MARKED = {
    name: view for name, view in views(get_resolver("config.urls")) if getattr(view, "reads_replica", False)
}


def test_rights_are_asked_of_the_primary_before_a_page_is_read() -> None:
    """``reads_replica`` stands innermost, so that everything before the page itself is the primary's."""
    for name, view in MARKED.items():
        assert hasattr(view, "permission"), name
        inner = view
        while hasattr(inner, "__wrapped__"):
            inner = inner.__wrapped__
        assert not hasattr(inner, "reads_replica"), name
        level = view
        while hasattr(level.__wrapped__, "reads_replica"):  # type: ignore[attr-defined]
            level = level.__wrapped__  # type: ignore[attr-defined]
        assert level.__wrapped__ is inner, name  # type: ignore[attr-defined]


def test_lists_and_dashboards_are_read_there_and_nothing_that_moves_money() -> None:
    assert len(MARKED) > 60
    wanted = {
        *("tp2dd:dashboard", "ledger:trial_balance", "ledger:journal_list", "auditing:list_detail"),
        *("books:book", "reconciliation:overview", "settings:audit_list", "spending:spend_list"),
    }
    assert wanted <= MARKED.keys()
    moving = ("pay", "bill", "order", "transfer", "approve", "confirm", "sign", "issue", "settle", "second")
    assert not [
        name for name in MARKED if name.split(":")[1].startswith(moving) and not name.endswith("_list")
    ]
    assert not [name for name in MARKED if name.startswith(("snap", "account", "mfa", "spending:pay_"))]
