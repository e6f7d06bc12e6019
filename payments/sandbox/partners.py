"""Who may call the bank, and with which keys: read once from the file that SANDBOX_CREDENTIALS names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


class CredentialsError(ValueError):
    """The credentials file is absent or unusable; the message says what to do."""


@dataclass(frozen=True)
class Merchant:
    key: str
    merchant_id: str
    nmid: str
    terminal_id: str
    merchant_pan: str
    name: str

    @property
    def columns(self) -> dict[str, str]:
        """What a QRIS keeps of its merchant, so that later files tell what was true when it was made."""
        return {
            "merchant_id": self.merchant_id,
            "merchant_name": self.name,
            "merchant_pan": self.merchant_pan,
            "nmid": self.nmid,
            "terminal_id": self.terminal_id,
        }


@dataclass(frozen=True)
class Client:
    """One side's names and keys on the wire (PEM text)."""

    client_id: str
    client_secret: str
    private_key: str
    public_key: str


@dataclass(frozen=True)
class PartnerProfile:
    slug: str
    client: Client
    partner_id: str
    channel_id: str
    merchants: tuple[Merchant, ...]

    def merchant(self, merchant_id: str) -> Merchant | None:
        return next((item for item in self.merchants if item.merchant_id == merchant_id), None)


@dataclass(frozen=True)
class Credentials:
    bank_url: str
    app_url: str
    partners: tuple[PartnerProfile, ...]
    bank: Client

    def by_client_id(self, client_id: str) -> PartnerProfile | None:
        return next((item for item in self.partners if item.client.client_id == client_id), None)

    def by_slug(self, slug: str) -> PartnerProfile:
        return next(item for item in self.partners if item.slug == slug)


def load(path: Path) -> Credentials:
    """The credentials in ``path``. Raises CredentialsError if the file is missing or lacks a member."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(
            bank_url=data["bank_url"].rstrip("/"),
            app_url=data["app_url"].rstrip("/"),
            partners=(_partner("ours", data["ours"]), _partner("guest", data["guest"])),
            bank=_client(data["bank"]),
        )
    except OSError as error:
        raise CredentialsError(f"Berkas kredensial bank uji coba tidak terbaca: {path}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CredentialsError(f"Isi berkas kredensial bank uji coba tidak lengkap: {error}") from error


@lru_cache(maxsize=1)
def credentials() -> Credentials:
    return load(settings.SANDBOX_CREDENTIALS)


def _client(data: Mapping[str, Any]) -> Client:
    return Client(data["client_id"], data["client_secret"], data["private_key"], data["public_key"])


def _partner(slug: str, data: Mapping[str, Any]) -> PartnerProfile:
    merchants = tuple(Merchant(**merchant) for merchant in data["merchants"])
    return PartnerProfile(slug, _client(data), data["partner_id"], data["channel_id"], merchants)
