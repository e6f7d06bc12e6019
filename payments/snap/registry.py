"""Who works off the messages of a service: outer rooms register themselves, so that this room knows none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from payments.snap.codes import Service


@dataclass(frozen=True)
class Notice:
    """A verified message of a bank. ``body`` is the JSON object as sent; fractions in it are Decimal."""

    inbox_id: int
    partner_id: int
    service: Service
    body: dict[str, Any] = field(repr=False)
    received_at: datetime


Handler = Callable[[Notice], None]
_handlers: dict[Service, Handler] = {}


def register(service: Service, handler: Handler) -> None:
    """``handler`` is called in the transaction that stores a verified message of ``service``.

    It should leave work as a row and nudge; what it raises is logged, its writes are undone, and the message
    stays pending. Registering another handler for a service raises ValueError.
    """
    if _handlers.setdefault(service, handler) is not handler:
        raise ValueError(f"layanan {service.name} sudah punya penerima")


def handler_of(service: Service) -> Handler | None:
    return _handlers.get(service)
