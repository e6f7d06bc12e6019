"""Ports: refused with a word that helps."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from config.local.console import LauncherError
from config.local.ports import free_port, reachable_address, require_free
from config.local.services import Addresses


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_busy_port_is_refused_and_the_flag_named(busy: int, host: str) -> None:
    with pytest.raises(LauncherError, match=rf"port {busy} sedang dipakai.*--bank-port {busy + 10}"):
        require_free(host, busy, flag="--bank-port")


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(LauncherError, match="bukan nomor port"):
        require_free("127.0.0.1", port, flag="--port")


def test_address_of_another_machine_is_refused() -> None:
    with pytest.raises(LauncherError, match="tidak dapat dipakai"):
        require_free("192.0.2.1", free_port(), flag="--port")


def test_free_port_is_accepted() -> None:
    require_free("127.0.0.1", free_port(), flag="--port")


def test_site_and_bank_are_named_by_the_host_they_listen_on() -> None:
    addresses = Addresses("127.0.0.1", 8100, 8101)
    assert addresses.base_url == "http://127.0.0.1:8100"
    assert addresses.bank_url == "http://127.0.0.1:8101"
    assert addresses.allowed_hosts.split(",") == ["127.0.0.1", "localhost", "[::1]"]


def test_wildcard_is_written_as_an_address_that_a_phone_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.local.services.reachable_address", lambda host: "192.168.1.5")
    addresses = Addresses("0.0.0.0", 8100, 8101)
    assert addresses.base_url == "http://192.168.1.5:8100"
    assert "192.168.1.5" in addresses.allowed_hosts.split(",")


def test_ipv6_address_is_written_in_brackets() -> None:
    assert reachable_address("::1") == "[::1]"
