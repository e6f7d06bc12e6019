"""The Celery application; rooms keep their tasks in ``tasks.py`` and their beat entries in ``BEAT`` there."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery
from celery.signals import import_modules, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("nontunai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@import_modules.connect(sender=app, weak=False)
def collect_beat(**_: Any) -> None:
    """Read the clock's entries once the rooms' tasks can be imported: when a worker or beat begins."""
    app.conf.beat_schedule = beat_entries()


def beat_entries() -> dict[str, Any]:
    """The ``BEAT`` of every room, by name. ValueError where two rooms use one name."""
    from django.apps import apps

    found: dict[str, Any] = {}
    for room in apps.get_app_configs():
        name = f"{room.name}.tasks"
        entries = getattr(import_module(name), "BEAT", {}) if find_spec(name) else {}
        if twice := found.keys() & entries.keys():
            raise ValueError(f"beat entries named twice: {', '.join(sorted(twice))}")
        found |= entries
    return found


@setup_logging.connect(weak=False)
def keep_logging(**_: Any) -> None:
    """Django has set up the log; Celery, hearing that someone took care of it, leaves it alone."""
