"""Who calls: the token, its consumer, the address, the rate, the scope. Always asked of the primary.

The one thing a GET writes is its own count, a statement of its own: the limit holds over all processes and
without a broker, and "last used" is read from it. It says nothing about money.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import connection
from django.http import HttpRequest

from opd.access import EVERYWHERE
from opd.access import Scope as Reach
from opd.office.calendar import WIB, day_of
from opd.office.throttle import address
from tp2dd.api.models import AccessToken
from tp2dd.api.problems import Problem, unauthorized
from tp2dd.api.scopes import Scope

_BEARER = re.compile(r"Bearer +([\x21-\x7e]{1,200})", re.IGNORECASE)
_COUNT = """
    INSERT INTO api_use (access_id, minute, calls) VALUES (%s, %s, 1)
    ON CONFLICT (access_id, minute) DO UPDATE SET calls = api_use.calls + 1 RETURNING calls
"""
WHERE = "Pengaturan → Akses sistem lain"


@dataclass(frozen=True)
class Caller:
    """A proven caller and the agencies it may read."""

    access: AccessToken
    reach: Reach


def digest_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def admit(request: HttpRequest, scope: Scope, *, at: datetime) -> Caller:
    """The caller, if it may read ``scope`` now. Raises Problem."""
    access = _token(request, at)
    consumer = access.consumer
    _open(access, at)
    _from_allowed_address(access, address(request))
    _within_rate(access, at)
    if scope not in access.scopes:
        raise Problem(
            403,
            "scope-missing",
            "Lingkup token tidak cukup",
            f"Token {access} tidak mencakup {scope}. Minta administrator membuat token dengan lingkup itu: "
            f"{WHERE} → {consumer.name}.",
            {"scope": str(scope), "granted": access.scopes},
        )
    return Caller(access, EVERYWHERE if consumer.opd_id is None else Reach(frozenset({consumer.opd_id})))


def _token(request: HttpRequest, at: datetime) -> AccessToken:
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if found is None:
        raise unauthorized(
            "token-missing", "Token tidak ada", "Kirim header Authorization: Bearer dengan token sistem Anda."
        )
    rows = AccessToken.objects.select_related("consumer")
    access = rows.filter(digest=digest_of(found[1])).first()
    if access is None:
        raise unauthorized(
            "token-unknown",
            "Token tidak dikenal",
            f"Periksa salinannya, atau minta token baru kepada administrator: {WHERE}.",
        )
    if access.revoked_at:
        raise unauthorized(
            "token-revoked",
            "Token dicabut",
            f"Token {access} dicabut {_told(access.revoked_at)}. Minta token baru: "
            f"{WHERE} → {access.consumer.name}.",
        )
    if access.expires_at <= at:
        problem = unauthorized(
            "token-expired",
            "Token sudah berakhir",
            f"Token {access} berakhir {_told(access.expires_at)}. Minta token baru: "
            f"{WHERE} → {access.consumer.name}.",
        )
        problem.more = {"expired_at": access.expires_at.isoformat()}
        raise problem
    return access


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(WIB):%d-%m-%Y %H.%M} WIB"


def _open(access: AccessToken, at: datetime) -> None:
    consumer = access.consumer
    if not consumer.is_open(on=day_of(at)):
        raise Problem(
            403,
            "consumer-closed",
            "Akses sistem tidak berlaku hari ini",
            f"Akses {consumer.name} berlaku {consumer.valid_from:%d-%m-%Y} sampai "
            f"{consumer.valid_to:%d-%m-%Y}"
            f"{' dan sudah ditutup' if consumer.closed_at else ''}. Hubungi administrator: {WHERE}.",
        )


def _from_allowed_address(access: AccessToken, came_from: str) -> None:
    networks = access.consumer.addresses
    if networks and not within(came_from, networks):
        raise Problem(
            403,
            "address-not-allowed",
            "Alamat tidak diizinkan",
            f"Panggilan dari {came_from or 'alamat tak dikenal'} tidak ada pada alamat yang boleh untuk "
            f"{access.consumer.name}. Administrator mencatatnya di {WHERE}.",
            {"address": came_from},
        )


def within(text: str, networks: list[str]) -> bool:
    """Whether an IP address is in one of the networks; text that is no address is in none."""
    try:
        found = ip_address(text)
    except ValueError:
        return False
    return any(found in ip_network(network) for network in networks)


def _within_rate(access: AccessToken, at: datetime) -> None:
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [access.pk, minute])
        (calls,) = cursor.fetchone()
    most = access.consumer.per_minute
    if calls > most:
        left = int((minute + timedelta(minutes=1) - at).total_seconds()) + 1
        raise Problem(
            429,
            "too-many-requests",
            "Terlalu banyak panggilan",
            f"Token {access} boleh dipakai {most} kali per menit. Coba lagi {left} detik lagi.",
            {"limit": most},
            {"Retry-After": str(left)},
        )
