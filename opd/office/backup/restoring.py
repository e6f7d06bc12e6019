"""Puts an archive into a database and proves that it is the same: figures, laws, originals, sealed values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management import call_command
from django.db import connection, transaction

from opd import audit
from opd.office import depot, evidence, evidence_archiving
from opd.office.backup import figures, programs, sealed
from opd.office.backup.errors import BackupError
from opd.office.backup.programs import BEFORE
from opd.office.backup.reading import ARCHIVED, DUMP, EVIDENCE, Archive, checked
from opd.office.models import Evidence
from opd.office.proving import check, snapshot
from opd.office.verification import laws

Tell = Callable[[str], Any]


def restore(path: Path, *, replace: bool, at: datetime, tell: Tell) -> list[str]:
    """Restore an archive. Raises BackupError before anything is touched where the archive is damaged, of
    another version, or the database is in use, or not empty and ``replace`` is false.

    What is not as it was when the backup was made, one sentence each; an empty list is the only success.
    """
    with checked(path) as archive:
        tell(f"Arsip utuh: {len(archive.originals)} bukti, dibuat {archive.manifest['made_at']}.")
        _require_fit(archive, replace=replace)
        _tell_keys(archive, tell)
        _put_back(archive, tell)
        _replace_tables(archive)
        tell("Basis data dipulihkan; isinya dibandingkan.")
        evidence_archiving.settle()
        problems = figures.differences(archive.manifest, figures.take())
        problems += [f"Bukti {sha256} sudah hilang atau rusak sebelum dicadangkan."
                     for sha256 in archive.manifest["lost"]]  # fmt: skip
        problems += [f"Berkas arsip {path} sudah hilang atau rusak sebelum dicadangkan."
                     for path in archive.manifest["lost_archived"]]  # fmt: skip
    for command in ("ledger_epoch", "grant_roles"):
        out = StringIO()
        call_command(command, stdout=out)
        tell(out.getvalue().strip())
    problems += [*_broken_laws(tell), *_bad_originals(set(archive.manifest["lost"])), *_closed_values(tell)]
    if not problems:
        _forget_the_old()
        told = {"made_at": archive.manifest["made_at"], "figures": archive.manifest["figures"]}
        audit.record("backup.restored", ("backup", path.name[:80]), by=None, at=at, after=told)
    return problems


def _require_fit(archive: Archive, *, replace: bool) -> None:
    ours, theirs = figures.product_heads(), archive.manifest["migrations"]
    other = sorted(app for app in ours.keys() | theirs.keys() if ours.get(app) != theirs.get(app))
    if other:
        raise BackupError(
            f"Cadangan ini dari versi produk lain (migrasi {', '.join(other[:5])} berbeda). Pasang versi"
            " produk yang membuatnya, pulihkan, baru perbarui. Tidak ada yang diubah."
        )
    programs.find("pg_restore")
    if others := _other_sessions():
        raise BackupError(
            f"Basis data sedang dipakai ({others} sambungan lain). Hentikan web, worker, dan beat dahulu."
            " Tidak ada yang diubah."
        )
    if not replace and _has_tables():
        raise BackupError(
            "Basis data tujuan sudah berisi tabel. Pulihkan ke basis data yang kosong, atau tambahkan"
            " --replace bila isinya memang harus diganti. Tidak ada yang diubah."
        )


def _other_sessions() -> int:
    """Of any login; of other logins PostgreSQL shows the owner little more than the name."""
    return _number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND usename IS NOT NULL"
    )


def _has_tables() -> bool:
    return bool(_number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _tell_keys(archive: Archive, tell: Tell) -> None:
    missing = [key for key in archive.manifest["keys"] if key not in sealed.fingerprints()]
    if missing:
        tell(
            f"PERHATIAN: kunci FIELD_KEYS bersidik {', '.join(missing)} tidak ada di sini."
            " Nilai yang dikunci dengannya tidak akan terbuka."
        )


def _put_back(archive: Archive, tell: Tell) -> None:
    written = 0
    for sha256 in archive.originals:
        with archive.zip.open(EVIDENCE + sha256) as member:
            written += evidence.put_back(sha256, File(member))
    tell(f"Bukti ditaruh kembali: {written}; sudah ada: {len(archive.originals) - written}.")
    for path in archive.archived:
        with archive.zip.open(ARCHIVED + path) as member:
            depot.keep(path, File(member), archive.manifest["members"][ARCHIVED + path]["sha256"])
    if archive.archived:
        tell(f"Berkas arsip inaktif ditaruh kembali: {len(archive.archived)}.")


def _replace_tables(archive: Archive) -> None:
    """The dump in a fresh schema; the old one stays beside it, and comes back where that fails."""
    _run(
        f"DROP SCHEMA IF EXISTS {BEFORE} CASCADE",
        f"ALTER SCHEMA public RENAME TO {BEFORE}",
        "CREATE SCHEMA public",
    )
    try:
        with archive.zip.open(DUMP) as dump:
            programs.restore(dump)
    except BaseException:
        _run("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {BEFORE} RENAME TO public")
        raise
    connection.close()


def _forget_the_old() -> None:
    _run(f"DROP SCHEMA IF EXISTS {BEFORE} CASCADE")


@transaction.atomic
def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _broken_laws(tell: Tell) -> list[str]:
    with snapshot():
        found = [(law, check(law)) for law in laws()]
    not_run = sum(bool(finding.not_run) for _, finding in found)
    tell(f"{len(found)} hukum pembukuan diperiksa, {not_run} di antaranya tidak dapat diperiksa di sini.")
    return [f"Hukum {law.name}: {problem}" for law, finding in found for problem in finding.problems[:5]]


def _bad_originals(known_lost: set[str]) -> list[str]:
    problems = []
    for row in Evidence.objects.exclude(sha256__in=known_lost).order_by("pk").iterator(chunk_size=500):
        try:
            with evidence.open_original(row) as original:
                if evidence.fingerprint(original) == row.sha256:
                    continue
            problems.append(f"Bukti {row.sha256} tidak sama dengan aslinya.")
        except FileNotFoundError:
            problems.append(f"Bukti {row.sha256} tidak ada di penyimpanan.")
    return problems


def _closed_values(tell: Tell) -> list[str]:
    opened = sealed.try_all()
    tell(f"{opened.tried} nilai terkunci dicoba dibuka dengan FIELD_KEYS yang ada.")
    return [
        f"{count} nilai {column} tidak dapat dibuka dengan FIELD_KEYS yang ada."
        for column, count in sorted(opened.closed.items())
    ]
