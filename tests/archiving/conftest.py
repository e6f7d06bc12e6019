"""Two storages of one's own, and ways to stop the work between any two of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(autouse=True)
def places(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """The folders of the main storage and of the archive."""
    backend = "django.core.files.storage.FileSystemStorage"
    folders = {"default": tmp_path / "bukti", "archive": tmp_path / "arsip"}
    own = {
        name: {"BACKEND": backend, "OPTIONS": {"location": str(folder)}} for name, folder in folders.items()
    }
    with override_settings(STORAGES={**settings.STORAGES, **own}):
        yield folders["default"], folders["archive"]


class Halt(BaseException):
    """The power goes off here."""


def halting(patch: pytest.MonkeyPatch, where: Any, name: str, *, after: bool) -> None:
    """The next call of ``where.name`` ends everything, before it begins or when it is done."""
    real = getattr(where, name)

    def halts(*words: Any, **named: Any) -> Any:
        if after:
            real(*words, **named)
        raise Halt

    patch.setattr(where, name, halts)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
