"""Runs the steps of a preparation: two at a time, each after those it needs, and only what has changed."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from config.local.console import LauncherError, say
from config.local.environment import ROOT
from config.local.installation import Installation, read_json, write_private
from config.local.spawn import end, spawn

AT_ONCE = 2


@dataclass(frozen=True)
class Step:
    """Django commands that run one after another, once the steps named in ``after`` have ended."""

    name: str
    label: str
    commands: tuple[tuple[str, ...], ...]
    environment: Mapping[str, str]
    digest: str
    after: tuple[str, ...] = ()


@dataclass
class Work:
    """A step under way: each command is a process of its own, whose words are shown only if it fails."""

    step: Step
    left: list[tuple[str, ...]] = field(init=False)
    words: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    process: "subprocess.Popen[bytes] | None" = None
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.left = list(self.step.commands)

    def ended(self) -> bool:
        """Look after the command that runs, begin the next. LauncherError when one failed."""
        if self.process is not None:
            if self.process.poll() is None:
                return False
            self._require_success(self.process.returncode)
        if not self.left:
            return True
        self.command = self.left.pop(0)
        command = [sys.executable, "-m", "django", *self.command]
        self.process = spawn(command, output=self.words, cwd=ROOT, env=self.step.environment)
        return False

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, politely=signal.SIGTERM, seconds=10)
        self.words.close()

    def _require_success(self, code: int) -> None:
        if code:
            self.words.seek(0)
            tail = "\n".join(self.words.read().decode(errors="replace").splitlines()[-30:])
            raise LauncherError(f"perintah '{' '.join(self.command)}' gagal:\n{tail}")


def run(installation: Installation, planned: Sequence[Step], *, embedded: bool) -> None:
    """Run what changed. On a server that is not ours nothing is skipped: others may have changed it."""
    note = installation.home / "prepared.json"
    done = read_json(note)
    waiting = [
        step
        for step in planned
        if done.get(step.name) != step.digest or not (embedded or step.name == "static")
    ]
    under_way: list[Work] = []
    try:
        while waiting or under_way:
            _begin(waiting, under_way)
            for work in [each for each in under_way if each.ended()]:
                work.stop()
                under_way.remove(work)
                done[work.step.name] = work.step.digest
                write_private(note, done)
            time.sleep(0.02)
    finally:
        for work in under_way:
            work.stop()


def _begin(waiting: list[Step], under_way: list[Work]) -> None:
    for step in list(waiting):
        unfinished = {other.name for other in waiting} | {work.step.name for work in under_way}
        if len(under_way) < AT_ONCE and not unfinished & set(step.after):
            say(f"{step.label} ...")
            waiting.remove(step)
            under_way.append(Work(step))
