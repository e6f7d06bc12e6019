"""Starts children that end with us, even when we are killed outright."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from config.local.console import LauncherError

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def private_log(path: Path) -> IO[bytes]:
    """A file to append to that only we can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def unprivileged() -> tuple[int, int] | None:
    """The account (uid, gid) that runs PostgreSQL when we are root, which it refuses to run as."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise LauncherError(
        "PostgreSQL menolak berjalan sebagai root, dan akun 'nobody' tidak ada di mesin ini.\n"
        "Jalankan perintah ini sebagai pengguna biasa."
    )


def spawn(
    command: Sequence[str],
    *,
    account: tuple[int, int] | None = None,
    on_our_death: signal.Signals = signal.SIGTERM,
    stdin: int = subprocess.DEVNULL,
    output: IO[bytes] | int | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """A child in its own session (Ctrl-C does not reach it) that gets a signal when we die.

    Call it from the main thread: the kernel's watch is on the thread that started the child.
    """
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        cwd=cwd,
        env=env,
        preexec_fn=_settle(account, on_our_death),
    )


def _settle(account: tuple[int, int] | None, on_our_death: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def settle() -> None:
        os.setsid()
        if account:
            os.setgroups([])
            os.setgid(account[1])
            os.setuid(account[0])
        if _libc is not None:  # after setuid, which clears it
            _libc.prctl(PR_SET_PDEATHSIG, int(on_our_death))
            if os.getppid() != parent:
                os._exit(1)

    return settle


def end(process: subprocess.Popen[bytes], *, politely: signal.Signals, seconds: float) -> bool:
    """Ask a child to end, then kill what is left of its session. True when asking was enough."""
    asked_in_time = True
    if process.poll() is None:
        process.send_signal(politely)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            asked_in_time = False
    kill_session(process)
    return asked_in_time


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started that stayed in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
