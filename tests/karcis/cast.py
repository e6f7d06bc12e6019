"""A counter's drawer with a hundred printed tickets of each tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from retribusi.counter.models import Sale
from retribusi.karcis import queries, services
from retribusi.karcis.models import Batch
from retribusi.karcis.services import Torn
from retribusi.karcis.verification import LAWS
from retribusi.models import TariffItem
from retribusi.services import ordering
from tests.counter.cast import Desk
from tests.retribusi.cast import AT

PADAM = "Jaringan atau listrik padam"
HALF_PAST_NINE = AT - timedelta(minutes=30)


@dataclass
class Drawer:
    desk: Desk
    adult: Batch
    child: Batch

    def receive(self, tariff: TariffItem, **told: Any) -> Batch:
        given: dict[str, Any] = {
            "series": "X", "first": 1, "last": 10, "received_on": AT.date(), "document": "BA 9",
        }  # fmt: skip
        return services.receive(tariff=tariff, by=self.desk.treasurer, at=AT, **(given | told))

    def sell(
        self,
        *runs: tuple[Batch, int, int],
        happened_at: datetime = HALF_PAST_NINE,
        key: str = "",
        **told: Any,
    ) -> Sale:
        return services.sell_late(
            torn=[Torn(batch.pk, first, last) for batch, first, last in runs], happened_at=happened_at,
            reason=told.pop("reason", PADAM), form_key=key or ordering.new_form_key(), by=self.desk.officer,
            at=AT, **told,
        )  # fmt: skip

    def left(self, batch: Batch) -> str:
        return queries.stock(Batch.objects.get(pk=batch.pk)).left_text


def stocked(desk: Desk) -> Drawer:
    drawer = Drawer(desk, Batch(), Batch())
    drawer.adult = drawer.receive(desk.museum.adult, series="D", last=100)
    drawer.child = drawer.receive(desk.museum.child, series="A", last=100)
    return drawer


def problems() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]
