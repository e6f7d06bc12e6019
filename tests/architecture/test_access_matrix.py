"""Every address of the site, and who may open it. A view that the matrix does not know fails."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.decorators import login_not_required  # noqa: F401  (the public pages' mark)
from django.urls import URLPattern, URLResolver, get_resolver

from opd.access import PERMISSIONS

EVERYONE_SIGNED_IN = {"opd:home"}
"""Pages that need a login and no role."""
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
    if name.startswith(FOREIGN) or name in EVERYONE_SIGNED_IN:
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
