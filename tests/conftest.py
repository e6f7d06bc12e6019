"""What every test stands on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from xdist.scheduler import LoadScopeScheduling

from tests.browser import browser, desktop, phone
from tests.databases import _transactional_tests_clone
from tests.look import conftest as look
from tests.retribusi.demo_bank import seed_demo
from tests.sandbox.plugin import _running_bank, bank

__all__ = ["_running_bank", "_transactional_tests_clone", "bank", "browser", "desktop", "phone", "seed_demo"]

hypothesis.settings.register_profile("local", deadline=None, max_examples=60)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


class OneSiteForAll(LoadScopeScheduling):  # type: ignore[misc]
    """A file goes to one worker; all end-to-end tests go to the same, so that they share one ``up``."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return "tests/e2e" if path.startswith("tests/e2e/") else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneSiteForAll(config, log)


def pytest_sessionfinish() -> None:
    look.close()


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests() -> Iterator[None]:
    """Static files have plain names and are served from where they lie: no test needs collectstatic.

    Passwords of tests are hashed fast; that the product's are not is asserted in ``tests/opd``.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    with override_settings(
        STORAGES=storages,
        CACHES=memory,
        PASSWORD_HASHERS=quick,
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits of one test are not felt by the next."""
    cache.clear()
