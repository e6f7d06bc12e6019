"""The processes of the product: the one list. ``docker-compose.yml`` says the same, and a test compares."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Process:
    """``words`` follow ``python -m``; {host}, {port}, {bank_port}, {pool} and {data} are filled in."""

    name: str
    words: str
    settings: str = "config.settings"
    demonstration_only: bool = False

    def command(self, values: Mapping[str, object]) -> list[str]:
        return [word.format_map(values) for word in self.words.split()]


_SERVER = "--no-ws --log-level warning --no-access-log --workers-kill-timeout 12"
"""A worker asked to end while it still starts does not hear it: it is given 12 seconds."""

PROCESSES = (
    Process(
        "web",
        "granian --interface wsgi config.wsgi:application --host {host} --port {port} "
        f"--workers 2 --blocking-threads 4 {_SERVER}",
    ),
    Process(
        "bank",
        "granian --interface wsgi config.wsgi_sandbox:application --host {host} --port {bank_port} "
        f"--workers 1 --blocking-threads 4 {_SERVER}",
        settings="config.settings_sandbox",
        demonstration_only=True,
    ),
    Process(
        "worker",
        "celery --quiet -A config.celery worker --pool {pool} --concurrency 4 --loglevel warning "
        "--without-gossip --without-mingle",
    ),
    Process(
        "beat", "celery --quiet -A config.celery beat --loglevel warning --schedule {data}/beat-schedule"
    ),
)

STOP_ORDER = ("beat", "web", "bank", "worker")
"""Nothing new is begun before what is under way has ended; broker and database follow."""
