"""Makes the project's own Python environment (``.venv``) from the locks, with hashes, and steps into it.

Standard library only: this runs before anything is installed. An environment that already holds what the
lock names is used as it is.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
QUIET_PIP = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_INPUT": "1"}
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?", re.MULTILINE)


def enter(argv: Sequence[str]) -> None:
    """Return inside an environment that holds the lock's packages; else start again inside ``.venv``."""
    if os.name == "nt":
        fail("Windows tidak didukung langsung. Jalankan di dalam WSL, atau pakai docker-compose.yml.")
    lock = DEVELOPMENT if list(argv[1:2]) == ["test"] else RUNTIME
    inside = Path(sys.prefix) == VENV
    if (inside and stamped(lock, sys.version)) or suitable(lock):
        return
    ensure(lock)
    sys.stdout.flush()
    os.execv(str(PYTHON), [str(PYTHON), str(ROOT / "manage.py"), *argv[1:]])


def fail(message: str) -> None:
    """Stop with one plain sentence; nothing else has been started yet."""
    sys.exit(f"manage.py: {message}")


# What is there already


def requirements(lock: Path) -> Iterator[tuple[str, str]]:
    """Name and version of what the lock asks of this machine."""
    for name, version, marker in REQUIREMENT.findall(lock.read_text(encoding="utf-8")):
        if not marker or f"'{sys.platform}'" in marker or "!=" in marker:
            yield name, version


def suitable(lock: Path) -> bool:
    """Whether the Python that runs now holds exactly the versions of the lock."""
    try:
        return all(metadata.version(name) == version for name, version in requirements(lock))
    except metadata.PackageNotFoundError:
        return False


def stamp_of(lock: Path, python_version: str) -> str:
    return hashlib.sha256(lock.read_bytes() + python_version.encode()).hexdigest()


def stamped(lock: Path, python_version: str) -> bool:
    """Whether ``.venv`` was filled from this very lock. The development lock holds the other one."""
    stamp = VENV / ".filled-from"
    return stamp.is_file() and stamp_of(lock, python_version) in stamp.read_text(encoding="utf-8").split()


def write_stamp(lock: Path, python_version: str) -> None:
    filled = [lock, RUNTIME] if lock == DEVELOPMENT else [lock]
    text = "\n".join(stamp_of(each, python_version) for each in filled)
    (VENV / ".filled-from").write_text(text + "\n", encoding="utf-8")


# Making it


def ensure(lock: Path) -> None:
    """Fill ``.venv`` from the lock, unless it is. Two starts at once take turns."""
    import fcntl

    turn = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        if PYTHON.exists() and stamped(lock, _version_of(PYTHON)):
            return
        started = time.monotonic()
        print("Menyiapkan lingkungan Python (.venv). Ini hanya sekali dan perlu jaringan.", flush=True)
        try:
            _fill(lock)
        except KeyboardInterrupt:
            fail("dihentikan sebelum lingkungan Python selesai; jalankan lagi untuk melanjutkan.")
        write_stamp(lock, _version_of(PYTHON))
        print(f"Lingkungan Python siap dalam {time.monotonic() - started:.0f} detik.", flush=True)
    finally:
        os.close(turn)


def _fill(lock: Path) -> None:
    uv = _working_uv()
    if uv and _with_uv(uv, lock):
        return
    pip = _pip_of_new_environment()
    if not _install([*pip, "install", "--require-hashes", "-r", str(lock)], lock):
        fail("pemasangan pustaka gagal; keterangan pip ada di atas. Periksa jaringan, lalu ulangi.")


def _working_uv() -> str:
    uv = shutil.which("uv")
    return uv if uv and _succeeds([uv, "--version"]) else ""


def _with_uv(uv: str, lock: Path) -> bool:
    if not _environment_runs():
        shutil.rmtree(VENV, ignore_errors=True)
        if not _succeeds([uv, "venv", "--python", sys.executable, str(VENV)]):
            return False
    command = [uv, "pip", "install", "--require-hashes", "--python", str(PYTHON), "-r", str(lock)]
    return _install(command, lock)


def _pip_of_new_environment() -> list[str]:
    """The pip that fills ``.venv``: its own, or the host's where Debian left ``ensurepip`` out."""
    own = [str(PYTHON), "-m", "pip"]
    if _environment_runs() and _succeeds([*own, "--version"]):
        return own
    if _succeeds([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return own
    host = [sys.executable, "-m", "pip"]
    if not _succeeds([*host, "--version"]):
        fail(
            "tidak ada uv, pip, maupun modul venv yang lengkap di mesin ini.\n"
            "Pasang salah satunya (Debian atau Ubuntu: apt install python3-venv), lalu ulangi."
        )
    if not _succeeds([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]):
        fail(f"lingkungan Python tidak dapat dibuat di {VENV}. Periksa izin tulis dan ruang disk.")
    return [*host, "--python", str(PYTHON)]


def _environment_runs() -> bool:
    return PYTHON.exists() and _version_of(PYTHON) == sys.version


def _version_of(python: Path) -> str:
    probe = [str(python), "-c", "import sys; sys.stdout.write(sys.version)"]
    try:
        return subprocess.run(probe, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _install(command: Sequence[str], lock: Path) -> bool:
    """Run an installer and count what it fetches; its last words are shown only when it fails."""
    total = sum(1 for _ in requirements(lock))
    words: deque[str] = deque(maxlen=25)
    fetched = 0
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **QUIET_PIP},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            words.append(line)
            if line.startswith("Collecting "):
                fetched += 1
                if fetched % 10 == 0 and fetched < total:
                    print(f"  {fetched} dari {total} pustaka", flush=True)
            elif line.startswith("Installing collected"):
                print("  memasang ...", flush=True)
    if process.returncode:
        print("".join(words), file=sys.stderr, flush=True)
    return process.returncode == 0
