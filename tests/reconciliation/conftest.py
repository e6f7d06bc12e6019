from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests.reconciliation.scene import Scene, stalls


@pytest.fixture(autouse=True)
def _own_evidence(tmp_path: Path) -> Iterator[None]:
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "evidence")}}
    storages = {**settings.STORAGES, "default": own}
    with override_settings(STORAGES=storages):
        yield


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with stalls() as built:
        yield built
