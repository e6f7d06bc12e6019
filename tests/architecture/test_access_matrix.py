"""Every address of the site, and who may open it. A view that the matrix does not know fails."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from opd.access import PERMISSIONS
from opd.models import OPD_ROLES, Role
from tests.opd.cast import agency, person

EVERYONE_SIGNED_IN = {"opd:home", "office:second_factor"}
"""Pages that need a login and no role."""
BY_SUBJECT = {
    *("office:attachment_list", "office:attachment_upload", "office:attachment_remove", "office:ticket_open"),
    *("office:attachment_thumbnail", "office:attachment_download", "office:ticket_page"),
}
"""Evidence: the room of the row that it proves decides (tests/office/test_attachments.py)."""
FOREIGN = ("account_", "mfa_", "reauthenticate", "account:")
"""Addresses of the login library, public or signed-in by its own rules."""


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, inner)
        else:
            yield f"{space}{entry.name or entry.pattern}", entry


VIEWS = dict(patterns(get_resolver()))


def permission_of(view: Any) -> str | None:
    while view is not None:
        if hasattr(view, "permission"):
            return str(view.permission)
        view = getattr(view, "__wrapped__", None)
    return None


def is_public(view: Any) -> bool:
    return getattr(view, "login_required", True) is False


@pytest.mark.parametrize("name", VIEWS)
def test_every_address_says_who_may_open_it(name: str) -> None:
    if name.startswith(FOREIGN) or name in EVERYONE_SIGNED_IN | BY_SUBJECT:
        return
    view = VIEWS[name].callback
    permission = permission_of(view)
    assert is_public(view) or permission in PERMISSIONS, f"{name} has neither a permission nor is it public"
    assert not (is_public(view) and permission), f"{name} is public and asks for a permission"


def test_every_permission_guards_something() -> None:
    used = {permission_of(pattern.callback) for pattern in VIEWS.values()}
    inside = set()
    for config in apps.get_app_configs():
        for part in ("views", "services", "queries", "apps", "home"):
            try:
                module = importlib.import_module(f"{config.name}.{part}")
            except ModuleNotFoundError:
                continue
            source = getattr(module, "__file__", None)
            if source and config.name.split(".")[0] in {"opd", "payments", "retribusi", "tp2dd"}:
                with open(source, encoding="utf-8") as file:
                    text = file.read()
                inside |= {name for name in PERMISSIONS if f'"{name}"' in text}
    assert set(PERMISSIONS) <= used | inside


PLAIN = sorted(
    name
    for name, pattern in VIEWS.items()
    if permission_of(pattern.callback) and "<" not in str(pattern.pattern) and "(" not in str(pattern.pattern)
)
"""Guarded addresses without an argument: pages that a person opens from the menu."""


def test_the_matrix_sees_the_pages_of_the_menu() -> None:
    assert {"retribusi:takings_list", "ledger:journal_list", "tp2dd:dashboard", "settings:user_list"} <= set(
        PLAIN
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_opens_its_pages_alone_and_looking_writes_nothing(
    client: Client, role: Role | None
) -> None:
    """GET on every guarded address as one role: 200 where the table allows it, else 403; no row changes."""
    opd = agency("1", "Dinas Satu") if role in OPD_ROLES else None
    user = person("penjelajah", role, opd)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    seen: dict[str, int] = {}
    with CaptureQueriesContext(connection) as queries:
        for name in PLAIN:
            seen[name] = client.get(reverse(name)).status_code
    guards = {name: permission_of(VIEWS[name].callback) or "" for name in PLAIN}
    wrong = {
        name: status
        for name, status in seen.items()
        if status not in ((200, 302, 405) if role in PERMISSIONS[guards[name]] else (403, 405))
    }
    assert not wrong
    writes = [
        query["sql"]
        for query in queries.captured_queries
        if re.match(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)", query["sql"], re.IGNORECASE)
        and "django_session" not in query["sql"]
        and "shared_cache" not in query["sql"]
    ]
    assert not writes


BY_PATTERN = {"snap_settings:next_key": {"slug": "tidak-ada", "step": "siapkan"}}
"""Arguments of the addresses that are written as regular expressions."""
EXAMPLES = {"uuid": UUID("00000000-0000-7000-8000-000000000000"), "int": 999_999_999}


def somewhere(name: str) -> str:
    """An address of a guarded view whose arguments name nothing: the guard stands before any look-up."""
    converters = VIEWS[name].pattern.converters
    kinds = {word: type(one).__name__.removesuffix("Converter").lower() for word, one in converters.items()}
    found: dict[str, Any] = {word: EXAMPLES.get(kind, "tidak-ada") for word, kind in kinds.items()}
    return reverse(name, kwargs=BY_PATTERN.get(name) or found or None)


GUARDED = sorted(name for name, pattern in VIEWS.items() if permission_of(pattern.callback))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_each_deed_is_refused_to_every_other_role(client: Client, role: Role | None) -> None:
    """GET and POST on every guarded address: 403 wherever the table does not give the role its permission."""
    opd = agency("1", "Dinas Satu") if role in OPD_ROLES else None
    client.force_login(person("pencoba", role, opd), backend="django.contrib.auth.backends.ModelBackend")
    let_in = []
    for name in GUARDED:
        if role in PERMISSIONS[permission_of(VIEWS[name].callback) or ""]:
            continue
        address = somewhere(name)
        seen = {client.get(address).status_code, client.post(address).status_code}
        if not seen <= {403, 405} or seen == {405}:
            let_in.append((name, seen))
    assert not let_in


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
def test_a_stranger_is_sent_to_the_login(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code in {302, 405}
    if answer.status_code == 302:
        assert answer["Location"].startswith(reverse("account_login"))
