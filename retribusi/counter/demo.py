"""The demo's counter: three shifts of the last days, deposited late, in time, and not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from opd.demo import PARIWISATA, holder
from opd.models import Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.books.notes import FIELDS
from retribusi import demo as levies
from retribusi.counter.models import Deposit, Sale, Shift
from retribusi.counter.services import deposits, selling, shifts
from retribusi.counter.services.selling import Basket, Channel
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import ordering

CHANGE = Decimal(100_000)
NO_APP = "Pengunjung tidak punya aplikasi"


@dataclass(frozen=True)
class _Visit:
    """Who came at which hour and minute, and how they paid."""

    hour: int
    minute: int
    channel: Channel
    adults: int = 0
    children: int = 0
    reduced: int = 0
    ground: str = ""
    note: str = ""


LATE_DAY = (
    _Visit(9, 12, Channel.CASH, adults=2),
    _Visit(10, 40, Channel.QRIS, adults=2, children=2),
    _Visit(13, 5, Channel.CASH, adults=1, children=1),
)
SCHOOL_DAY = (
    _Visit(9, 20, Channel.EDC, reduced=30, ground="pelajar", note="SDN contoh, 30 murid (demo)"),
    _Visit(9, 24, Channel.QRIS, reduced=2, ground="pendamping", note="guru SDN contoh (demo)"),
    _Visit(11, 2, Channel.CASH, adults=4),
    _Visit(14, 30, Channel.EMONEY, adults=1),
)
YESTERDAY = (
    _Visit(9, 45, Channel.QRIS, adults=3),
    _Visit(11, 15, Channel.CASH, adults=2, children=3),
    _Visit(15, 10, Channel.CASH, adults=1),
)


def seed(*, at: datetime) -> str:
    """Three closed shifts and two STS before ``at``, once. Says what it did."""
    if Shift.objects.exists():
        return "sudah ada"
    officer, today = holder(Role.PETUGAS_LOKET, PARIWISATA), day_of(at)
    late, school = (
        _shift(officer, today - timedelta(days=back), visits)
        for back, visits in ((4, LATE_DAY), (3, SCHOOL_DAY))
    )
    _shift(officer, today - timedelta(days=1), YESTERDAY)
    day = today - timedelta(days=2)
    _deposit(school, moment(day, 8, 30))
    _deposit(late, moment(day, 10, 5))
    return f"{Sale.objects.count()} penjualan, {Deposit.objects.count()} STS"


def _shift(officer: User, day: date, visits: tuple[_Visit, ...]) -> Shift:
    point = CollectionPoint.objects.get(slug=levies.PLACES[0].key)
    shift = shifts.open_shift(point=point, change_amount=CHANGE, by=officer, at=moment(day, 8))
    for number, visit in enumerate(visits):
        _sale(point, officer, visit, number, moment(day, visit.hour, visit.minute))
    cash = Sale.objects.filter(shift=shift, order__channel=Channel.CASH)
    counted = pieces(CHANGE + sum((sale.order.total for sale in cash.select_related("order")), Decimal(0)))
    return shifts.close_shift(
        shift_id=shift.pk, counted=counted, explanation="", by=officer, at=moment(day, 16, 10)
    )


def _sale(point: CollectionPoint, officer: User, visit: _Visit, number: int, when: datetime) -> None:
    adult, child = TariffItem.objects.filter(point=point).order_by("position")
    card = visit.channel in (Channel.EDC, Channel.EMONEY)
    kind = adult if visit.ground == "pendamping" else child
    basket = Basket(
        form_key=ordering.new_form_key(), channel=visit.channel,
        full={adult.pk: visit.adults, child.pk: visit.children},
        reduced={kind.pk: visit.reduced} if visit.reduced else {}, ground=visit.ground, note=visit.note,
        reference=f"{when:%d%H%M}" if card else "",
        cash_reason=NO_APP if visit.channel == Channel.CASH else "",
    )  # fmt: skip
    order = selling.sell(basket=basket, by=officer, at=when).order
    if not order.is_paid:
        levies.pay_by_qris(order, at=when, issuer=levies.ISSUERS[number % len(levies.ISSUERS)])


def pieces(amount: Decimal) -> dict[str, int]:
    """The fewest notes and coins for an amount in whole rupiah."""
    counted, left = {}, int(amount)
    for name, value, _ in FIELDS:
        if left >= value:
            counted[name], left = divmod(left, value)
    return counted


def _deposit(shift: Shift, when: datetime) -> None:
    deposits.deposit(
        request_key=f"demo:{shift.pk}", opd=shift.point.opd, shift_ids=[shift.pk], deposited_at=when,
        reference=f"SETOR {when:%d%m%H%M}", by=holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA), at=when,
    )  # fmt: skip
