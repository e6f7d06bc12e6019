"""Another government system, with its token, and how it calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from opd.models import Opd, User
from tp2dd.api import services
from tp2dd.api.models import AccessToken, Consumer, Subscription
from tp2dd.api.scopes import EventKind, Scope

EVERYTHING = [str(scope) for scope in Scope]
EVERY_EVENT = [str(kind) for kind in EventKind]
AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def draft(**changes: Any) -> services.ConsumerDraft:
    words: dict[str, Any] = {
        "name": "Sistem Pemantau Pajak",
        "purpose": "Membandingkan penerimaan harian",
        "owner": "Badan Pendapatan Daerah",
        "contact": "Kepala Bidang Data, 0736-000000",
        "letter_number": "900/77/2026",
        "letter_date": date(2026, 1, 2),
        "opd": None,
        "valid_from": date(2020, 1, 1),
        "valid_to": date(2099, 12, 31),
        "per_minute": 6000,
    }
    return services.ConsumerDraft(**{**words, **changes})


@dataclass
class System:
    consumer: Consumer
    access: AccessToken
    key: str
    admin: User

    def get(self, path: str, *, key: str = "", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {key or self.key}", **more.pop("headers", {})}
        return Client(raise_request_exception=False).get(f"/api/v1/{path}", headers=headers, **more)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        found: list[dict[str, Any]] = []
        place: dict[str, str] = {}
        while True:
            answer = self.get(path, query_params={**query, **place})
            assert answer.status_code == 200, answer.content
            page = answer.json()
            found += page["data"]
            if page["next"] is None:
                return found
            place = {"cursor": page["next"]}

    def token(self, scopes: Sequence[str] = EVERYTHING, **changes: Any) -> tuple[AccessToken, str]:
        words: dict[str, Any] = {"label": "uji", "until": date(2099, 1, 1), "at": timezone.now(), **changes}
        return services.issue(consumer=self.consumer, scopes=scopes, by=self.admin, **words)

    def subscribe(self, url: str, **changes: Any) -> tuple[Subscription, str]:
        words: dict[str, Any] = {"events": EVERY_EVENT, "networks": [], "at": AT, **changes}
        return services.subscribe(consumer=self.consumer, url=url, by=self.admin, **words)


def registered(admin: User, *, opd: Opd | None = None, **changes: Any) -> System:
    at = timezone.now() - timedelta(days=1)
    consumer = services.register(draft(opd=opd, **changes), by=admin, at=at)
    access, key = services.issue(
        consumer=consumer, label="server", scopes=EVERYTHING, until=date(2099, 1, 1), by=admin, at=at
    )
    return System(consumer, access, key, admin)
