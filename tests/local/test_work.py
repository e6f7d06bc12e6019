"""The steps of a preparation: in order, two at once, only what changed, and again after a failure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from config.local import work
from config.local.console import LauncherError
from config.local.installation import Installation, read_json
from config.local.work import Step


def step(name: str, *after: str, digest: str = "a", commands: tuple[tuple[str, ...], ...] = ()) -> Step:
    return Step(name, name.capitalize(), commands or ((name,),), dict(os.environ), digest, after)


class Ended:
    returncode = 0

    def poll(self) -> int:
        return 0


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands in the order they began; none really runs."""
    begun: list[str] = []

    def pretend(command: list[str], **_: Any) -> Ended:
        begun.append(command[-1])
        return Ended()

    monkeypatch.setattr(work, "spawn", pretend)
    monkeypatch.setattr(work, "end", lambda process, **_: True)
    return begun


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_unchanged_steps_are_skipped_on_our_own_server_alone(home: Installation, ran: list[str]) -> None:
    work.run(home, [step("tables")], embedded=True)
    work.run(home, [step("tables")], embedded=True)
    assert ran == ["tables"]
    work.run(home, [step("tables", digest="b")], embedded=True)
    work.run(home, [step("tables", digest="b")], embedded=False)
    assert ran == ["tables"] * 3


def test_static_files_are_ours_wherever_the_server_is(home: Installation, ran: list[str]) -> None:
    work.run(home, [step("static")], embedded=False)
    work.run(home, [step("static")], embedded=False)
    assert ran == ["static"]


def test_step_waits_for_those_it_needs_and_two_run_at_once(home: Installation, ran: list[str]) -> None:
    planned = [
        step("tables"),
        step("bank"),
        step("static"),
        step("seed", "tables"),
        step("past", "seed", "bank"),
    ]
    work.run(home, planned, embedded=True)
    assert ran == ["tables", "bank", "static", "seed", "past"]
    assert read_json(home.home / "prepared.json") == dict.fromkeys(ran, "a")


def test_failed_command_is_shown_with_its_words_and_tried_again(home: Installation) -> None:
    broken = step("tables", commands=(("version",), ("tidak_ada",)))
    with pytest.raises(LauncherError, match=r"perintah 'tidak_ada' gagal:(.|\n)*Unknown command"):
        work.run(home, [broken, step("seed", "tables")], embedded=True)
    assert read_json(home.home / "prepared.json") == {}
    work.run(home, [step("tables", commands=(("version",),))], embedded=True)
    assert read_json(home.home / "prepared.json") == {"tables": "a"}
