"""Ports: which are free, and a clear word when one is not."""

import errno
import socket

from config.local.console import LauncherError


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(host: str, port: int, *, flag: str) -> None:
    """Refuse a busy port. The web server itself would not: it shares one silently (SO_REUSEPORT)."""
    if not 0 < port < 65536:
        raise LauncherError(f"{flag} {port} bukan nomor port. Pilih angka antara 1 dan 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LauncherError(_refusal(host, port, flag, error)) from error


def _refusal(host: str, port: int, flag: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} sedang dipakai program lain. Pilih port lain, misalnya {flag} {port + 10}."
    if error.errno == errno.EACCES:
        return f"port {port} hanya untuk administrator mesin. Pilih port di atas 1023 dengan {flag}."
    return f"alamat {host}:{port} tidak dapat dipakai ({error.strerror}). Periksa --host dan {flag}."


def reachable_address(host: str) -> str:
    """How others write an address for ``host``: a wildcard becomes this machine's own address."""
    if host not in {"0.0.0.0", "::"}:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: chooses the interface, sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
