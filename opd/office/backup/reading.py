"""Reads an archive and vouches for it: nothing missing, nothing more, each member as written."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from opd.office.backup.errors import BackupError

FORMAT = 1
DUMP, EVIDENCE, ARCHIVED, MANIFEST = "database.dump", "evidence/", "archive/", "manifest.json"
_KEYS = {"format", "migrations", "tables", "figures", "keys", "lost", "lost_archived", "members", "made_at"}


@dataclass(frozen=True)
class Archive:
    zip: ZipFile
    manifest: dict[str, Any]

    @property
    def originals(self) -> list[str]:
        """SHA-256 of each original that can be put back."""
        lost = set(self.manifest["lost"])
        return [sha256 for sha256 in self._under(EVIDENCE) if sha256 not in lost]

    @property
    def archived(self) -> list[str]:
        """Paths of the other files of the archive storage that can be put back."""
        lost = set(self.manifest["lost_archived"])
        return [path for path in self._under(ARCHIVED) if path not in lost]

    def _under(self, folder: str) -> list[str]:
        names = self.manifest["members"]
        return [name.removeprefix(folder) for name in names if name.startswith(folder)]


@contextmanager
def checked(path: Path) -> Iterator[Archive]:
    """An archive whose every byte was compared with its manifest. Raises BackupError, naming what differs."""
    try:
        with ZipFile(path) as archive:
            read = Archive(archive, _manifest(archive))
            _compare(read)
            yield read
    except FileNotFoundError as error:
        raise BackupError(f"Berkas {path} tidak ada.") from error
    except (BadZipFile, zlib.error, EOFError) as error:
        raise BackupError(
            "Arsip ini rusak atau terpotong (bukan ZIP yang utuh). Tidak ada yang diubah."
        ) from error


def _manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        told = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise BackupError("Daftar isi arsip tidak ada atau tidak terbaca. Tidak ada yang diubah.") from error
    if not isinstance(told, dict) or not told.keys() >= _KEYS or told["format"] != FORMAT:
        raise BackupError("Bentuk arsip ini tidak dikenal versi produk ini. Tidak ada yang diubah.")
    return told


def _compare(read: Archive) -> None:
    told = read.manifest["members"]
    listed, found = {DUMP, MANIFEST, *told}, read.zip.namelist()
    wrong = [*(name for name in sorted(listed) if name not in found),
             *(name for name in found if name not in listed or found.count(name) > 1)]  # fmt: skip
    if wrong:
        raise BackupError(f"Isi arsip tidak sesuai daftarnya: {', '.join(wrong[:5])}. Tidak ada yang diubah.")
    for name, expected in told.items():
        if _measured(read.zip, name) != (expected["sha256"], expected["bytes"]):
            raise BackupError(f"Isi {name} dalam arsip sudah berubah. Tidak ada yang diubah.")
    bent = [sha256 for sha256 in read.originals if told[EVIDENCE + sha256]["sha256"] != sha256]
    if bent:
        raise BackupError(f"Bukti {bent[0]} dalam arsip bukan aslinya. Tidak ada yang diubah.")


def _measured(archive: ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as member:
        while chunk := member.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
