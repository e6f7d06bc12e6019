"""``up`` on servers that someone else runs: used as they are, never filled with demo data."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from tests.e2e import site
from tests.e2e.broker import broker
from tests.e2e.test_up import eventually, get


@contextmanager
def database() -> Iterator[str]:
    """An empty database beside the one of this test run; its address."""
    address = os.environ["DATABASE_URL"]
    name = f"luar_{secrets.token_hex(4)}"
    maintenance = address.rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield address.rsplit("/", 1)[0] + f"/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def health(running: site.Site) -> tuple[int, dict[str, str]]:
    status, body = get(f"{running.url}/sehat")
    return status, json.loads(body)


@pytest.mark.fault
def test_named_servers_are_used_stay_empty_of_demo_data_and_may_lose_the_broker() -> None:
    with (
        database() as address,
        broker() as queue,
        site.running(DATABASE_URL=address, REDIS_URL=queue.url) as up,
    ):
        assert set(up.state["processes"]) == {"web", "worker", "beat"}
        assert not (up.data / "postgres").exists()
        assert not (up.data / "demo_accounts.json").exists()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT count(*) FROM opd_user").fetchone() == (0,)
        before = up.state["processes"]
        queue.stop()
        assert health(up) == (200, {"basis_data": "baik", "antrean": "tidak terjangkau"})
        queue.start()
        assert eventually(lambda: health(up)[1]["antrean"] == "baik")
        assert up.state["processes"] == before
