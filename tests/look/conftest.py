from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.look.screen import Screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """Debian's Chromium; without it the test is skipped, or fails where REQUIRE_BROWSER=1."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "Chromium tidak ada di mesin ini"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    opened = Screen(path)
    yield opened
    opened.close()
