"""The Python environment: what the locks ask, what is there, and which Python may make it."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest

from config.local import environment, interpreter
from config.local.environment import DEVELOPMENT, ROOT, RUNTIME


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(
        "pytest==0.0.1 \\\n    --hash=sha256:00\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
        "cffi==2.1.1 ; implementation_name != 'pypy' \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    return path


def test_lock_asks_this_machine_for_its_own_packages_alone(lock: Path) -> None:
    assert list(environment.requirements(lock)) == [("pytest", "0.0.1"), ("cffi", "2.1.1")]


def test_locks_pin_every_package_with_a_hash() -> None:
    for path in (RUNTIME, DEVELOPMENT):
        text = path.read_text(encoding="utf-8")
        entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert entries
        assert all("==" in line and line.endswith("\\") for line in entries)


def test_development_lock_holds_the_runtime_lock() -> None:
    assert set(environment.requirements(RUNTIME)) <= set(environment.requirements(DEVELOPMENT))


def test_environment_of_this_test_run_is_suitable() -> None:
    assert environment.suitable(DEVELOPMENT)
    assert environment.suitable(RUNTIME)


def test_environment_with_another_version_is_not_suitable(lock: Path) -> None:
    assert not environment.suitable(lock)


def test_environment_without_a_package_is_not_suitable(tmp_path: Path) -> None:
    path = tmp_path / "requirements.lock"
    path.write_text("tidak-ada-paket-ini==1.0 \\\n", encoding="utf-8")
    assert not environment.suitable(path)


def test_stamp_holds_until_the_lock_or_the_python_changes(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    assert not environment.stamped(lock, "3.11.0")
    environment.write_stamp(lock, "3.11.0")
    assert environment.stamped(lock, "3.11.0")
    assert not environment.stamped(lock, "3.12.0")
    lock.write_text("pytest==0.0.2 \\\n", encoding="utf-8")
    assert not environment.stamped(lock, "3.11.0")


def test_stamp_of_the_development_lock_covers_the_runtime_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    environment.write_stamp(DEVELOPMENT, "3.11.0")
    assert environment.stamped(RUNTIME, "3.11.0")
    environment.write_stamp(RUNTIME, "3.11.0")
    assert not environment.stamped(DEVELOPMENT, "3.11.0")


def test_failed_installation_shows_the_installers_last_words(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "print('Collecting satu'); print('tidak ada jaringan'); raise SystemExit(3)"
    assert not environment._install([sys.executable, "-c", script], lock)
    assert "tidak ada jaringan" in capsys.readouterr().err


def test_windows_gets_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "suitable", lambda lock: False)
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(SystemExit, match="WSL"):
        environment.enter(["manage.py"])


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_newer_python_is_found_past_one_that_only_pretends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "a", "python3.13", "echo 'not installed' >&2; exit 127")
    real = program(tmp_path / "b", "python3.12", f'exec "{sys.executable}" "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}")
    assert interpreter.find() == str(real)


def test_old_python_without_a_newer_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "OLDEST", (99, 0))
    monkeypatch.setattr(interpreter, "find", lambda: "")
    with pytest.raises(SystemExit, match=r"diperlukan Python 99\.0"):
        interpreter.ensure()


@pytest.mark.parametrize("name", ["manage.py", "config/__init__.py", "config/local/__init__.py"])
def test_what_an_old_python_reads_is_written_for_it(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))
    source = (ROOT / "config/local/interpreter.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"os", "shutil", "subprocess", "sys"}


@pytest.mark.parametrize("name", ["environment", "interpreter"])
def test_what_runs_before_the_installation_needs_the_standard_library_alone(name: str) -> None:
    tree = ast.parse((ROOT / "config" / "local" / f"{name}.py").read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names
