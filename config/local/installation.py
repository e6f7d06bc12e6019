"""One installation: its folder, lock and secrets, and the note that other commands read while it runs."""

import base64
import fcntl
import hashlib
import json
import os
import secrets
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from config.local.console import LauncherError, say
from config.local.environment import ROOT

ROLES = ("owner", "app", "auditor", "bank")
"""Logins of PostgreSQL: who migrates, the application, who only reads, and the sandbox bank."""


def home_of(data: str | None) -> Path:
    """The folder of an installation: the one named, or the project's own."""
    if data:
        return Path(data).expanduser().resolve()
    if os.geteuid() != 0:
        return ROOT / ".data"
    # PostgreSQL runs as an account that may not reach the project (/root is closed).
    return Path("/var/tmp") / f"nontunai-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}"


def private_folder(path: Path, *, passable: bool = False) -> Path:
    """Make a folder that belongs to us; others may at most pass through it, never list or read it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        owner = path.lstat()
        if stat.S_ISLNK(owner.st_mode) or owner.st_uid != os.geteuid():
            raise LauncherError(
                f"folder {path} milik akun lain, jadi tidak dipakai. Pilih folder dengan --data."
            )
        path.chmod(0o711 if passable else 0o700)
    except OSError as error:
        raise LauncherError(
            f"folder data {path} tidak dapat disiapkan ({error.strerror}). Pilih folder lain dengan --data."
        ) from error
    return path


def write_private(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON that only we can read, all of it or nothing."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty where there is none or where it can't be read as one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def new_secrets() -> dict[str, Any]:
    return {
        "installation": secrets.token_hex(5),
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "postgres": secrets.token_urlsafe(24),
        "roles": {role: secrets.token_urlsafe(24) for role in ROLES},
    }


@dataclass
class Installation:
    home: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, data: str | None) -> "Installation":
        home = home_of(data)
        return cls(private_folder(home, passable=os.geteuid() == 0))

    @property
    def state(self) -> Path:
        return self.home / "state.json"

    def secrets(self) -> dict[str, Any]:
        """Random per installation, made once and kept."""
        path = self.home / "secrets.json"
        if not path.exists():
            write_private(path, new_secrets())
        values = read_json(path)
        if not new_secrets().keys() <= values.keys():
            raise LauncherError(
                f"{path} rusak. Pulihkan dari cadangan, atau hapus folder {self.home} untuk mulai baru."
            )
        return values

    def try_lock(self) -> bool:
        """Take the folder for ourselves as long as we live; False when another process holds it."""
        file = os.fdopen(os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._lock = file
        return True

    def release(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def running(self) -> dict[str, Any]:
        """What the ``up`` that holds the lock wrote down; empty when it is not running or not ready."""
        return read_json(self.state)

    def take_or_share(self, *, seconds: float) -> dict[str, Any]:
        """Take the lock (empty answer), or wait for the ``up`` that holds it to share its services."""
        told = False
        end = time.monotonic() + seconds
        while not self.try_lock():
            if found := self.running().get("environment"):
                return dict(found)
            if time.monotonic() > end:
                raise LauncherError(
                    f"folder {self.home} sedang dipakai perintah lain. Coba lagi sebentar lagi."
                )
            if not told:
                say("Menunggu perintah lain yang sedang memakai folder data ...")
                told = True
            time.sleep(0.2)
        self.state.unlink(missing_ok=True)  # left by one that was killed
        return {}
