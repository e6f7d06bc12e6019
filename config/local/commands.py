"""Any other word is a Django command: on the servers of a running ``up``, or on its own meanwhile."""

import os
from collections.abc import Mapping, Sequence

from config.local.console import Stopped, line, listen
from config.local.installation import Installation
from config.local.prepare import SANDBOX_SETTINGS
from config.local.services import Addresses, Services, started

WITHOUT_SERVERS = {"help", "--help", "-h", "version", "--version", "check", "collectstatic", "makemessages",
                   "compilemessages", "startapp", "diffsettings"}  # fmt: skip
OUR_TWO = """manage.py up     menjalankan seluruh Nontunai di mesin ini (up --help)
manage.py test   menjalankan semua pemeriksaan dan uji; kata sesudahnya untuk pytest
"""
AS_OWNER = {
    "migrate",
    "makemigrations",
    "showmigrations",
    "sqlmigrate",
    "grant_roles",
    "ledger_epoch",
    "bench",
    "backup",
    "restore",
}
"""Commands that need the login that owns the tables."""


def run(argv: Sequence[str]) -> int:
    name = argv[1] if len(argv) > 1 else "help"
    settings = SANDBOX_SETTINGS if name.startswith("sandbox_") else "config.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    if os.environ.get("SECRET_KEY") and os.environ.get("DATABASE_URL"):
        return _django(argv, {})
    installation = Installation.open(os.environ.get("DATA_DIR"))
    if name in WITHOUT_SERVERS:
        if name in {"help", "--help", "-h"} and len(argv) <= 2:
            line(OUR_TWO)
        return _django(argv, _without_servers(installation))
    shared = installation.take_or_share(seconds=120)
    if shared:
        return _django(argv, shared)
    return _with_own_servers(argv, installation)


def _with_own_servers(argv: Sequence[str], installation: Installation) -> int:
    listen()
    try:
        with started(Services(installation)) as services:
            services.settle(Addresses())
            return _django(argv, services.environment)
    except Stopped as stopped:
        return 128 + int(stopped.args[0])


def _without_servers(installation: Installation) -> dict[str, str]:
    secrets = installation.secrets()
    ours = {"SECRET_KEY": secrets["secret_key"], "FIELD_KEYS": secrets["field_keys"]}
    return {**ours, "DATA_DIR": str(installation.home)}


def _django(argv: Sequence[str], environment: Mapping[str, str]) -> int:
    for variable, value in environment.items():
        if not os.environ.get(variable):
            os.environ[variable] = value
    if argv[1:2] and argv[1] in AS_OWNER and os.environ.get("DATABASE_OWNER_URL"):
        os.environ.setdefault("DATABASE_APP_URL", os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    from django.core.management import execute_from_command_line

    execute_from_command_line(list(argv))
    return 0
