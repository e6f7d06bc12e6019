"""Reads the environment: the only place that does."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    return text(name).strip().lower() in {"1", "true", "yes", "ya"}


def words(name: str) -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def secret(name: str) -> str:
    """A value from NAME or, as container platforms hand it over, from the file NAME_FILE."""
    path = text(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else text(name)


def database(url: str) -> dict[str, Any]:
    """Django's settings for a ``postgresql://user:password@host:port/name?option=value`` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ValueError("alamat basis data harus berbentuk postgresql://pengguna:sandi@host:port/nama")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


def replica(url: str) -> dict[str, Any]:
    """Settings for a server that may vanish at any moment: a lost one is noticed within seconds."""
    found = database(url)
    lost = {"connect_timeout": 2, "tcp_user_timeout": 4000}
    lost |= {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
    found["OPTIONS"] = {**lost, **dict(parse_qsl(urlsplit(url).query))}
    return {**found, "CONN_HEALTH_CHECKS": False, "TEST": {"MIRROR": "default"}}
