"""Makes the archive: one ZIP of the dump, the originals and a manifest with the fingerprint of each."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db import connection
from django.utils import timezone

from config import env
from opd import audit
from opd.office import archiving, depot, evidence
from opd.office.archiving import Kept
from opd.office.backup import figures, programs, sealed
from opd.office.backup.errors import BackupError
from opd.office.backup.reading import ARCHIVED, DUMP, EVIDENCE, FORMAT, MANIFEST, checked
from opd.office.models import Evidence
from opd.office.proving import snapshot

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Made:
    """The archive's SHA-256 and what it holds; ``lost`` names originals that the storage no longer has as
    they were received."""

    path: Path
    sha256: str
    size: int
    manifest: dict[str, Any]

    @property
    def lost(self) -> list[str]:
        return [*self.manifest["lost"], *self.manifest["lost_archived"]]


@dataclass
class _Members:
    """What was written so far, by name: fingerprint and bytes."""

    archive: ZipFile
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes], compression: int) -> str:
        info = ZipInfo(name, timezone.localtime().timetuple()[:6])
        info.compress_type = compression
        digest, size = hashlib.sha256(), 0
        with self.archive.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        self.told[name] = {"sha256": digest.hexdigest(), "bytes": size}
        return digest.hexdigest()


def make(where: Path, *, at: datetime) -> Made:
    """Write a new archive to a file, or into a folder under the name of the moment (WIB); read it back and
    check it. The product may run meanwhile: all of it is one snapshot. Raises BackupError."""
    path = where / f"nontunai-{timezone.localtime(at):%Y%m%d-%H%M%S}.zip" if where.is_dir() else where
    if path.exists():
        raise BackupError(f"{path} sudah ada. Cadangan tidak menimpa berkas lain: pilih nama lain.")
    programs.find("pg_dump")
    with _private(path) as fresh:
        with ZipFile(fresh, "w") as archive:
            manifest = _fill(archive, at)
        with checked(fresh) as read:
            if read.manifest != manifest:
                raise BackupError(
                    "Arsip yang ditulis tidak terbaca kembali sama. Periksa diska, lalu ulangi."
                )
        made = Made(path, _sha256(fresh), fresh.stat().st_size, manifest)
    audit.record("backup.made", ("backup", path.name[:80]), by=None, at=at, after={"sha256": made.sha256})
    return made


@contextmanager
def _private(path: Path) -> Iterator[Path]:
    """A file that only we can read, beside ``path``; it takes that name when all went well, else it goes."""
    fresh = path.with_name(f"{path.name}.belum-selesai")
    try:
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupError(f"{path} tidak dapat ditulis ({error.strerror}). Pilih tempat lain.") from error
    try:
        yield fresh
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise BackupError(f"Cadangan terhenti ({error.strerror}). Berkas setengah jadi dihapus.") from error
    finally:
        fresh.unlink(missing_ok=True)


def _fill(archive: ZipFile, at: datetime) -> dict[str, Any]:
    members = _Members(archive)
    with snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (exported,) = cursor.fetchone()
        facts = figures.take()
        kept = list(Evidence.objects.order_by("sha256").values_list("sha256", flat=True))
        archived = archiving.files()
        with programs.dumping(exported) as dump:
            members.add(DUMP, iter(partial(dump.read, _CHUNK), b""), ZIP_STORED)
    lost = [sha256 for sha256 in kept if not _copied(members, sha256)]
    lost_archived = [one.path for one in archived if not _copied_archived(members, one)]
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "product": _version(),
        "postgres": programs.server_major(),
        "keys": sealed.fingerprints(),
        **facts,
        "lost": lost,
        "lost_archived": lost_archived,
        "members": members.told,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1), ZIP_DEFLATED)
    return manifest


def _copied(members: _Members, sha256: str) -> bool:
    """Whether the original went into the archive as it was received."""
    try:
        with evidence.open_original(Evidence(sha256=sha256)) as original:
            chunks = original.chunks(_CHUNK)
            return members.add(EVIDENCE + sha256, chunks, ZIP_DEFLATED) == sha256
    except FileNotFoundError:
        return False


def _copied_archived(members: _Members, one: Kept) -> bool:
    """Whether a file of the archive storage went into the archive as its row says."""
    try:
        with depot.open_kept(one.path) as content:
            chunks = content.chunks(_CHUNK)
            return members.add(ARCHIVED + one.path, chunks, ZIP_DEFLATED) == one.sha256
    except FileNotFoundError:
        return False


def _version() -> str:
    told = tomllib.loads((env.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
