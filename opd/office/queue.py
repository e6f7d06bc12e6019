"""Nudges the workers. Work itself is a row: a lost nudge is found by the sweep, so errors stop here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from kombu.exceptions import OperationalError

from config.celery import app

log = structlog.get_logger(__name__)


def nudge(task: str, *ids: Any) -> None:
    """After this transaction commits, ask a worker to run ``task``. Never raises for a dead broker."""
    transaction.on_commit(partial(_send, task, [str(value) for value in ids]), robust=True)


def nudge_silent(task: str, waiting: QuerySet[Any], *, since: datetime) -> int:
    """Ask again for rows whose job has not been heard of ``since``: their worker was lost, or the nudge never
    arrived. Returns how many."""
    with transaction.atomic():
        silent = list(waiting.filter(job__touched_at__lt=since).values_list("pk", flat=True)[:20])
        for pk in silent:
            nudge(task, pk)
    return len(silent)


def _send(task: str, args: list[str]) -> None:
    try:
        app.send_task(task, args=args, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("nudge_lost", task=task, args=args, error=type(error).__name__)


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether ``name`` is ours while the block runs. A session lock: it goes with the connection, so that a
    killed worker frees its work by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
