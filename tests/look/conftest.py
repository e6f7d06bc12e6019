from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import ARGUMENTS, chromium
from tests.look.screen import Screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    opened = Screen(chromium(), ARGUMENTS)
    yield opened
    opened.close()
