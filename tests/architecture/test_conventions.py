"""Conventions that a reviewer would otherwise have to remember."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

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
    *(".ci", ".dockerignore", ".gitattributes", ".gitignore", "README.md", "docker-compose.yml", "manage.py"),
    *("pyproject.toml", "requirements.lock", "requirements-dev.lock"),
    *("config", "opd", "payments", "retribusi", "templates", "tests", "tp2dd"),
}


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


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_no_file_passes_600_lines() -> None:
    assert not [short(path) for path in SOURCES if len(text_of(path).splitlines()) > 600]


def test_code_says_opd_for_an_agency() -> None:
    """The word "skpd" means an agency and also a tax assessment; only the account RK-SKPD keeps the word."""
    guilty = [
        (short(path), name)
        for path in SOURCES
        for name in names(ast.parse(text_of(path)))
        if "skpd" in name.lower() and name.lower() != "rk_skpd"
    ]
    assert not guilty


def test_money_is_never_a_float_and_never_moved_by_signals() -> None:
    signals = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    guilty = []
    for path in PRODUCT:
        tree = ast.parse(text_of(path))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        used = {alias.name for node in imports for alias in node.names} | set(names(tree))
        guilty += [(short(path), name) for name in used & (signals | {"FloatField"})]
    assert not guilty


def test_celery_never_runs_eagerly() -> None:
    others = [path for path in SOURCES if path != Path(__file__).resolve()]
    assert not [short(path) for path in others if "always_eager" in text_of(path).lower()]


def test_no_open_ends_in_comments() -> None:
    guilty = []
    for path in SOURCES:
        tokens = tokenize.generate_tokens(io.StringIO(text_of(path)).readline)
        comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
        guilty += [short(path) for text in comments if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)]
    assert not guilty


def test_templates_obey_the_content_security_policy() -> None:
    inline = (
        r"<style|\sstyle=|\son[a-z]+=\"|javascript:|//cdn|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    )
    assert not [short(path) for path in TEMPLATES if re.search(inline, text_of(path))]


def test_screens_do_not_shout() -> None:
    """No exclamation marks in what a person reads."""
    markup = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!.*?>|<[^>]+>", re.S)
    assert not [short(path) for path in TEMPLATES if "!" in markup.sub("", text_of(path))]


def test_every_audit_action_has_indonesian_words() -> None:
    """An action recorded in code reads as a sentence in the audit trail."""
    found: set[str] = set()
    for path in PRODUCT:
        text = text_of(path)
        found |= set(re.findall(r"audit\.record\(\s*\"([a-z_]+\.[a-z_]+)\"", text))
    assert found, "the scan finds no action at all"
    assert not sorted(action for action in found if audit.describe(action) == action)


WRITERS = {
    "config/assets.py": "finds static files inside packages, writes none",
    "config/catalog.py": "a developer's command",
    "opd/demo.py": "demonstrations alone",
    "opd/office/backup/writing.py": "a command, to where its caller says",
    "opd/office/depot.py": "flushes what the named storage has written",
    "opd/planning/demo.py": "demonstrations alone",
    "payments/reconciliation/demo.py": "demonstrations alone",
    "retribusi/demo.py": "demonstrations alone",
}
"""Who touches files other than through a named storage, and why; config/local starts servers."""
_KEEPING = {"write_text", "write_bytes", "mkdir", "makedirs", "mkstemp", "mkdtemp", "NamedTemporaryFile"}
_KEEPING |= {"TemporaryDirectory", "rename", "copyfile", "copytree", "fdopen", "FileSystemStorage"}


def keeps(node: ast.AST) -> bool:
    """A call that leaves a file behind. What has no name (TemporaryFile) ends with its process."""
    match node:
        case ast.Call(func=ast.Name(id="open")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr="open")):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _KEEPING:
            return True
        case ast.Call(func=ast.Attribute(attr="open"), args=[ast.Constant(value=str(mode)), *_]):
            return mode[:1] in {"w", "a", "x"}
    return False


def test_web_and_workers_keep_nothing_on_their_own_disk() -> None:
    """Whatever lasts goes into PostgreSQL or a named storage that all machines share."""
    found = {
        short(path)
        for path in PRODUCT
        if not short(path).startswith(("config/local/", "config/static/", "payments/sandbox/"))
        and any(keeps(node) for node in ast.walk(ast.parse(text_of(path))))
    }
    assert found == WRITERS.keys()


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
