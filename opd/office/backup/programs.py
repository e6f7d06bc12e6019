"""PostgreSQL's own pg_dump and pg_restore, fed and read as streams."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db import connection
from psycopg.conninfo import make_conninfo

from config.local import binaries
from opd.office.backup.errors import BackupError

BEFORE = "sebelum_pulih"
"""The schema that keeps what a restore replaces, until the new content is proved; never backed up."""
_CHUNK = 1 << 20
_NAMES = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}


def find(name: str) -> Path:
    """A program no older than the server. Raises BackupError, saying what is missing."""
    server = server_major()
    for folder in binaries.client_folders():
        if binaries.major_version(folder, None, name) >= server:
            return folder / name
    raise BackupError(
        f"Program {name} untuk PostgreSQL {server} tidak ada di mesin ini. Pasang paket klien PostgreSQL"
        f" {server} (mis. postgresql-client-{server}), lalu ulangi."
    )


def server_major() -> int:
    """18 for PostgreSQL 18.x."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        return int(cursor.fetchone()[0])


@contextmanager
def dumping(snapshot: str) -> Iterator[IO[bytes]]:
    """All tables as pg_dump's custom format sees them in an exported snapshot, to be read to its end."""
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={BEFORE}",
             f"--snapshot={snapshot}"]  # fmt: skip
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 a fixed program, no shell
            [find("pg_dump"), *words, f"--dbname={_address()}"],
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
        )
        assert process.stdout is not None
        with process.stdout:
            yield process.stdout
        _expect_success(process, said, "pg_dump")


def restore(dump: IO[bytes]) -> None:
    """Run pg_restore on a custom dump, all of it or nothing. Raises BackupError with its own words."""
    words = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 a fixed program, no shell
            [find("pg_restore"), *words, f"--dbname={_address()}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=_environment(),
        )
        assert process.stdin is not None
        try:
            with process.stdin:
                shutil.copyfileobj(dump, process.stdin, _CHUNK)
        except BrokenPipeError:
            process.wait()
        _expect_success(process, said, "pg_restore")


def _expect_success(process: subprocess.Popen[bytes], said: IO[bytes], name: str) -> None:
    if process.wait():
        said.seek(0)
        words = said.read().decode(errors="replace").strip().splitlines()
        raise BackupError(f"{name} gagal: {' '.join(words[-3:])[:600]}")


def _address() -> str:
    known = connection.settings_dict
    named = {ours: str(known[theirs]) for theirs, ours in _NAMES.items() if known[theirs]}
    return make_conninfo(**named, **{name: str(value) for name, value in known["OPTIONS"].items()})


def _environment() -> dict[str, str]:
    """The password stays out of the list of processes."""
    return {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"])}
