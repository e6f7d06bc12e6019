"""What the launcher says while it works, and how it hears that it should end."""

import contextlib
import signal
import sys
import time
from types import FrameType

BEGAN = time.monotonic()
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LauncherError(Exception):
    """Something the person at the terminal can mend; the message says what."""


class Stopped(BaseException):
    """Ctrl-C, a polite request to end, or a closed terminal. ``args[0]`` is the signal's number."""


def listen() -> None:
    """From now on a signal to end raises Stopped, once; what then cleans up is not disturbed by another."""
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup keeps its promise
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


def elapsed() -> str:
    """Seconds since the launcher began, as Indonesians write them: ``3,1``."""
    return f"{time.monotonic() - BEGAN:.1f}".replace(".", ",")


def line(text: str) -> None:
    """Print a line at once; a terminal that has gone away is no reason to fail."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def say(text: str) -> None:
    line(f"[{elapsed():>5} dtk] {text}")


def complain(text: str) -> None:
    with contextlib.suppress(OSError):
        print(f"manage.py: {text}", file=sys.stderr, flush=True)
