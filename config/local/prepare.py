"""What a start prepares: tables, rights, static files, demo data; and what each process may know."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from config.local.environment import ROOT, RUNTIME
from config.local.work import Step

OURS = ("config", "opd", "payments", "retribusi", "tp2dd")
SANDBOX_SETTINGS = "config.settings_sandbox"
BANKS_PAST = "sandbox-seed.json"
"""What ``seed`` leaves in the data folder for the sandbox bank, so that the bank knows the demo's past."""


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
    """What a start does before its processes."""
    owner, product = owner_environment(environment), product_environment(environment)
    tables = digest([*files("**/migrations/**/*"), *files("**/commands/*"), *files("**/*.sql"), RUNTIME])
    look = digest([*files("**/static/**/*"), *files("*.py"), RUNTIME])
    grant = (("migrate", "--no-input"), ("grant_roles",))
    collect = (("collectstatic", "--no-input", "--clear"),)
    found = [Step("tables", "Tabel dan hak akses", grant, owner, tables)]
    if bank:
        migrate = (("migrate", "--no-input"),)
        found.append(Step("bank", "Tabel bank uji coba", migrate, bank_environment(environment), tables))
    found.append(Step("static", "Berkas tampilan", collect, product, look))
    if seed:
        found += _demonstration(environment, bank=bank)
    return found


def _demonstration(environment: Mapping[str, str], *, bank: bool) -> list[Step]:
    """Demo data, and again when an address changed, since the product knows the bank by its address."""
    where = digest([], environment["BASE_URL"], environment["BANK_URL"])
    product = product_environment(environment)
    found = [Step("seed", "Data peragaan", (("seed",),), product, where, after=("tables",))]
    if bank:
        past = (("sandbox_seed", str(Path(environment["DATA_DIR"]) / BANKS_PAST)),)
        theirs = bank_environment(environment)
        found.append(Step("bank-seed", "Data bank uji coba", past, theirs, where, after=("bank", "seed")))
    return found
