"""Which addresses a webhook may be sent to. Judged on what the name resolves to, at the moment of sending."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
_NEVER = [ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
"""IPv6 forms that carry an IPv4 address inside, and so lead anywhere."""


class TargetError(Exception):
    """Nothing may be sent there. The text is Indonesian."""


@dataclass(frozen=True)
class Target:
    """Where to connect (these addresses alone) and what to ask for there."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]


def target_of(url: str, *, narrowed: Sequence[str], inside: Sequence[str]) -> Target:
    """Resolve and judge. ``narrowed`` networks are the only ones where given; ``inside`` networks are allowed
    beside public addresses. Every address the name has must be allowed. Raises TargetError."""
    secure, host, port, path = parts_of(url)
    addresses = _resolved(host, port)
    for address in addresses:
        judge(address, narrowed=narrowed, inside=inside)
    if not secure and not all(address.is_loopback for address in addresses):
        raise TargetError("Alamat webhook harus https.")
    return Target(secure, host, port, path, tuple(dict.fromkeys(addresses)))


def parts_of(url: str) -> tuple[bool, str, int, str]:
    """(https?, host, port, path with query). Raises TargetError."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError as error:
        raise TargetError("Alamat webhook tidak sah.") from error
    if found.scheme not in {"https", "http"} or not found.hostname or found.username or found.password:
        raise TargetError("Alamat webhook harus https://nama/jalur, tanpa nama pengguna.")
    secure = found.scheme == "https"
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    if not path.isascii() or any(letter.isspace() for letter in path):
        raise TargetError("Jalur alamat webhook berisi huruf yang tidak sah.")
    return secure, found.hostname, port or (443 if secure else 80), path


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetError(f"Nama {host} tidak ditemukan.") from error
    return [_plain(ip_address(str(entry[4][0]).partition("%")[0])) for entry in found]


def _plain(address: Address) -> Address:
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return inner or address


def judge(address: Address, *, narrowed: Sequence[str], inside: Sequence[str]) -> None:
    """Raises TargetError where a webhook may not go to this address."""
    is_public = address.is_global and not address.is_multicast and not _in(address, _NEVER)
    if not is_public and not _in(address, [ip_network(text) for text in inside]):
        raise TargetError(f"{address} alamat dalam jaringan; webhook tidak dikirim ke sana.")
    if narrowed and not _in(address, [ip_network(text) for text in narrowed]):
        raise TargetError(f"{address} di luar jaringan yang boleh untuk langganan ini.")


def _in(address: Address, networks: Sequence[object]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]
