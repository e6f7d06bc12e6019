"""What ``manage.py up`` promises to a newcomer."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e import site
from tests.e2e.site import Site


def get(url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], *, seconds: float = 45) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def processes_that_mention(word: str) -> list[int]:
    """Processes with ``word`` in their command line or their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if word.encode() in told:
                found.append(int(entry.name))
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def test_site_is_well_and_names_its_addresses(running_up: Site) -> None:
    status, body = get(f"{running_up.url}/sehat")
    assert status == 200
    assert set(json.loads(body).values()) == {"baik"}
    assert f"{running_up.url}/r/rumah-bung-karno/" in running_up.said()


def test_command_shares_the_servers_of_a_running_site(running_up: Site) -> None:
    done = running_up.manage("showmigrations", "opd")
    assert done.returncode == 0, done.stderr
    assert "[X] 0001_initial" in done.stdout
    assert "[ ]" not in done.stdout


def test_demo_is_there_once_and_its_books_are_right(running_up: Site) -> None:
    assert {"auditor", "bendahara", "kuasabud", "tp2dd", "admin"} <= running_up.accounts.keys()
    told = running_up.said()
    assert str(running_up.data / "demo_accounts.json") in told
    tried = [account for account in running_up.accounts.values() if account["what_to_try"]]
    assert len(tried) > 10
    assert not [account["username"] for account in tried if account["password"] not in told]
    again = running_up.manage("seed")
    assert "sudah ada" in again.stdout, again.stderr
    verified = running_up.manage("verify")
    assert verified.returncode == 0, verified.stdout
    assert get(f"{running_up.url}/r/rumah-bung-karno/")[0] == 200


def test_newcomer_gets_the_sandbox_banks_guest_as_json(running_up: Site) -> None:
    printed = running_up.manage("sandbox_credentials")
    assert json.loads(printed.stdout)["url"] == running_up.bank


def test_second_start_on_the_same_folder_is_refused_and_says_why(running_up: Site) -> None:
    again = site.manage("up", "--data", str(running_up.data), env={})
    assert again.returncode == 1
    assert "sudah berjalan" in again.stderr
    assert str(running_up.process.pid) in again.stderr


def test_busy_port_is_refused_and_the_flag_is_named(running_up: Site) -> None:
    taken = str(urlsplit(running_up.url).port)
    with site.folder() as data:
        refused = site.manage("up", "--data", str(data), "--port", taken, env={})
    assert refused.returncode == 1
    assert f"port {taken} sedang dipakai" in refused.stderr
    assert "--port" in refused.stderr


@pytest.mark.fault
@pytest.mark.parametrize("name", ["worker", "beat", "web", "valkey", "postgres"])
def test_process_that_dies_is_started_again(running_up: Site, name: str) -> None:
    before = running_up.state["processes"][name]
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: running_up.state["processes"].get(name) not in {None, before})
    assert eventually(lambda: _answers(running_up))


def _answers(running: Site) -> bool:
    try:
        return get(f"{running.url}/sehat")[0] == 200
    except OSError:
        return False


@pytest.mark.fault
def test_site_killed_outright_leaves_no_orphan_and_starts_again() -> None:
    with site.folder() as data:
        first = site.start(data, DEMO="0")
        kept = (data / "secrets.json").read_bytes()
        pids = set(first.state["processes"].values())
        first.process.kill()
        first.process.wait()
        assert eventually(lambda: not alive(pids) and not processes_that_mention(str(data)))
        second = site.start(data, DEMO="0")
        assert (data / "secrets.json").read_bytes() == kept
        assert site.stop(second) == 0, second.said()[-4000:]
        assert not processes_that_mention(str(data))
        assert not (data / "state.json").exists()


def test_command_brings_servers_of_its_own_when_nothing_runs() -> None:
    with site.folder() as data:
        done = site.manage("migrate", "--no-input", "-v0", env={"DATA_DIR": str(data)})
        assert done.returncode == 0, done.stderr
        shown = site.manage("showmigrations", "opd", env={"DATA_DIR": str(data)})
        assert "[X] 0001_initial" in shown.stdout
        assert not processes_that_mention(str(data))


def test_secret_files_can_be_read_by_their_owner_alone(running_up: Site) -> None:
    for name in ("secrets.json", "state.json", "sandbox-credentials.json", "demo_accounts.json"):
        assert (running_up.data / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize("word", ["SIGTERM", "SIGINT"])
def test_start_that_is_interrupted_ends_well(word: str) -> None:
    with site.folder() as data:
        log = data / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "manage.py",
                    "up",
                    "--data",
                    str(data),
                    "--port",
                    str(site.free_port()),
                ],
                cwd=site.ROOT,
                env=site.surroundings(BANK_PORT=str(site.free_port())),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        assert eventually(lambda: "PostgreSQL" in log.read_text(encoding="utf-8"))
        process.send_signal(signal.Signals[word])
        assert process.wait(60) == 0, log.read_text(encoding="utf-8")
        assert not processes_that_mention(str(data))


def test_database_of_the_site_refuses_a_stranger(running_up: Site) -> None:
    address = urlsplit(running_up.state["environment"]["DATABASE_URL"])
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=5):
        pass
    hba = (running_up.data / "postgres" / "cluster" / "pg_hba.conf").read_text(encoding="utf-8")
    methods = {line.split()[-1] for line in hba.splitlines() if line.strip() and not line.startswith("#")}
    assert methods == {"scram-sha-256"}
