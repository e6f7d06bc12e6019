"""What the parts of a partner's profile must look like; the messages are for the settings page."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,120}")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


def base_url(value: str) -> None:
    """https, with a path where the gateway has one; http only towards this machine or in a demonstration."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValidationError("Alamat bank tidak sah.") from error
    sound = _HOST.fullmatch(parts.netloc) and host and not parts.query and not parts.fragment
    if parts.scheme not in {"http", "https"} or not sound or not _PATH.fullmatch(parts.path.rstrip("/")):
        raise ValidationError("Tulis alamat bank seperti https://api.bank.example/gerbang.")
    if parts.scheme == "http" and not (_loopback(host) or settings.DEMO or settings.DEBUG):
        raise ValidationError("Alamat bank harus memakai https.")


def prefix(value: str) -> None:
    if not _PATH.fullmatch(value):
        raise ValidationError("Awalan jalur dimulai dengan garis miring dan tidak diakhiri garis miring.")


def header_text(value: str) -> None:
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise ValidationError("Hanya huruf, angka dan tanda baca biasa, tanpa spasi di awal atau akhir.")


def addresses(value: object) -> None:
    """A list of IP addresses and networks, such as ``10.1.0.0/16``."""
    if not isinstance(value, list):
        raise ValidationError("Alamat IP harus berupa daftar.")
    for entry in value:
        try:
            ip_network(entry, strict=False)
        except (ValueError, TypeError) as error:
            raise ValidationError(f"Bukan alamat IP atau jaringan: {str(entry)[:40]}.") from error


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
