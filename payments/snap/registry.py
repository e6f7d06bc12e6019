"""Who works off or answers the messages of a service: outer rooms register, so that this room knows none."""

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


@dataclass(frozen=True)
class Reply:
    """What an outer room answers: HTTP status and case (``payments.snap.codes``), detail, further members."""

    http: int
    case: str = "00"
    detail: str = ""
    members: dict[str, Any] = field(default_factory=dict, repr=False)


Handler = Callable[[Notice], None]
Answerer = Callable[[Notice], Reply]
_handlers: dict[Service, Handler] = {}
_answerers: dict[Service, Answerer] = {}


def register(service: Service, handler: Handler) -> None:
    """``handler`` is called in the transaction that stores a verified message of ``service``.

    It should leave work as a row and nudge; what it raises is logged, its writes are undone, and the message
    stays pending. Registering another handler for a service raises ValueError.
    """
    if _handlers.setdefault(service, handler) is not handler:
        raise ValueError(f"layanan {service.name} sudah punya penerima")


def handler_of(service: Service) -> Handler | None:
    return _handlers.get(service)


def answer_with(service: Service, answerer: Answerer) -> None:
    """``answerer`` decides what we answer to a verified message of ``service``, and does what follows.

    It runs in the transaction that claims the external id and keeps the answer: all of it or nothing. What it
    raises becomes 500, after which the bank sends the message again. It must not call outside. Registering
    another one for a service raises ValueError.
    """
    if _answerers.setdefault(service, answerer) is not answerer:
        raise ValueError(f"layanan {service.name} sudah punya penjawab")


def answerer_of(service: Service) -> Answerer | None:
    return _answerers.get(service)
