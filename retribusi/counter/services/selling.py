"""A sale at the counter: one form makes one order, its journal where money was taken, and its tickets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import rules
from opd.office.calendar import day_of
from payments.ledger.services import post
from payments.money import format_rupiah
from retribusi import catalogue, tickets
from retribusi.catalogue import Offer, PointToday
from retribusi.counter import choices, postings
from retribusi.counter.errors import CounterError, NoShift
from retribusi.counter.models import Reduction, Sale, Shift
from retribusi.counter.services import shifts
from retribusi.hours import Door
from retribusi.models import CollectionPoint, Order, OrderLine
from retribusi.services.fulfilment import mark_paid

MOST_OF_ONE = 300
"""Admissions of one tariff in one sale: a school's outing."""
NOTHING = "Belum ada yang dijual."
Channel = Order.Channel


@dataclass(frozen=True)
class Basket:
    """What an officer rings up; ``full`` and ``reduced`` are tariff id to number.

    ``happened_at``: sold then, without network, and entered now; tariffs and hours are those of then.
    ``form_key`` makes a second press harmless. ``ground`` is a code of the dated list of reductions, and
    ``note`` says who: the school, the letter's number.
    """

    form_key: str
    channel: Channel
    full: Mapping[int, int]
    reduced: Mapping[int, int] = field(default_factory=dict)
    ground: str = ""
    note: str = ""
    reference: str = ""
    cash_reason: str = ""
    hours_reason: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True)
class _Line:
    tariff_id: int
    quantity: int
    amount: Decimal
    usual: Decimal
    ground: str = ""


def sell(*, basket: Basket, by: User, at: datetime) -> Sale:
    """Sell in the officer's open shift, once per ``form_key``. One transaction; the bank is not asked here.

    Cash, EDC and e-money are booked and their tickets issued at once, as is a basket of zero rupiah; QRIS
    waits for the money. Raises CounterError, NoShift; PermissionDenied without ``counter.sell``.
    """
    key = _key(basket, by)
    with transaction.atomic():
        shift = shifts.open_of(by, lock=True)
        known = Sale.objects.select_related("order", "shift").filter(order__form_key=key).first()
        if known:
            return _same(known, basket)
        if shift is None:
            raise NoShift
        access.require(by, "counter.sell", opd=shift.point.opd_id)
        today = catalogue.today(shift.point, at=_happened(basket, at))
        lines = _lines(today, basket)
        total = sum((line.quantity * line.amount for line in lines), Decimal("0.00"))
        _check(today, basket, total)
        _check_reference(shift, basket, today.day)
        return _record(shift, basket, key, today.day, lines, total, by=by, at=at)


def _happened(basket: Basket, at: datetime) -> datetime:
    """When the sale took place. Raises CounterError for one to come, or one too old to be entered."""
    if basket.happened_at is None:
        return at
    hours = choices.late_entry_hours(day_of(at))
    if basket.happened_at > at:
        raise CounterError(f"Waktu penjualan tidak boleh setelah sekarang. {NOTHING}")
    if at - basket.happened_at > timedelta(hours=hours):
        raise CounterError(
            f"Penjualan paling lambat dicatat {hours} jam kemudian. Hubungi bendahara penerimaan. {NOTHING}"
        )
    return basket.happened_at


def _key(basket: Basket, by: User) -> str:
    if not 16 <= len(basket.form_key) <= 64:
        raise CounterError(f"Formulir tidak lengkap. Muat ulang halaman. {NOTHING}")
    return hashlib.sha256(f"counter|{by.pk}|{basket.form_key}".encode()).hexdigest()


def _same(known: Sale, basket: Basket) -> Sale:
    """The first press's sale, where the second asks the same. Raises CounterError where it asks another."""
    sold: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for tariff, number, ground in known.order.lines.values_list("tariff_id", "quantity", "reduction__ground"):
        sold[bool(ground)][tariff] = number
    told = tuple({k: v for k, v in part.items() if v} for part in (basket.full, basket.reduced))
    channel = basket.channel if known.order.total else Channel.QRIS
    words = _words(basket, known.order.total)
    if told != sold or (channel, *words) != (known.order.channel, known.reference, known.cash_reason):
        raise CounterError(
            f"Formulir ini sudah menjual pesanan {known.order.spoken} dengan isi lain. Buka halaman baru."
        )
    return known


def _words(basket: Basket, total: Decimal) -> tuple[str, str]:
    """The reference of card money and the reason of cash, as a sale keeps them."""
    card = bool(total) and basket.channel in (Channel.EDC, Channel.EMONEY)
    cash = bool(total) and basket.channel == Channel.CASH
    return basket.reference.strip() if card else "", basket.cash_reason.strip()[:160] if cash else ""


def _lines(today: PointToday, basket: Basket) -> list[_Line]:
    offers = {offer.tariff_id: offer for offer in today.offers}
    wanted = [number for numbers in (basket.full, basket.reduced) for number in numbers.values() if number]
    if not wanted:
        raise CounterError(f"Pilih paling sedikit satu tiket. {NOTHING}")
    for tariff, number in [*basket.full.items(), *basket.reduced.items()]:
        if number and tariff not in offers:
            raise CounterError(f"Salah satu tarif baru saja berubah. Muat ulang halaman. {NOTHING}")
        if not 0 <= number <= MOST_OF_ONE:
            raise CounterError(f"Paling banyak {MOST_OF_ONE} untuk tiap tarif. {NOTHING}")
    full = [
        _Line(offer.tariff_id, basket.full[offer.tariff_id], offer.amount, offer.amount)
        for offer in today.offers
        if basket.full.get(offer.tariff_id)
    ]
    return full + _reduced_lines(today, offers, basket)


