"""A gate of the museum: its officer, two phones, the treasurer who looks into conflicts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client

from opd.models import Role, User
from retribusi.gate.models import Device
from retribusi.gate.services import devices, entries
from retribusi.gate.services.entries import Answered, Showing
from retribusi.gate.verification import LAWS
from retribusi.models import Ticket
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum

SECRETS = {"Gerbang Utara": "rahasia-utara", "Gerbang Selatan": "rahasia-selatan"}


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def showing(ticket: Ticket | str, device: Device, **changes: Any) -> Showing:
    """The ticket's QR in front of a phone two minutes after ``AT``, online unless told."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "shown": ticket.token if isinstance(ticket, Ticket) else ticket,
        "point_id": device.point_id,
        "device_at": AT + timedelta(minutes=2),
        "offline": False,
        "let_in": None,
    }
    return Showing(**(given | changes))


@dataclass
class Gate:
    museum: Museum
    officer: User
    treasurer: User
    north: Device
    south: Device

    def tickets(self, adults: int = 3, *, at: datetime = AT) -> list[Ticket]:
        order = self.museum.paid(adults=adults, children=0, at=at)
        return list(Ticket.objects.filter(line__order=order).order_by("pk"))

    def take(self, device: Device, *rows: Showing, at: datetime | None = None) -> list[Answered]:
        when = at or max(row.device_at for row in rows)
        return entries.take(device=device, showings=rows, sent_at=when, at=when)

    def show(self, ticket: Ticket | str, device: Device | None = None, **changes: Any) -> Answered:
        (answer,) = self.take(device or self.north, showing(ticket, device or self.north, **changes))
        return answer

    def outcome(self, ticket: Ticket | str, device: Device | None = None, **changes: Any) -> str:
        answer = self.show(ticket, device, **changes)
        return answer.entry.outcome if answer.entry else answer.problem

    def conflict(self) -> Answered:
        """One ticket, let in at two phones without network; the second to arrive is the conflict."""
        (ticket,) = self.tickets(1)
        self.show(ticket, self.north, offline=True, let_in=True)
        return self.show(ticket, self.south, offline=True, let_in=True)


def opened(museum: Museum) -> Gate:
    officer = person("petugas.gerbang", Role.PETUGAS_GERBANG, museum.opd)
    phones = [
        devices.enrol(point=museum.point, name=name, key_hash=hash_of(secret), by=officer, at=AT)
        for name, secret in SECRETS.items()
    ]
    return Gate(museum, officer, person("bendahara.terima", Role.BENDAHARA_PENERIMAAN, museum.opd), *phones)


def headers(name: str = "Gerbang Utara") -> dict[str, str]:
    return {"Authorization": f"Gerbang {SECRETS[name]}"}


def sent(client: Client, *rows: dict[str, Any], name: str = "Gerbang Utara", **more: Any) -> Any:
    body = {"dikirim": (AT + timedelta(minutes=2)).isoformat(), "masuk": list(rows)} | more
    return client.post("/gerbang/sinkron", body, content_type="application/json", headers=headers(name))


def row(ticket: Ticket | str, point_id: int, **changes: Any) -> dict[str, Any]:
    """One entry as the phone writes it."""
    given = {
        "id": str(uuid4()),
        "isi": ticket.token if isinstance(ticket, Ticket) else ticket,
        "titik": point_id,
        "pada": (AT + timedelta(minutes=2)).isoformat(),
        "luring": False,
        "izin": None,
    }
    return given | changes


def problems() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]


def without_guards(*statements: str) -> None:
    """Break what the database guards, as nobody but its owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("gate_device", "gate_entry", "gate_explanation"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
