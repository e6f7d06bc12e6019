"""An embedded PostgreSQL: 127.0.0.1 only, passwords by scram, its files where its account can reach them."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.local import binaries
from config.local.console import LauncherError
from config.local.ports import free_port
from config.local.spawn import end, private_log, spawn, unprivileged

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "log_destination": "stderr",
    "logging_collector": "off",
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}
ADMIN = "postgres"


@dataclass
class Postgres:
    """``folder`` must be passable for the account that runs the server; ``log`` is written by us."""

    folder: Path
    log: Path
    password: str
    throw_away: bool = False
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.account = unprivileged()
        self.programs = binaries.postgres_folder(self.folder, self.account)
        self.cluster = self.folder / "postgres" / "cluster"
        self.environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{quote(user)}:{quote(password)}@127.0.0.1:{self.port}/{quote(database)}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(ADMIN, self.password, database)

    def start(self) -> None:
        """Make the cluster if there is none, then start it and wait until it answers."""
        parent = self.cluster.parent
        parent.mkdir(exist_ok=True)
        parent.chmod(0o700)
        if self.account:
            os.chown(parent, *self.account)
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._end_stale()
        for port in [self.port] if self.port else [free_port() for _ in range(3)]:
            self.port = port
            if self._launch():
                return
            if "could not bind" not in self._last_words():
                break
        raise LauncherError(f"PostgreSQL tidak mau berjalan. Catatannya di {self.log}:\n{self._last_words()}")

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """A fast shutdown: open connections are closed, nothing committed is lost."""
        if self._process:
            end(self._process, politely=signal.SIGINT, seconds=30)
            self._process = None

    def _initialise(self) -> None:
        fresh = self.cluster.with_name("cluster.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.cluster.with_name(f"password-{secrets.token_hex(4)}")
        password_file.touch(mode=0o600)
        password_file.write_text(self.password, encoding="utf-8")
        if self.account:
            os.chown(password_file, *self.account)
        try:
            options = ["--no-sync"] if self.throw_away else []
            done = self._run(
                "initdb", "-D", fresh, "-U", ADMIN, f"--pwfile={password_file}", *self._locale(), *options
            )
        finally:
            password_file.unlink()
        if done.returncode:
            raise LauncherError(f"folder PostgreSQL tidak dapat dibuat:\n{done.stderr}{done.stdout}")
        fresh.rename(self.cluster)

    def _locale(self) -> list[str]:
        common = ["--auth=scram-sha-256", "--encoding=UTF8"]
        if binaries.major_version(self.programs, self.account) >= 17:
            return [*common, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return [*common, "--locale=C.UTF-8"]

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        ours = binaries.major_version(self.programs, self.account)
        if int(made_by) != ours:
            raise LauncherError(
                f"data di {self.cluster} dibuat oleh PostgreSQL {made_by}, sedangkan yang terpasang {ours}.\n"
                "Pindahkan dengan pg_dump, atau mulai baru dengan --data."
            )

    def _launch(self) -> bool:
        settings = {**SETTINGS, **(THROW_AWAY if self.throw_away else {}), "port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with private_log(self.log) as log:
            self._process = spawn(
                [str(self.programs / "postgres"), "-D", str(self.cluster), *options],
                account=self.account,
                on_our_death=signal.SIGINT,
                output=log,
                cwd=Path("/"),
                env=self.environment,
            )
        return self._answers(self._process)

    def _answers(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.admin_url(), connect_timeout=3).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def _end_stale(self) -> None:
        """Stop a server left by a launcher that was killed; we hold the folder's lock, so no one uses it."""
        note = self.cluster / "postmaster.pid"
        if not note.exists():
            return
        pid = note.read_text(encoding="ascii", errors="replace").split("\n", 1)[0].strip()
        if Path("/proc/self").exists() and not self._is_ours(pid):
            note.unlink(missing_ok=True)  # another program has that number now
            return
        self._run("pg_ctl", "-D", self.cluster, "-m", "fast", "-w", "-t", "30", "stop")

    def _is_ours(self, pid: str) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.cluster.resolve()
        except OSError:
            return False

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    def _run(self, program: str, *words: object) -> "subprocess.CompletedProcess[str]":
        who = {"user": self.account[0], "group": self.account[1], "extra_groups": []} if self.account else {}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(self.programs / program), *map(str, words)],
            cwd="/",
            env=self.environment,
            capture_output=True,
            text=True,
            **who,
        )
