"""A visitor's order: one form makes one order, however often it is sent."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opd import audit
from opd.office import rules
from opd.office.calendar import day_of
from payments.money import format_rupiah
from retribusi import catalogue, tickets
from retribusi.models import CollectionPoint, Order, OrderLine
from retribusi.services.fulfilment import mark_paid

MOST_OF_ONE = 50
"""Tickets of one tariff in one order: a bus. Larger groups order twice."""


class OrderError(Exception):
    """The order can't be made; the message is for the visitor, and nothing was charged."""


def place_order(
    *, point: CollectionPoint, quantities: Mapping[int, int], form_key: str, at: datetime
) -> Order:
    """The order for ``quantities`` (tariff id to number, zeros left out) on the WIB day of ``at``.

    Sent twice with the same ``form_key`` (random, from the hidden field) and the same choice, it returns
    the first order; with another choice it is another order. Unit amounts are frozen. A total of zero is
    paid at once, and its tickets are issued. Raises OrderError.
    """
    wanted = {tariff: number for tariff, number in quantities.items() if number}
    day = day_of(at)
    key = _once(point, wanted, form_key, day)
    known = Order.objects.filter(form_key=key).first()
    if known:
        return known
    lines = _lines(point, wanted, at)
    total = sum((line.quantity * line.unit_amount for line in lines), Decimal("0.00"))
    _check_limit(total, day)
    try:
        return _save(point, day, total, lines, key, at)
    except IntegrityError:
        first = Order.objects.filter(form_key=key).first()
        if first is None:
            raise
        return first  # the same form arrived twice at the same moment


def new_form_key() -> str:
    """The hidden field of one form."""
    return secrets.token_urlsafe(16)


def _once(point: CollectionPoint, wanted: Mapping[int, int], form_key: str, day: date) -> str:
    if not 16 <= len(form_key) <= 64:
        raise OrderError(_("Formulir ini tidak lengkap. Muat ulang halaman, lalu pilih lagi."))
    choice = ",".join(f"{tariff}:{number}" for tariff, number in sorted(wanted.items()))
    return hashlib.sha256(f"{point.pk}|{day}|{choice}|{form_key}".encode()).hexdigest()


def _lines(point: CollectionPoint, wanted: Mapping[int, int], at: datetime) -> list[OrderLine]:
    today = catalogue.today(point, at=at)
    if not today.sells:
        raise OrderError(_("Tempat ini sedang tidak menjual tiket. Anda belum dikenai biaya."))
    if not wanted:
        raise OrderError(_("Pilih paling sedikit satu tiket."))
    offers = {offer.tariff_id: offer for offer in today.offers}
    for tariff, number in wanted.items():
        if tariff not in offers:
            raise OrderError(_("Salah satu tarif baru saja berubah. Muat ulang halaman, lalu pilih lagi."))
        if not 0 < number <= MOST_OF_ONE:
            raise OrderError(_("Paling banyak %(most)d untuk tiap tarif.") % {"most": MOST_OF_ONE})
    return [
        OrderLine(tariff_id=offer.tariff_id, quantity=wanted[offer.tariff_id], unit_amount=offer.amount)
        for offer in today.offers
        if offer.tariff_id in wanted
    ]


def _check_limit(total: Decimal, day: date) -> None:
    limit = Decimal(rules.value("qris.max_amount", day))
    if total > limit:
        amount = format_rupiah(limit)
        raise OrderError(
            _("Satu QRIS paling banyak %(amount)s. Bagi menjadi beberapa pesanan.") % {"amount": amount}
        )


@transaction.atomic
def _save(
    point: CollectionPoint, day: date, total: Decimal, lines: list[OrderLine], key: str, at: datetime
) -> Order:
    order = Order.objects.create(
        form_key=key, code=tickets.spoken_number(), point=point, visit_date=day, total=total, created_at=at
    )
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    after = {"code": order.code, "point": point.slug, "total": str(total)}
    audit.record("order.place", order, by=None, at=at, after=after)
    return order if total else mark_paid(order, payment_id=None, at=at)
