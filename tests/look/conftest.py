from __future__ import annotations

from functools import cache

import pytest

from tests.browser import ARGUMENTS, chromium
from tests.look.screen import Screen


@pytest.fixture(scope="session")
def screen() -> Screen:
    return _only_one()


@cache
def _only_one() -> Screen:
    """One browser for a whole test process, though many modules import the fixture."""
    return Screen(chromium(), ARGUMENTS)


def close() -> None:
    """Called once, when the session ends."""
    if _only_one.cache_info().currsize:
        _only_one().close()
