"""The demo's places that do not collect yet: a postponed tariff, parking, a hall for rent, stalls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from opd.demo import PARIWISATA, PENDIDIKAN, agency
from opd.office.calendar import day_of
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import points

PERDA = "Perda Provinsi Bengkulu 7/2023 (tarif perlu konfirmasi)"
LRA, LO = "4.1.02.02.17.0001", "8.1.02.02.17.0001"
OLAHRAGA = "119"


@dataclass(frozen=True)
class Fee:
    """``amount`` in rupiah for each ``unit``, holding for ``lasts``; ``category`` and span by their codes."""

    name: str
    name_en: str
    category: str
    amount: int
    unit: str
    lasts: tuple[int, str] = (1, TariffItem.Span.DAY)


@dataclass(frozen=True)
class Planned:
    """A place that does not collect yet; ``months`` from the demo's day to its start, None: not planned."""

    slug: str
    agency: str
    kind: str
    name: str
    name_en: str
    address: str
    months: int | None
    fees: tuple[Fee, ...]


_C, _K = TariffItem.Category, CollectionPoint.Kind
PLANNED = (
    Planned("sport-center", OLAHRAGA, _K.TICKET, "Sport Center Bengkulu", "Bengkulu Sport Center",
            "Kota Bengkulu", 2, (
                Fee("Dewasa", "Adult", _C.ADULT, 5000, "orang"),
                Fee("Anak", "Child", _C.CHILD, 3000, "orang"),
                Fee("Rombongan", "Group", _C.GROUP, 200_000, "rombongan"),
            )),
    Planned("parkir-pantai-panjang", PARIWISATA, _K.PARKING, "Parkir Pantai Panjang",
            "Pantai Panjang parking", "Enam lokasi parkir Pantai Panjang, Kota Bengkulu", 4, (
                Fee("Sepeda motor", "Motorcycle", _C.MOTORCYCLE, 2000, "kendaraan"),
            )),
    Planned("aula-taman-budaya", PENDIDIKAN, _K.RENTAL, "Aula Taman Budaya (contoh)",
            "Cultural park hall (sample)", "Kota Bengkulu", 1, (
                Fee("Sewa aula siang", "Hall, daytime", _C.HALL, 750_000, "kegiatan", (6, "hour")),
                Fee("Sewa aula sehari", "Hall, whole day", _C.HALL, 1_250_000, "kegiatan"),
            )),
    Planned("lapak-view-tower", PARIWISATA, _K.RENTAL,
            "Lapak View Tower Pantai Panjang (contoh)", "View Tower stalls (sample)",
            "Pantai Panjang, Kota Bengkulu", None, (
                Fee("Lapak kecil", "Small stall", _C.STALL, 300_000, "lapak", (1, "month")),
            )),
)  # fmt: skip
"""From retribusi.md 5.4 where it knows them; "(contoh)" is invented, and so are the amounts of rent."""


def seed(*, at: datetime) -> int:
    """The planned places; how many they are."""
    for planned in PLANNED:
        _plan(planned, at)
    return len(PLANNED)


def _plan(planned: Planned, at: datetime) -> None:
    """A place in preparation: its tariffs are announced for the first day of its month, none is on sale."""
    opd, start = agency(planned.agency), _month_after(day_of(at), planned.months or 6)
    point = points.create_point(
        by=None,
        at=at,
        slug=planned.slug,
        kind=planned.kind,
        name=planned.name,
        name_en=planned.name_en,
        address=planned.address,
        contact=f"bendahara penerimaan {opd.name} Provinsi Bengkulu",
        opd=opd,
        legal_basis=PERDA,
        planned_from=start if planned.months else None,
    )
    for position, fee in enumerate(planned.fees, start=1):
        lasts, span = fee.lasts
        points.add_tariff(
            point=point, by=None, at=at, position=position, name=fee.name, name_en=fee.name_en,
            category=fee.category, amount=Decimal(fee.amount), unit=fee.unit, lasts=lasts, lasts_span=span,
            valid_from=start, legal_basis=PERDA, status=TariffItem.Status.PLANNED, needs_confirmation=True,
            kode_lra=LRA, kode_lo=LO,
        )  # fmt: skip


def _month_after(day: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``day``."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
