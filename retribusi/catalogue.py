"""What a place offers today: the tariffs in force, the hours, and whether it sells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from opd.office.calendar import day_of
from retribusi import hours
from retribusi.hours import Door, HoursLine
from retribusi.models import CollectionPoint, SpecialDay, TariffItem
from retribusi.words import in_language, unit_in_language

DAY_WORDS = (_("Senin"), _("Selasa"), _("Rabu"), _("Kamis"), _("Jumat"), _("Sabtu"), _("Minggu"))
LASTS_WORDS = {
    TariffItem.Span.HOUR: _("untuk %(number)d jam"),
    TariffItem.Span.DAY: _("untuk %(number)d hari"),
    TariffItem.Span.MONTH: _("untuk %(number)d bulan"),
}


@dataclass(frozen=True)
class Offer:
    """One tariff on sale today; ``amount`` in rupiah, zero on a free day; ``lasts`` is empty for one day.

    ``name`` is in the visitor's language; ``name_en`` is empty where that can't be English.
    """

    tariff_id: int
    name: str
    name_en: str
    unit: str
    lasts: str
    amount: Decimal
    usual_amount: Decimal
    needs_confirmation: bool


@dataclass(frozen=True)
class HoursText:
    """Equal days of the week in words: "Senin–Jumat", and their hours or None."""

    days: str
    hours: tuple[time, time] | None


@dataclass(frozen=True)
class PointToday:
    """All that the place's page shows. ``sells`` is the one answer to "can I buy now?"."""

    point: CollectionPoint
    day: date
    now: hours.Today
    special: SpecialDay | None
    offers: list[Offer]
    week: list[HoursText]
    next_opening: tuple[date, time] | None

    @property
    def sells(self) -> bool:
        live = self.point.status == CollectionPoint.Status.LIVE
        return live and self.point.sells_on_page and self.now.sells and bool(self.offers)

    @property
    def is_free(self) -> bool:
        return self.special is not None and self.special.kind == SpecialDay.Kind.FREE

    @property
    def is_open(self) -> bool:
        return self.now.door is Door.OPEN

    @property
    def needs_confirmation(self) -> bool:
        return any(offer.needs_confirmation for offer in self.offers)


def today(point: CollectionPoint, *, at: datetime) -> PointToday:
    """The place at an instant: three queries."""
    day = day_of(at)
    rows = list(point.hours.all())
    specials = {
        each.day: each for each in point.special_days.filter(day__range=(day, day + timedelta(days=14)))
    }
    special = specials.get(day)
    closed = frozenset(each.day for each in specials.values() if each.kind == SpecialDay.Kind.CLOSED)
    free = special is not None and special.kind == SpecialDay.Kind.FREE
    now = hours.today(
        rows,
        at=at,
        closed=day in closed,
        grace=timedelta(minutes=point.grace_minutes),
        sells_outside=point.sells_outside_hours,
    )
    return PointToday(
        point=point,
        day=day,
        now=now,
        special=special,
        offers=[_offer(item, free=free) for item in point.tariffs.on_sale(on=day)],
        week=week_words(hours.week(rows, day)),
        next_opening=None if now.sells else hours.next_opening(rows, after=day, closed=closed),
    )


def _offer(item: TariffItem, *, free: bool) -> Offer:
    return Offer(
        tariff_id=item.pk,
        name=in_language(item.name, item.name_en),
        name_en=item.name_en,
        unit=unit_in_language(item.unit),
        lasts=lasting(item),
        amount=Decimal("0.00") if free else item.amount,
        usual_amount=item.amount,
        needs_confirmation=item.needs_confirmation,
    )


def lasting(item: TariffItem) -> str:
    """How long one unit holds, in the reader's language; nothing for the one day that goes without saying."""
    if item.lasts_one_day:
        return ""
    return str(LASTS_WORDS[TariffItem.Span(item.lasts_span)]) % {"number": item.lasts}


def week_words(lines: list[HoursLine]) -> list[HoursText]:
    """The lines of a week in the reader's language."""
    return [_words(line) for line in lines]


def _words(line: HoursLine) -> HoursText:
    first, last = str(DAY_WORDS[line.first]), str(DAY_WORDS[line.last])
    if (line.first, line.last) == (0, 6):
        return HoursText(str(_("Setiap hari")), line.hours)
    return HoursText(first if line.first == line.last else f"{first}–{last}", line.hours)
