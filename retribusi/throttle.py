"""How often the same network, place or order may ask. Counted in PostgreSQL, under keyed hashes: no address
is kept.

Many phones share one address with their operator, so the limits of an address are wide; those of a place
keep a flood from reaching the bank.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from retribusi.models import Throttle


class TooOften(Exception):
    """Asked too often; ``wait_seconds`` until the count starts anew."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"coba lagi dalam {wait_seconds} detik")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times within ``seconds``."""

    name: str
    most: int
    seconds: int


ORDERS_OF_ADDRESS = Limit("orders-address", 40, 600)
ORDERS_OF_POINT = Limit("orders-point", 600, 600)
QUESTIONS_OF_ORDER = Limit("questions-order", 20, 600)
"""New QR codes, questions to the bank and cancellations of one order together."""


def take(limit: Limit, *subject: str, at: datetime) -> None:
    """Count one more for ``subject``. Raises TooOften past the limit. One statement, outside of
    transactions."""
    window = int(at.timestamp()) // limit.seconds
    until = datetime.fromtimestamp((window + 1) * limit.seconds, tz=at.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO retribusi_throttle AS t (bucket, count, until) VALUES (%s, 1, %s)"
            " ON CONFLICT (bucket) DO UPDATE SET count = t.count + 1 RETURNING count",
            [_bucket(limit, window, subject), until],
        )
        (count,) = cursor.fetchone()
    if count > limit.most:
        raise TooOften(max(1, int((until - at).total_seconds())))


def forget(*, at: datetime) -> int:
    """Drop the counts whose time is over; returns how many."""
    return Throttle.objects.filter(until__lt=at - timedelta(minutes=1)).delete()[0]


def _bucket(limit: Limit, window: int, subject: tuple[str, ...]) -> str:
    text = "|".join((limit.name, str(window), *subject))
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
