"""Brings tables, rights, static files and demo data up to date; skips what has not changed."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.local.console import LauncherError, say
from config.local.environment import ROOT, RUNTIME
from config.local.installation import Installation, read_json, write_private
from config.local.spawn import end, spawn

OURS = ("config", "opd", "payments", "retribusi", "tp2dd")
SANDBOX_SETTINGS = "config.settings_sandbox"
BANKS_PAST = "sandbox-seed.json"
"""What ``seed`` leaves in the data folder for the sandbox bank, so that the bank knows the demo's past."""


@dataclass(frozen=True)
class Step:
    """One or more Django commands, run one after another with one environment."""

    name: str
    label: str
    commands: tuple[tuple[str, ...], ...]
    environment: Mapping[str, str]
    digest: str


def product_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What web, worker and beat see: neither the login that owns the tables nor the bank's."""
    hidden = {"DATABASE_OWNER_URL", "SANDBOX_DATABASE_URL"}
    merged = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if os.geteuid() == 0:  # Celery warns at length; it deserializes JSON alone
        merged["PYTHONWARNINGS"] = "ignore:You're running the worker"
    return {name: value for name, value in merged.items() if name not in hidden}


def owner_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What migrates and grants: every login by name, connected as the owner."""
    return as_owner({**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "config.settings"})


def as_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment, connected as the login that owns the tables, where there is such a login."""
    owner = environment.get("DATABASE_OWNER_URL")
    if not owner or owner == environment.get("DATABASE_URL"):
        return dict(environment)
    return {**environment, "DATABASE_APP_URL": environment["DATABASE_URL"], "DATABASE_URL": owner}


def bank_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What the sandbox bank sees: its own database and the shared credentials, nothing of the product's."""
    hidden = {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_AUDITOR_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
    }
    merged = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": SANDBOX_SETTINGS}
    return {name: value for name, value in merged.items() if name not in hidden}


def digest(paths: Iterable[Path], *words: str) -> str:
    """Changes when a file comes, goes or changes, or when a word does."""
    total = hashlib.sha256("\n".join(words).encode())
    for path in sorted(set(paths)):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def files(pattern: str) -> list[Path]:
    return [path for room in OURS for path in (ROOT / room).glob(pattern)]


def steps(environment: Mapping[str, str], *, bank: bool, seed: bool) -> list[Step]:
    """What a start does before the processes, in order; the bank's tables come first, being the quickest."""
    tables = digest(
        [*files("**/migrations/**/*"), *files("**/management/commands/*"), *files("**/*.sql"), RUNTIME]
    )
    found = [
        Step("tables", "Tabel dan hak akses", _tables(), owner_environment(environment), tables),
        Step(
            "static",
            "Berkas tampilan",
            (("collectstatic", "--no-input", "--clear"),),
            product_environment(environment),
            digest([*files("**/static/**/*"), *files("*.py"), RUNTIME]),
        ),
    ]
    if bank:
        found.insert(
            0, Step("bank", "Tabel bank uji coba", (("migrate",),), bank_environment(environment), tables)
        )
    if seed:
        where = digest([], environment["BASE_URL"], environment["BANK_URL"])
        found.append(Step("seed", "Data peragaan", (("seed",),), product_environment(environment), where))
    if seed and bank:
        past = str(Path(environment["DATA_DIR"]) / BANKS_PAST)
        command = ("sandbox_seed", past)
        found.append(
            Step("banks-past", "Data bank uji coba", (command,), bank_environment(environment), where)
        )
    return found


def _tables() -> tuple[tuple[str, ...], ...]:
    return (("migrate", "--no-input"), ("grant_roles",))


def run(installation: Installation, planned: Iterable[Step], *, embedded: bool) -> None:
    """Run what changed. On a server that is not ours nothing is skipped: others may have changed it."""
    note = installation.home / "prepared.json"
    done = read_json(note)
    for step in planned:
        if done.get(step.name) == step.digest and (embedded or step.name == "static"):
            continue
        say(f"{step.label} ...")
        for command in step.commands:
            django(command, step.environment)
        done[step.name] = step.digest
        write_private(note, done)


def django(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """One Django command in a process of its own; its words are shown only when it fails."""
    process = spawn(
        [sys.executable, "-m", "django", *command], output=subprocess.PIPE, cwd=ROOT, env=environment
    )
    try:
        words, _ = process.communicate()
    finally:
        end(process, politely=signal.SIGTERM, seconds=10)
    if process.returncode:
        tail = "\n".join(words.decode(errors="replace").splitlines()[-30:])
        raise LauncherError(f"perintah '{' '.join(command)}' gagal:\n{tail}")
