"""The embedded servers: who may open what, and which servers are used at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local import prepare, roles
from config.local.installation import Installation, read_json
from config.local.services import Addresses, Services, started


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """A set of our own, as ``up`` starts them, in a folder that PostgreSQL's account can reach."""
    with tempfile.TemporaryDirectory(prefix="nontunai uji ", dir="/var/tmp") as folder:
        home = Installation.open(folder)
        with started(Services(home, {})) as running:
            running.settle(Addresses(port=8100, bank_port=8101))
            yield running


def refused(url: str) -> str:
    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect(url, connect_timeout=5).close()
    return str(refusal.value)


def elsewhere(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + f"/{database}"


def test_product_and_bank_cannot_open_each_others_database(services: Services) -> None:
    environment = services.environment
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_AUDITOR_URL"):
        assert "permission denied" in refused(elsewhere(environment[name], roles.BANK)), name
    assert "permission denied" in refused(elsewhere(environment["SANDBOX_DATABASE_URL"], roles.PRODUCT))


def test_wrong_password_is_refused(services: Services) -> None:
    url = services.environment["DATABASE_URL"]
    password = url.split(":")[2].split("@")[0]
    assert "password authentication failed" in refused(url.replace(password, "salah"))


def test_application_and_auditor_can_make_no_tables(services: Services) -> None:
    for name in ("DATABASE_URL", "DATABASE_AUDITOR_URL"):
        with (
            psycopg.connect(services.environment[name]) as connection,
            pytest.raises(psycopg.Error) as refusal,
        ):
            connection.execute("CREATE TABLE liar (id int)")
        assert isinstance(
            refusal.value, psycopg.errors.InsufficientPrivilege | psycopg.errors.ReadOnlySqlTransaction
        )


def test_owner_makes_tables(services: Services) -> None:
    with psycopg.connect(services.environment["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE uji (id int)")
        connection.execute("DROP TABLE uji")


def test_broker_asks_for_a_password(services: Services) -> None:
    assert services.valkey is not None
    stranger = redis.Redis(port=services.valkey.port, socket_timeout=5, retry=Retry(NoBackoff(), 0))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(services.environment["REDIS_URL"]) as ours:
        assert ours.ping()


def test_server_that_dies_comes_back_at_its_old_address(services: Services) -> None:
    assert services.valkey is not None
    assert services.postgres is not None
    ports = services.valkey.port, services.postgres.port
    for server in (services.valkey, services.postgres):
        assert server._process is not None
        server._process.kill()
        server._process.wait()
    assert services.revive()
    assert not services.revive()
    assert (services.valkey.port, services.postgres.port) == ports
    with psycopg.connect(services.environment["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (roles.login("app"),)


def test_stale_note_of_another_program_does_not_stop_postgres_or_that_program(services: Services) -> None:
    assert services.postgres is not None
    services.postgres.stop()
    note = services.postgres.cluster / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{services.postgres.cluster}\n", encoding="ascii")
    services.postgres.start()
    assert services.postgres.pid


def test_processes_see_only_the_logins_they_need(services: Services) -> None:
    product = prepare.product_environment(services.environment)
    assert "DATABASE_OWNER_URL" not in product
    assert "SANDBOX_DATABASE_URL" not in product
    bank = prepare.bank_environment(services.environment)
    assert not {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_AUDITOR_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
    } & set(bank)
    assert bank["SANDBOX_DATABASE_URL"]
    owner = prepare.owner_environment(services.environment)
    assert owner["DATABASE_URL"] == services.environment["DATABASE_OWNER_URL"]
    assert owner["DATABASE_APP_URL"] == services.environment["DATABASE_URL"]


def test_sandbox_credentials_carry_the_addresses_of_this_start(services: Services) -> None:
    told = read_json(Path(services.environment["SANDBOX_CREDENTIALS"]))
    assert (told["app_url"], told["bank_url"]) == ("http://127.0.0.1:8100", "http://127.0.0.1:8101")


OUTSIDE = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c", "REDIS_URL": "redis://127.0.0.1:1/0"}


def test_named_servers_are_used_and_none_is_started(tmp_path: Path) -> None:
    with started(
        Services(Installation.open(str(tmp_path)), {**OUTSIDE, "SECRET_KEY": "punya sendiri"})
    ) as given:
        assert given.pids() == {}
        assert given.environment["SECRET_KEY"] == "punya sendiri"
        given.settle(Addresses())
        assert "SANDBOX_CREDENTIALS" not in given.environment


@pytest.mark.parametrize(
    ("outside", "demonstration", "bank"),
    [
        ({}, True, True),
        ({"DEMO": "0"}, False, False),
        (OUTSIDE, False, False),
        ({**OUTSIDE, "DEMO": "1"}, True, False),
        ({**OUTSIDE, "DEMO": "1", "SANDBOX_DATABASE_URL": "postgresql://x"}, True, True),
        ({**OUTSIDE, "SANDBOX_DATABASE_URL": "postgresql://x"}, False, False),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, True, True),
    ],
)
def test_demo_data_and_sandbox_bank_only_where_they_are_safe(
    tmp_path: Path, outside: Mapping[str, str], demonstration: bool, bank: bool
) -> None:
    services = Services(Installation(tmp_path), outside)
    assert (services.demonstration, services.with_bank) == (demonstration, bank)


def test_digest_changes_with_files_and_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    file = tmp_path / "a.sql"
    file.write_text("SELECT 1", encoding="utf-8")
    before = prepare.digest([file], "x")
    assert prepare.digest([file], "y") != before
    file.write_text("SELECT 2", encoding="utf-8")
    assert prepare.digest([file], "x") != before
    assert prepare.digest([], "x") != before
