from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests.auditing.cast import Desk, desk


@pytest.fixture(autouse=True)
def _own_evidence(tmp_path: Path) -> Iterator[None]:
    backend = "django.core.files.storage.FileSystemStorage"
    own = {
        name: {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / name)}}
        for name in ("default", "archive")
    }
    with override_settings(STORAGES={**settings.STORAGES, **own}):
        yield


@pytest.fixture
def place(db: None) -> Desk:
    """One agency with its officers and money, and an auditor."""
    return desk()
