"""Migrated tables that test runs share: made once for each state of the migrations, then restored."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from config.local import roles
from config.local.environment import ROOT, RUNTIME
from config.local.postgres import ADMIN, Postgres
from config.local.prepare import digest, files

_KEPT = 8


def prepare(servers: Iterable[Postgres], environment: Mapping[str, str]) -> dict[str, str]:
    """Fill the empty product database of each server, the first of which ``environment`` names.

    What the tests' settings are to see; nothing where PostgreSQL's own dump programs are missing, so that
    each test process migrates by itself.
    """
    first, *others = servers
    if not all((first.programs / name).exists() for name in ("pg_dump", "pg_restore")):
        return {}
    kept = Path(sys.prefix) / "migrated" / f"{_state()}.dump"
    if kept.exists():
        _restore(first, kept)
    else:
        _migrate(environment)
        _dump(first, kept)
    for server in others:
        _restore(server, kept)
    return {"TEST_TEMPLATE": roles.PRODUCT}


def _state() -> str:
    """Changes with the migrations and whatever they import or read."""
    told = [*files("**/migrations/**/*"), *files("**/*.sql"), *files("**/validators.py"), RUNTIME]
    return digest([*told, *files("office/*.py")])[:20]


def _migrate(environment: Mapping[str, str]) -> None:
    words = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity=0"]
    subprocess.run(words, cwd=ROOT, env=dict(environment), check=True)


def _dump(server: Postgres, kept: Path) -> None:
    """Whole or not at all, since several runs may keep the same at once; the oldest of many go."""
    kept.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as folder:
        fresh = Path(folder) / kept.name
        _run(server, "pg_dump", "--format=custom", "--compress=0", f"--file={fresh}", roles.PRODUCT)
        fresh.replace(kept)
    for old in sorted(kept.parent.glob("*.dump"), key=os.path.getmtime, reverse=True)[_KEPT:]:
        old.unlink(missing_ok=True)


def _restore(server: Postgres, kept: Path) -> None:
    os.utime(kept)
    _run(server, "pg_restore", "--exit-on-error", "--no-owner", "--role", roles.login("owner"),
         f"--dbname={roles.PRODUCT}", kept)  # fmt: skip


def _run(server: Postgres, program: str, *words: object) -> None:
    login = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": ADMIN}
    login["PGPASSWORD"] = server.password
    command = [str(server.programs / program), *map(str, words)]
    subprocess.run(command, env={**server.environment, **login}, cwd="/", check=True)
