"""The servers an installation needs: its own embedded ones, or those the environment names."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.local import credentials, roles
from config.local.console import LauncherError, say
from config.local.installation import Installation, private_folder
from config.local.ports import reachable_address
from config.local.postgres import Postgres
from config.local.valkey import Valkey


@dataclass(frozen=True)
class Addresses:
    """Where the site and the sandbox bank listen."""

    host: str = "127.0.0.1"
    port: int = 8000
    bank_port: int = 8001

    @property
    def base_url(self) -> str:
        return f"http://{reachable_address(self.host)}:{self.port}"

    @property
    def bank_url(self) -> str:
        return f"http://{reachable_address(self.host)}:{self.bank_port}"

    @property
    def allowed_hosts(self) -> str:
        return ",".join(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", reachable_address(self.host)]))


@dataclass
class Services:
    """Start what ``outside`` does not name. ``environment`` is what the product's processes are to see."""

    installation: Installation
    outside: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    for_tests: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    postgres: Postgres | None = None
    second: Postgres | None = None
    valkey: Valkey | None = None
    revivals: int = 0

    @property
    def embedded(self) -> bool:
        return not self.outside.get("DATABASE_URL")

    @property
    def demonstration(self) -> bool:
        """Demo data and a sandbox bank: by default on the embedded server, elsewhere only with DEMO=1."""
        asked = self.outside.get("DEMO", "").strip().lower()
        return asked in {"1", "true", "yes", "ya"} or (not asked and self.embedded)

    @property
    def with_bank(self) -> bool:
        return self.demonstration and (self.embedded or bool(self.outside.get("SANDBOX_DATABASE_URL")))

    def start(self) -> None:
        secrets = self.installation.secrets()
        self._offer(SECRET_KEY=secrets["secret_key"], FIELD_KEYS=secrets["field_keys"])
        self._offer(DATA_DIR=str(self.installation.home))
        if self.embedded:
            self._start_postgres(secrets["postgres"], secrets["roles"])
        if not self.outside.get("REDIS_URL"):
            self._start_valkey()

    def stop(self) -> None:
        """Broker first, database last."""
        for server in (self.valkey, self.second, self.postgres):
            if server:
                server.stop()

    def pids(self) -> dict[str, int]:
        return {name: server.pid for name, server in self._servers() if server.pid}

    def revive(self) -> bool:
        """Start an embedded server that died again, at its old port. True when there was one."""
        dead = [(name, server) for name, server in self._servers() if server.died()]
        for name, server in dead:
            self.revivals += 1
            if self.revivals > 5:
                raise LauncherError(f"{name} terus berhenti. Catatannya di {server.log}.")
            say(f"{name} berhenti; dijalankan lagi.")
            server.start()
        return bool(dead)

    def _servers(self) -> list[tuple[str, Postgres | Valkey]]:
        both = (("postgres", self.postgres), ("valkey", self.valkey))
        return [(name, server) for name, server in both if server]

    def settle(self, addresses: Addresses) -> None:
        """Tell the processes the addresses, and the bank and the product each other's secrets."""
        self._offer(
            BASE_URL=addresses.base_url, BANK_URL=addresses.bank_url, ALLOWED_HOSTS=addresses.allowed_hosts
        )
        if self.demonstration:
            path = Path(
                self.outside.get("SANDBOX_CREDENTIALS") or self.installation.home / "sandbox-credentials.json"
            )
            credentials.ensure(
                path, bank_url=self.environment["BANK_URL"], app_url=self.environment["BASE_URL"]
            )
            self._offer(SANDBOX_CREDENTIALS=str(path))

    def _offer(self, **values: str) -> None:
        """Values of ours, where the environment has none."""
        for name, value in values.items():
            self.environment[name] = self.outside.get(name) or value

    def _start_postgres(self, password: str, passwords: Mapping[str, str]) -> None:
        folder = self._reachable_folder()
        log = self.installation.home / "postgres.log"
        self.postgres = Postgres(folder, log, password, throw_away=self.for_tests)
        self.postgres.start()
        roles.prepare(self.postgres.admin_url(), passwords, for_tests=self.for_tests)
        self._offer_databases(self.postgres, passwords)
        if self.for_tests:
            self._start_second(folder, password, passwords)

    def _start_second(self, folder: Path, password: str, passwords: Mapping[str, str]) -> None:
        """A server for the second test process alone: transactions of one are not seen by the other.

        It reads the same names of variables, with ``_GW1`` behind them (``tests.servers``).
        """
        mine = private_folder(folder / "second", passable=True)
        self.second = Postgres(
            mine, self.installation.home / "postgres-second.log", password, throw_away=True
        )
        self.second.start()
        roles.prepare(self.second.admin_url(), passwords, for_tests=True)
        first = dict(self.environment)
        self._offer_databases(self.second, passwords)
        changed = {name: url for name, url in self.environment.items() if first.get(name) != url}
        self.environment |= {f"{name}_GW1": url for name, url in changed.items()} | first

    def _offer_databases(self, postgres: Postgres, passwords: Mapping[str, str]) -> None:
        def url(role: str, database: str = roles.PRODUCT) -> str:
            return postgres.url(roles.login(role), passwords[role], database)

        self.environment |= {
            "DATABASE_URL": url("owner" if self.for_tests else "app"),
            "DATABASE_OWNER_URL": url("owner"),
            "DATABASE_AUDITOR_URL": url("auditor"),
            "SANDBOX_DATABASE_URL": url("bank", roles.BANK),
        }
        if self.for_tests:
            self.environment["DATABASE_APP_URL"] = url("app")
        if not self.for_tests:
            self._offer(DEMO="1")

    def _start_valkey(self) -> None:
        from secrets import token_urlsafe

        self.valkey = Valkey(self.installation.home / "valkey.log", token_urlsafe(24))
        self.valkey.start()
        self.environment["REDIS_URL"] = self.valkey.url

    def _reachable_folder(self) -> Path:
        """The installation's folder, or one of its own where PostgreSQL's account can't reach that."""
        home = self.installation.home
        if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (home, *home.parents)):
            return home
        return private_folder(
            Path("/var/tmp") / f"nontunai-{self.installation.secrets()['installation']}", passable=True
        )


@contextmanager
def started(services: Services) -> Iterator[Services]:
    """The services while the block runs."""
    try:
        services.start()
        yield services
    finally:
        services.stop()


def describe(services: Services) -> None:
    database = f"tertanam, port {services.postgres.port}" if services.postgres else "dari DATABASE_URL"
    broker = f"tertanam, port {services.valkey.port}" if services.valkey else "dari REDIS_URL"
    say(f"PostgreSQL ({database}) dan Valkey ({broker}) berjalan.")
