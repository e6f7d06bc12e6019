"""``manage.py test``: linters, types, arrows, migrations, templates, then pytest, on servers of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from config.local import template
from config.local.console import Stopped, complain, line, listen, say
from config.local.environment import ROOT
from config.local.installation import Installation, private_folder
from config.local.postgres import Postgres
from config.local.prepare import SANDBOX_SETTINGS
from config.local.services import Services, started
from config.local.spawn import end, spawn

PREFIX = "nontunai-test-"
PRODUCT_VARIABLES = frozenset({
    *("ALLOWED_HOSTS", "ARCHIVE_DIR", "BANK_PORT", "BANK_URL", "BASE_URL", "BEHIND_PROXY", "DATA_DIR"),
    *("DEBUG", "DEMO"),
    *("DATABASE_AUDITOR_URL", "DATABASE_OWNER_URL", "DATABASE_REPLICA_URL", "DATABASE_URL"),
    *("DJANGO_SETTINGS_MODULE", "EVIDENCE_DIR"),
    *("FIELD_KEYS", "HOST", "PORT", "REDIS_URL", "SANDBOX_CREDENTIALS", "SANDBOX_DATABASE_URL", "SECRET_KEY"),
})  # fmt: skip
"""Tests see none of these from outside: they never touch servers that someone uses."""

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format --check", ("-m", "ruff", "format", "--check", ".")),
    ("mypy --strict", ("-m", "mypy", ".")),
    ("lint-imports", ("-c", LINT_IMPORTS)),
    ("makemigrations --check", ("-m", "django", "makemigrations", "--check", "--dry-run")),
    ("makemigrations --check (bank uji coba)", ("-m", "django", "makemigrations", "--check", "--dry-run",
                                                f"--settings={SANDBOX_SETTINGS}")),
    ("djlint", ("-m", "djlint", "--lint", "--quiet", ".")),
)  # fmt: skip


def run(words: Sequence[str]) -> int:
    """pytest's exit code; 1 where pytest is content and a check is not. With words only pytest runs."""
    listen()
    try:
        with _installation() as installation, started(_services(installation)) as services:
            environment = {
                **_surroundings(),
                **services.environment,
                "DJANGO_SETTINGS_MODULE": "config.settings",
            }
            environment |= template.prepare(_servers(services, words), environment)
            failed = [] if words else check(environment)
            code = _pytest(words, environment)
    except Stopped as stopped:
        return 128 + int(stopped.args[0])
    if failed:
        complain(f"pemeriksaan yang gagal: {', '.join(failed)}. Keterangannya ada di atas, sebelum pytest.")
    return code or (1 if failed else 0)


def _surroundings() -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if name not in PRODUCT_VARIABLES}
    return {**outside, "DJANGO_SETTINGS_MODULE": "config.settings"}


def check(environment: Mapping[str, str]) -> list[str]:
    """Run every check, two at a time, and tell at once which one failed and why."""
    with ThreadPoolExecutor(2) as pool:
        runs = [(name, pool.submit(_check, words, environment)) for name, words in CHECKS]
        failed = []
        for name, future in runs:
            code, output = future.result()
            say(f"{name}: {'gagal' if code else 'baik'}")
            if code:
                line(output)
                failed.append(name)
    return failed


def _check(words: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**environment, "DEMO": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def _pytest(words: Sequence[str], environment: Mapping[str, str]) -> int:
    parallel = [] if _asks_for_workers(words) else ["-n", "2", "--no-loadscope-reorder"]
    process = spawn([sys.executable, "-m", "pytest", *parallel, *words], cwd=ROOT, env=environment)
    try:
        return process.wait()
    finally:
        end(process, politely=signal.SIGINT, seconds=60)


def _asks_for_workers(words: Sequence[str]) -> bool:
    return any(word.startswith(("-n", "--numprocesses", "--pdb", "--collect-only")) for word in words) or any(
        first == "-p" and second == "no:xdist" for first, second in pairwise(words)
    )


def _servers(services: Services, words: Sequence[str]) -> list[Postgres]:
    """The servers that test processes of this run will use."""
    alone = any(word in {"-n0", "no:xdist", "--collect-only"} for word in words)
    return [server for server in (services.postgres, None if alone else services.second) if server]


def _services(installation: Installation) -> Services:
    return Services(installation, {}, for_tests=True)


@contextmanager
def _installation() -> Iterator[Installation]:
    """A folder for this run alone, gone afterwards; those of runs that were killed go as well."""
    _sweep()
    home = private_folder(Path(tempfile.mkdtemp(prefix=PREFIX)), passable=os.geteuid() == 0)
    installation = Installation(home)
    installation.try_lock()
    try:
        yield installation
    finally:
        installation.release()
        shutil.rmtree(home, ignore_errors=True)


def _sweep() -> None:
    """Remove folders of runs that were killed at least an hour ago."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            told = left.stat()
            if told.st_uid == os.geteuid() and told.st_mtime < time.time() - 3600:
                found = Installation(left)
                if found.try_lock():
                    shutil.rmtree(left, ignore_errors=True)
                    found.release()
