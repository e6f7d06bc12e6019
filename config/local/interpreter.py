"""Finds a Python that is new enough. Kept to syntax that old ones read, since they get to run it."""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3.15", "python3")
PROBE = "import sys; sys.exit(sys.version_info[:2] < (%d, %d))" % OLDEST  # noqa: UP031 (read by old Pythons)


def ensure() -> None:
    """Return under a Python that is new enough; otherwise start again under one, or say what to install."""
    if tuple(sys.version_info) >= OLDEST:
        return
    newer = find()
    if newer:
        os.execv(newer, [newer, *sys.argv])
    sys.exit(
        "manage.py: diperlukan Python %d.%d atau lebih baru, sedangkan ini Python %s.\n"  # noqa: UP031
        "Pasang versi yang lebih baru (Debian atau Ubuntu: apt install python3), lalu ulangi perintahnya."
        % (*OLDEST, sys.version.split()[0])
    )


def find() -> str:
    """The path of a Python that is new enough, or an empty text. Each is tried: some only pretend."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in NAMES:
            path = shutil.which(name, path=folder)
            if path and _runs(path):
                return path
    return _from_uv()


def _runs(path: str) -> bool:
    try:
        return subprocess.call([path, "-c", PROBE], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _from_uv() -> str:
    uv = shutil.which("uv")
    if not uv:
        return ""
    try:
        found = subprocess.check_output([uv, "python", "find", ">=%d.%d" % OLDEST], stderr=subprocess.DEVNULL)  # noqa: UP031
    except (OSError, subprocess.CalledProcessError):
        return ""
    path = found.decode().strip()
    return path if path and _runs(path) else ""
