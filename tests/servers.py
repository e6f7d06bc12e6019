"""Each test process has a PostgreSQL of its own; loaded before Django's settings (``-p`` in pyproject.toml).

Rows are read below the oldest transaction that runs anywhere on a server, so two processes that shared one
would wait for each other's tests.
"""

import os


def choose() -> None:
    """Read the addresses meant for this worker, where the launcher offers such."""
    ending = f"_{os.environ.get('PYTEST_XDIST_WORKER', '').upper()}"
    for name in [name for name in os.environ if name.endswith(ending) and ending != "_"]:
        os.environ[name.removesuffix(ending)] = os.environ[name]


choose()
