"""One list of processes, and a compose file that says the same."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from config.local.environment import ROOT
from config.local.processes import PROCESSES, STOP_ORDER

IN_A_CONTAINER = {"host": "0.0.0.0", "port": 8000, "pool": "prefork", "data": "/data"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return told


def test_compose_runs_the_same_processes_and_no_sandbox_bank(compose: dict[str, Any]) -> None:
    ours = {process.name for process in PROCESSES if not process.demonstration_only}
    assert set(compose["services"]) == ours | {"postgres", "valkey", "migrate"}


@pytest.mark.parametrize("process", [process for process in PROCESSES if not process.demonstration_only])
def test_compose_gives_each_process_the_same_command(compose: dict[str, Any], process: Any) -> None:
    command = compose["services"][process.name]["command"].split()
    assert command == ["python", "-m", *process.command(IN_A_CONTAINER)]


def test_compose_keeps_the_owner_of_the_tables_from_the_processes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert "DATABASE_OWNER_URL" in services["migrate"]["environment"]
    for name in ("web", "worker", "beat"):
        assert "DATABASE_OWNER_URL" not in services[name]["environment"]
        assert "DEMO" not in services[name]["environment"]


def test_every_process_has_its_place_in_the_order_of_stopping() -> None:
    assert sorted(STOP_ORDER) == sorted(process.name for process in PROCESSES)


def test_commands_keep_paths_with_spaces_whole() -> None:
    beat = next(process for process in PROCESSES if process.name == "beat")
    assert beat.command({"data": "/srv/data kas"})[-1] == "/srv/data kas/beat-schedule"
