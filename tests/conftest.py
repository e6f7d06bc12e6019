"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.databases import _transactional_tests_clone  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def _static_files_by_name() -> Iterator[None]:
    """Pages link static files by plain names, served from where they lie: no test needs collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True, WHITENOISE_USE_FINDERS=True):
        yield
