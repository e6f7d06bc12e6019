"""Money of the printed QRIS becomes the tickets that an officer saw it pay for: claimed, or taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.incoming.models import Payment
from payments.incoming.services import RecogniseError, put_back, recognise
from payments.reconciliation.services import book_recognised
from retribusi import catalogue, tickets
from retribusi.catalogue import Offer
from retribusi.models import CollectionPoint, Order, OrderLine
from retribusi.payable import quote_of
from retribusi.services.fulfilment import FulfilmentError, mark_paid, void_order
from retribusi.services.paying import KIND
from retribusi.walkins import fitting
from retribusi.walkins.errors import WalkInError

NOTHING = "Belum ada yang diklaim."


def claim(*, payment_id: UUID, quantities: Mapping[int, int], form_key: str, by: User, at: datetime) -> Order:
    """Sell the tickets that a credit of the printed QRIS paid for: exactly its amount, at its day's tariffs.

    One transaction: order, recognition of the money, tickets, and the revenue where it is in RKUD already.
    Once per ``form_key``. Raises WalkInError; PermissionDenied without ``walkins.claim``.
    """
    wanted = {tariff: number for tariff, number in quantities.items() if number}
    key = _once(payment_id, wanted, form_key)
    with transaction.atomic():
        payment = _locked(payment_id)
        known = Order.objects.filter(form_key=key).first()
        if known:
            return known
        point = point_of(payment)
        access.require(by, "walkins.claim", opd=point.opd_id)
        lines = _lines(offers_of(point, payment), wanted)
        order = _order(point, payment, lines, key, at)
        try:
            recognise(payment.pk, kind=KIND, key=order.key, quote=quote_of(order), by=by, at=at)
        except RecogniseError as error:
            raise WalkInError(str(error)) from error
        paid = mark_paid(order, payment_id=payment.pk, at=at)
        book_recognised(payment.pk, at=at)
        after = {"payment": str(payment.pk), "amount": f"{payment.amount:.2f}"}
        audit.record("walkins.claim", paid, by=by, at=at, after=after)
        return paid


def undo(*, payment_id: UUID, reason: str, by: User, at: datetime) -> Order:
    """Take back a wrong claim on its own day, before a ticket was used and before RKUD.

    The order and its tickets are void, the money is titipan again. Raises WalkInError; PermissionDenied
    without ``walkins.undo``.
    """
    with transaction.atomic():
        payment = _locked(payment_id)
        access.require(by, "walkins.undo", opd=payment.opd_id)
        order = Order.objects.filter(payment=payment).first()
        if order is None:
            raise WalkInError("Uang ini tidak sedang diklaim. Tidak ada yang berubah.")
        try:
            put_back(payment.pk, reason=reason, by=by, at=at)
            return void_order(order, reason=reason.strip()[:300], by=by, at=at)
        except (RecogniseError, FulfilmentError) as error:
            raise WalkInError(str(error)) from error


def point_of(payment: Payment) -> CollectionPoint:
    """The place behind the receiving account. Raises WalkInError where there is none."""
    rows = CollectionPoint.objects.select_related("opd")
    point = rows.filter(receiving_account=payment.receiving_account_id).first()
    if point is None:
        raise WalkInError(f"Rekening penerimaan ini bukan milik satu titik. {NOTHING}")
    return point


def offers_of(point: CollectionPoint, payment: Payment) -> list[Offer]:
    """What the place cost at the moment of payment, hours or not; free tariffs left out."""
    today = catalogue.today(point, at=payment.paid_at)
    return [offer for offer in today.offers if offer.amount > 0]


def _locked(payment_id: UUID) -> Payment:
    return Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)


def _once(payment_id: UUID, wanted: Mapping[int, int], form_key: str) -> str:
    if not 16 <= len(form_key) <= 64:
        raise WalkInError(f"Formulir tidak lengkap. Muat ulang halaman. {NOTHING}")
    choice = ",".join(f"{tariff}:{number}" for tariff, number in sorted(wanted.items()))
    return hashlib.sha256(f"walkin|{payment_id}|{choice}|{form_key}".encode()).hexdigest()


def _lines(offers: list[Offer], wanted: Mapping[int, int]) -> list[OrderLine]:
    if not wanted:
        raise WalkInError(f"Pilih paling sedikit satu tiket. {NOTHING}")
    on_offer = {offer.tariff_id for offer in offers}
    for tariff, number in wanted.items():
        if tariff not in on_offer:
            raise WalkInError(f"Salah satu tarif tidak berlaku pada hari uang itu masuk. {NOTHING}")
        if not 0 < number <= fitting.MOST_OF_ONE:
            raise WalkInError(f"Paling banyak {fitting.MOST_OF_ONE} untuk tiap tarif. {NOTHING}")
    return [
        OrderLine(tariff_id=offer.tariff_id, quantity=wanted[offer.tariff_id], unit_amount=offer.amount)
        for offer in offers
        if offer.tariff_id in wanted
    ]


def _order(point: CollectionPoint, payment: Payment, lines: list[OrderLine], key: str, at: datetime) -> Order:
    total = sum((line.quantity * line.unit_amount for line in lines), Decimal("0.00"))
    order = Order.objects.create(
        form_key=key, code=tickets.spoken_number(), point=point, visit_date=day_of(payment.paid_at),
        total=total, created_at=at,
    )  # fmt: skip
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    return order
