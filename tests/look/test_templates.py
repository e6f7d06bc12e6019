"""What no template may hold, since the policy would stop it or a visitor would pay for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from config.env import ROOT

ROOMS = ("opd", "payments", "retribusi", "tp2dd")
TEMPLATES = sorted(
    [*(ROOT / "templates").rglob("*.html")]
    + [path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*.html")]
)
NAMES = [path.relative_to(ROOT).as_posix() for path in TEMPLATES]
BANNED = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "a script without a file": r"<script\b(?![^>]*\bsrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "something from elsewhere": r"\b(?:src|href|action)=\"(?:https?:)?//",
    "meta refresh": r"http-equiv=\"refresh\"",
}


def text_of(path: Path) -> str:
    return re.sub(r"\{% comment.*?endcomment %\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_template_keeps_the_policy(path: Path) -> None:
    text = text_of(path)
    found = [what for what, pattern in BANNED.items() if re.search(pattern, text, re.I)]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_template_does_not_shout(path: Path) -> None:
    words = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text_of(path), flags=re.S)
    assert "!" not in words


def extends(path: Path) -> str:
    found = re.search(r"\{% extends \"([^\"]+)\"", text_of(path))
    base = ROOT / "templates" / found[1] if found else path
    return extends(base) if found and base.exists() else path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_visitors_page_loads_no_bootstrap_and_no_htmx(path: Path) -> None:
    if extends(path) == "public.html":
        assert not re.search(r"bootstrap|htmx|\bhx-", text_of(path))


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.parent.name == "components"], ids=lambda p: p.stem
)
def test_component_says_how_it_is_used(path: Path) -> None:
    assert re.match(r"(\{% load [\w ]+ %\})?\{% comment %\}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", ["account/login.html", "account/reauthenticate.html", "mfa/authenticate.html", "mfa/index.html"]
)
def test_sign_in_pages_are_ours(name: str) -> None:
    assert str(get_template(name).origin).startswith(str(ROOT / "templates"))  # type: ignore[attr-defined]


def test_an_isolated_form_carries_its_token() -> None:
    """``only`` cuts off the token that a browser must send back: such a form would always be refused."""
    isolated = re.compile(r'{% include "components/(?:form|confirm)\.html"[^%]* only %}')
    bare = [
        f"{name}: {found}"
        for name, path in zip(NAMES, TEMPLATES, strict=True)
        for found in isolated.findall(path.read_text(encoding="utf-8"))
        if "csrf_token=csrf_token" not in found
    ]
    assert bare == []
