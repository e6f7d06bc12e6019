"""Others' software, installed in an environment of the benchmark's own and run as another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.benchmarks.measuring import database_url

PACKAGES = ("django-hordak==2.0.0", "pandas==2.3.3", "psycopg[binary]==3.2.13")
_SCRIPTS = Path(__file__).with_name("peers")


def told(script: str, *words: str) -> dict[str, Any]:
    """What a script of ``peers`` says in JSON on its last line; it finds our database in DATABASE_URL."""
    environment = {**os.environ, "DATABASE_URL": database_url()}
    command = [_python(), str(_SCRIPTS / f"{script}.py"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def seconds(script: str, *words: str) -> float:
    return float(told(script, *words)["seconds"])


@cache
def _python() -> str:
    folder = Path(mkdtemp(prefix="nontunai-bench-"))
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python
