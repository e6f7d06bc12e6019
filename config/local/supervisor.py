"""Keeps processes running: passes on their words, starts a dead one again, gives up if it keeps dying."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.local.console import LauncherError, line, say
from config.local.spawn import end, kill_session, spawn

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before the first, second … restart in a row; one more death is one too many."""
STEADY = 30.0
"""Seconds of life after which earlier deaths are forgotten."""


@dataclass
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0
    tail: bytes = b""


@dataclass
class Supervisor:
    children: Sequence[Child]
    folder: Path
    changed: Callable[[], None]
    pauses: Sequence[float] = PAUSES
    steady: float = STEADY
    pipes: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def start(self) -> None:
        for child in self.children:
            self._start(child)
        self.changed()

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self.children if child.process}

    def step(self, seconds: float) -> None:
        """Wait for output or a while, then look after every child. LauncherError when giving up on one."""
        for key, _ in self.pipes.select(seconds):
            self._pass_on(key.data)
        for child in self.children:
            self._look_after(child)

    def stop(self, order: Sequence[str]) -> None:
        """End the children in order; each gets time to finish what it is doing."""
        by_name = {child.name: child for child in self.children}
        for name in order:
            child = by_name.get(name)
            if child and child.process:
                if not end(child.process, politely=signal.SIGTERM, seconds=15):
                    say(f"{name} tidak berhenti sendiri dan dihentikan paksa.")
                self._pass_on(child)
                self._forget(child)

    def _start(self, child: Child) -> None:
        child.process = spawn(
            child.command,
            output=subprocess.PIPE,
            cwd=self.folder,
            env={**child.environment, "PYTHONUNBUFFERED": "1"},
        )
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self.pipes.register(child.process.stdout, selectors.EVENT_READ, child)
        child.started = time.monotonic()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._start(child)
                self.changed()
            return
        if child.process.poll() is None:
            return
        code = child.process.returncode
        kill_session(child.process)
        self._pass_on(child)
        self._forget(child)
        child.deaths = 1 if now - child.started >= self.steady else child.deaths + 1
        if child.deaths > len(self.pauses):
            raise LauncherError(f"{child.name} terus berhenti (kode {code}). Keterangannya ada di atas.")
        pause = self.pauses[child.deaths - 1]
        child.due = now + pause
        say(f"{child.name} berhenti (kode {code}); dijalankan lagi dalam {pause:g} detik.")

    def _pass_on(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        while chunk := _read(child.process.stdout.fileno()):
            *lines, child.tail = (child.tail + chunk).split(b"\n")
            for each in lines:
                line(f"{child.name:>6} | {each.decode(errors='replace').rstrip()}")
        if chunk == b"" and child.process.stdout in self.pipes.get_map():
            self.pipes.unregister(
                child.process.stdout
            )  # closed by a child that lives on: nothing to wait for

    def _forget(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        if child.process.stdout in self.pipes.get_map():
            self.pipes.unregister(child.process.stdout)
        child.process.stdout.close()
        child.process = None
        child.tail = b""


def _read(pipe: int) -> bytes | None:
    """What is there to read now; empty at the end; None when nothing has come yet."""
    try:
        return os.read(pipe, 65536)
    except BlockingIOError:
        return None