def _reduced_lines(today: PointToday, offers: Mapping[int, Offer], basket: Basket) -> list[_Line]:
    chosen = {tariff: number for tariff, number in basket.reduced.items() if number}
    if not chosen:
        return []
    ground = next((one for one in choices.grounds(today.day) if one.code == basket.ground), None)
    if ground is None or len(basket.note.strip()) < 3:
        raise CounterError(f"Pilih dasar gratis atau potongan, dan tulis keterangannya. {NOTHING}")
    lines = [
        _Line(tariff, number, ground.amount(offers[tariff].amount), offers[tariff].amount, ground.label)
        for tariff, number in chosen.items()
    ]
    full = {tariff for tariff, number in basket.full.items() if number}
    if any(line.amount == line.usual and line.tariff_id in full for line in lines):
        raise CounterError(f"Tarif ini hari ini sama dengan potongannya; isi di bagian atas saja. {NOTHING}")
    return lines


def _check(today: PointToday, basket: Basket, total: Decimal) -> None:
    if today.point.status != CollectionPoint.Status.LIVE:
        raise CounterError(f"Penjualan titik ini dihentikan. {NOTHING}")
    if today.now.door is Door.CLOSED:
        raise CounterError(f"Hari ini tutup menurut jadwal titik. {NOTHING}")
    if today.now.door is not Door.OPEN and len(basket.hours_reason.strip()) < 5:
        raise CounterError(f"Tulis alasan menjual di luar jam buka. {NOTHING}")
    if not total:
        if basket.happened_at:
            raise CounterError(f"Pada waktu itu tarifnya nol; karcis berharga tidak dipakai. {NOTHING}")
        return
    reference, reason = basket.reference.strip(), basket.cash_reason.strip()
    if basket.channel in (Channel.EDC, Channel.EMONEY) and not 4 <= len(reference) <= 32:
        raise CounterError(f"Isi nomor persetujuan atau RRN dari struk (4 sampai 32 karakter). {NOTHING}")
    if basket.channel == Channel.CASH and len(reason) < 5:
        raise CounterError(f"Tunai perlu alasan. Pilih atau tulis. {NOTHING}")
    limit = Decimal(rules.value("qris.max_amount", today.day))
    if basket.channel == Channel.QRIS and total > limit:
        raise CounterError(f"Satu QRIS paling banyak {format_rupiah(limit)}. Bagi pesanannya. {NOTHING}")


def _check_reference(shift: Shift, basket: Basket, day: date) -> None:
    """One slip of the terminal is one sale: the same reference on one day is most likely pressed twice."""
    reference = basket.reference.strip()
    if basket.channel not in (Channel.EDC, Channel.EMONEY) or not reference:
        return
    twin = Sale.objects.filter(order__visit_date=day, shift__point=shift.point_id, reference=reference)
    if found := twin.select_related("order").first():
        raise CounterError(f"Nomor {reference} sudah dicatat pada pesanan {found.order.spoken}. {NOTHING}")


def _record(
    shift: Shift, basket: Basket, key: str, day: date, lines: list[_Line], total: Decimal,
    *, by: User, at: datetime,
) -> Sale:  # fmt: skip
    order = Order.objects.create(
        form_key=key, code=tickets.spoken_number(), point=shift.point, visit_date=day, total=total,
        created_at=at, channel=basket.channel if total else Channel.QRIS,
    )  # fmt: skip
    _save_lines(order, lines, basket.note)
    booked = bool(total) and basket.channel != Channel.QRIS
    cash = booked and basket.channel == Channel.CASH
    reference, cash_reason = _words(basket, total)
    sale = Sale(
        order=order, shift=shift, made_at=at, happened_at=basket.happened_at, reference=reference,
        cash_reason=cash_reason, hours_reason=basket.hours_reason.strip()[:160],
    )  # fmt: skip
    if booked:
        what = f"{order.get_channel_display()} di loket {shift.point.name}, pesanan {order.code}"
        draft = postings.taken(
            source=f"sale:{order.pk}", cash=cash, amount=total, opd=shift.point.opd_id, day=day, what=what
        )
        sale.journal = post(draft, key=f"sale:{order.pk}:taken", by=by, at=at).journal_id
    sale.save(force_insert=True)
    after = {"code": order.code, "total": str(total), "channel": order.channel, "shift": str(shift.pk)}
    audit.record("counter.sell", order, by=by, at=at, after=after, reason=sale.cash_reason)
    if booked or not total:
        sale.order = mark_paid(order, payment_id=None, at=at)
    return sale


def _save_lines(order: Order, lines: list[_Line], note: str) -> None:
    rows = OrderLine.objects.bulk_create(
        OrderLine(order=order, tariff_id=line.tariff_id, quantity=line.quantity, unit_amount=line.amount)
        for line in lines
    )
    Reduction.objects.bulk_create(
        Reduction(line=row, usual_amount=line.usual, ground=line.ground[:160], note=note.strip()[:160])
        for row, line in zip(rows, lines, strict=True)
        if line.ground
    )
