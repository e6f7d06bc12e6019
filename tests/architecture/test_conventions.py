"""Conventions that a reviewer would otherwise have to remember."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from opd import audit

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "opd", "payments", "retribusi", "tp2dd", "tests")
SOURCES = [
    path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts
]
PRODUCT = [path for path in SOURCES if "tests" not in path.relative_to(ROOT).parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ALLOWED_AT_THE_TOP = {
    ".ci", ".dockerignore", ".gitattributes", ".gitignore",
    "README.md", "config", "docker-compose.yml",
    "manage.py", "opd", "payments", "pyproject.toml", "requirements-dev.lock", "requirements.lock", "retribusi",
    "templates", "tests", "tp2dd",
}  # fmt: skip


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name


def test_the_scan_sees_the_product() -> None:
    assert len(PRODUCT) > 60
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_file_passes_600_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_code_does_not_say_skpd(path: Path) -> None:
    """The word means an agency and also a tax assessment: code says opd."""
    guilty = [name for name in names(ast.parse(path.read_text(encoding="utf-8"))) if "skpd" in name.lower()]
    assert not [name for name in guilty if name not in {"rk_skpd", "RK_SKPD"}]


@pytest.mark.parametrize("path", PRODUCT, ids=short)
def test_money_is_never_a_float_and_never_moved_by_signals(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert not imported & {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    assert "FloatField" not in set(names(tree))


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_celery_never_runs_eagerly(path: Path) -> None:
    if path == Path(__file__).resolve():
        return
    assert "always_eager" not in path.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_open_ends_in_comments(path: Path) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    assert not [text for text in comments if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_obey_the_content_security_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert "//cdn" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_screens_do_not_shout(path: Path) -> None:
    """No exclamation marks in what a person reads."""
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!.*?>|<[^>]+>", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert "!" not in text


def test_every_audit_action_has_indonesian_words() -> None:
    """An action recorded in code reads as a sentence in the audit trail."""
    found: set[str] = set()
    for path in PRODUCT:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"audit\.record\(\s*(?:f?)\"([a-z_]+\.[a-z_]+)\"", text))
        found |= set(re.findall(r"\baudit_action=\"([a-z_]+\.[a-z_]+)\"", text))
    assert found, "the scan finds no action at all"
    assert not sorted(action for action in found if audit.describe(action) == action)


def test_models_carry_indonesian_names() -> None:
    """A model without verbose names would show English on a screen."""
    ours = [
        model
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in ROOMS
        for model in config.get_models()
    ]
    assert ours
    plain = [model for model in ours if str(model._meta.verbose_name) == model._meta.model_name]
    assert not plain


def test_the_top_level_holds_what_the_design_names() -> None:
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    ).stdout.split("\n")
    assert {line.split("/")[0] for line in listed if line} <= ALLOWED_AT_THE_TOP
