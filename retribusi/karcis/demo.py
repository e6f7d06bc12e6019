"""The demo's printed tickets: two batches, a spoiled sheet, and a sale of a morning without electricity."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from opd.demo import PARIWISATA, holder
from opd.models import Role
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from retribusi import demo as levies
from retribusi.counter import demo as counter
from retribusi.counter.services import shifts
from retribusi.karcis import services
from retribusi.karcis.models import Batch, Use
from retribusi.karcis.services import Torn
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import ordering

REASON = "Jaringan atau listrik padam"


def seed(*, at: datetime) -> str:
    """Stock of two tariffs and one late sale two days before ``at``, once. Says what it did."""
    if Batch.objects.exists():
        return "sudah ada"
    treasurer, day = holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA), day_of(at) - timedelta(days=2)
    point = CollectionPoint.objects.get(slug=levies.PLACES[0].key)
    adult, child = TariffItem.objects.filter(point=point).order_by("position")
    received = moment(day, 8)
    batches = [
        services.receive(
            tariff=tariff, series=series, first=1, last=500, received_on=day,
            document=f"BA Karcis Demo {number}/2026", by=treasurer, at=received,
        )
        for number, (tariff, series) in enumerate(((adult, "D-26"), (child, "A-26")), start=1)
    ]  # fmt: skip
    services.spoil(
        batch=batches[1], first=1, last=1, reason="Robek saat dibuka (demo)", by=treasurer, at=received
    )
    _morning_without_network(point, batches, day)
    return f"{Batch.objects.count()} persediaan, {Use.objects.count()} pemakaian"


def _morning_without_network(point: CollectionPoint, batches: list[Batch], day: date) -> None:
    """Sold at half past nine, entered at eleven, counted at the end of the shift; not at the bank yet."""
    officer = holder(Role.PETUGAS_LOKET, PARIWISATA)
    shift = shifts.open_shift(point=point, change_amount=counter.CHANGE, by=officer, at=moment(day, 8))
    sale = services.sell_late(
        torn=[Torn(batches[0].pk, 1, 6), Torn(batches[1].pk, 2, 5)], happened_at=moment(day, 9, 30),
        reason=REASON, form_key=ordering.new_form_key(), by=officer, at=moment(day, 11),
    )  # fmt: skip
    shifts.close_shift(
        shift_id=shift.pk, counted=counter.pieces(counter.CHANGE + sale.order.total), explanation="",
        by=officer, at=moment(day, 16, 10),
    )  # fmt: skip
