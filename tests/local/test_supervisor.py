"""Processes that die are started again, with pauses, and not for ever."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.local.console import LauncherError
from config.local.spawn import spawn
from config.local.supervisor import Child, Supervisor

STEADY = "import time\nprint('hidup', flush=True)\ntime.sleep(60)"
PAUSES = (0.05, 0.1)


def child(name: str, script: str) -> Child:
    return Child(name, [sys.executable, "-c", script], dict(os.environ))


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def make(*children: Child, steady: float = 30) -> Supervisor:
        supervisor = Supervisor(list(children), tmp_path, lambda: None, pauses=PAUSES, steady=steady)
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield make
    for supervisor in made:
        supervisor.stop([each.name for each in supervisor.children])


def step_until(supervisor: Supervisor, condition: Callable[[], bool], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        supervisor.step(0.02)


def test_child_that_dies_is_started_again_after_a_pause(supervise: Callable[..., Supervisor]) -> None:
    one = child("satu", STEADY)
    supervisor = supervise(one)
    first = supervisor.pids()["satu"]
    os.kill(first, signal.SIGKILL)
    step_until(supervisor, lambda: not supervisor.pids())
    died = time.monotonic()
    step_until(supervisor, lambda: bool(supervisor.pids()))
    assert time.monotonic() - died >= PAUSES[0] * 0.8
    assert supervisor.pids()["satu"] != first


def test_child_that_keeps_dying_is_given_up_by_name(supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(child("satu", STEADY), child("dua", "raise SystemExit(7)"))
    with pytest.raises(LauncherError, match=r"dua terus berhenti \(kode 7\)"):
        step_until(supervisor, lambda: False)
    assert supervisor.children[1].deaths == len(PAUSES) + 1


def test_long_life_forgives_earlier_deaths(supervise: Callable[..., Supervisor]) -> None:
    one = child("satu", "import time; time.sleep(0.05)")
    supervisor = supervise(one, steady=0.01)
    seen: set[int] = set()

    def five_lives() -> bool:
        seen.update(supervisor.pids().values())
        return len(seen) >= 5

    step_until(supervisor, five_lives)
    assert one.deaths <= 1


def test_words_of_a_child_are_passed_on_with_its_name(
    supervise: Callable[..., Supervisor], capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = supervise(child("satu", STEADY))
    heard: list[str] = []

    def spoken() -> bool:
        heard.append(capfd.readouterr().out)
        return "satu | hidup" in "".join(heard)

    step_until(supervisor, spoken)


def test_child_that_closes_its_output_keeps_nobody_busy(supervise: Callable[..., Supervisor]) -> None:
    quiet = "import os, time\nos.close(1); os.close(2)\ntime.sleep(60)"
    supervisor = supervise(child("satu", quiet))
    step_until(supervisor, lambda: not supervisor.pipes.get_map())
    began = time.monotonic()
    supervisor.step(0.2)
    assert time.monotonic() - began >= 0.2
    assert supervisor.pids()


def test_children_stop_in_order_and_take_their_own_with_them(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    script = (
        "import pathlib, signal, subprocess, sys, time\n"
        "name = sys.argv[1]\n"
        "grandchild = subprocess.Popen(['sleep', '60'])\n"
        "def end(*_):\n"
        "    with open('urutan', 'a') as file: file.write(name + '\\n')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(name).write_text(str(grandchild.pid))\n"
        "time.sleep(60)\n"
    )
    names = ["web", "beat"]
    supervisor = supervise(
        *(Child(name, [sys.executable, "-c", script, name], dict(os.environ)) for name in names)
    )
    notes = [tmp_path / name for name in names]
    step_until(supervisor, lambda: all(note.exists() and note.read_text() for note in notes))
    grandchildren = [int(note.read_text()) for note in notes]
    supervisor.stop(["beat", "web", "none"])
    assert (tmp_path / "urutan").read_text(encoding="utf-8").split() == ["beat", "web"]
    assert supervisor.pids() == {}
    wait_until_gone(*grandchildren)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(*pids: int) -> None:
    end = time.monotonic() + 10
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < end, "still there"
        time.sleep(0.02)


def test_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys, time\n"
        "from config.local.spawn import spawn\n"
        "child = spawn(['sleep', '60'])\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    note = tmp_path / "pid"
    root = Path(__file__).resolve().parents[2]
    parent = spawn([sys.executable, "-c", script, str(note)], cwd=root, env=dict(os.environ))
    end = time.monotonic() + 10
    while not (note.exists() and note.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    pid = int(note.read_text())
    assert _runs(pid)
    parent.kill()
    parent.wait()
    wait_until_gone(pid)
