"""Health, the clock's entries and the log."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.db import OperationalError, connection
from django.test import Client

from config import celery as clock
from config import logging as log_settings


@pytest.mark.django_db
def test_health_answers_without_login_and_names_both_servers(client: Client) -> None:
    answer = client.get("/sehat")
    assert answer.status_code == 200
    assert answer.json() == {"basis_data": "baik", "antrean": "baik"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_lost_broker_is_told_but_not_fatal(client: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/sehat")
    assert answer.status_code == 200
    assert answer.json()["antrean"] == "tidak terjangkau"


@pytest.mark.django_db
def test_lost_database_is_unhealthy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", lost)
    answer = client.get("/sehat")
    assert answer.status_code == 503
    assert answer.json()["basis_data"] == "tidak terjangkau"


def test_health_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/sehat").status_code == 405


def test_every_entry_of_the_clock_names_a_task_that_exists() -> None:
    clock.app.loader.import_default_modules()
    entries = clock.app.conf.beat_schedule
    assert entries == clock.beat_entries()
    unknown = [name for name, entry in entries.items() if entry["task"] not in clock.app.tasks]
    assert not unknown


def test_one_name_for_two_entries_of_the_clock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [SimpleNamespace(name="satu"), SimpleNamespace(name="dua")]
    monkeypatch.setattr("django.apps.apps.get_app_configs", lambda: rooms)
    monkeypatch.setattr(clock, "find_spec", lambda name: True)
    monkeypatch.setattr(clock, "import_module", lambda name: SimpleNamespace(BEAT={"sapu": {}}))
    with pytest.raises(ValueError, match="sapu"):
        clock.beat_entries()


def formatted(record: logging.LogRecord) -> dict[str, Any]:
    options = dict(log_settings.LOGGING["formatters"]["json"])
    formatter = options.pop("()")(**options)
    told: dict[str, Any] = json.loads(formatter.format(record))
    return told


def test_our_events_become_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="payments.uji"):
        structlog.get_logger("payments.uji").info("nudge_lost", task="x", amount=5000)
    told = formatted(caplog.records[-1])
    assert (told["event"], told["task"], told["amount"], told["level"]) == ("nudge_lost", "x", 5000, "info")
    assert told["logger"] == "payments.uji"
    assert told["timestamp"].endswith("Z")


def test_lines_of_libraries_become_json_too() -> None:
    record = logging.LogRecord("celery", logging.WARNING, "x.py", 1, "lost %s", ("broker",), None)
    assert formatted(record)["event"] == "lost broker"
