"""Asking for an order's money. Every call here talks to the bank, so none stands in a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from opd.office.calendar import day_of
from payments.incoming import registry
from payments.incoming import services as incoming
from payments.incoming.models import PaymentRequest
from payments.incoming.rules import LIVE, State
from retribusi.models import Order

KIND = "retribusi.order"
"""The kind of payable under which orders stand in the registry of incoming money."""


class PayError(Exception):
    """The bank was not asked, or its answer can't be used; the message is for the visitor."""


class Outcome(StrEnum):
    """What asking brought, for a sentence on the page."""

    PAID = "paid"
    READY = "ready"
    SILENT = "silent"
    REFUSED = "refused"
    UNPAID = "unpaid"
    PENDING = "pending"
    CANCELLED = "cancelled"
    JUST_ASKED = "just_asked"


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    request: PaymentRequest


def ask_for_qr(order: Order, *, at: datetime) -> Answer:
    """The QR of an order that has none: a first one, or one after a refusal. Raises PayError.

    A second call, or one after an answer that got lost, never makes a second live request.
    """
    _check(order, at)
    account = order.point.receiving_account
    if account is None:
        raise PayError(_("Tempat ini belum dapat menerima pembayaran. Anda belum dikenai biaya."))
    try:
        request = incoming.request_payment(
            kind=KIND, key=order.key, receiving_account=account, by=None, at=at
        )
    except (registry.NotPayable, incoming.RequestError) as error:
        raise PayError(str(error)) from error
    return _keep(order, request)


def new_qr(order: Order, *, at: datetime) -> Answer:
    """ "Minta QR baru": the bank is asked about the old one first, so that no one pays twice. Raises
    PayError."""
    if order.request_id is None:
        return ask_for_qr(order, at=at)
    _check(order, at)
    before = order.request.partner_reference_no if order.request else ""
    try:
        request = incoming.renew(order.request_id, by=None, at=at)
    except (registry.NotPayable, incoming.RequestError) as error:
        raise PayError(str(error)) from error
    if request.state in LIVE and request.partner_reference_no == before:
        fresh = request.state == State.OPEN and at < request.expires_at
        return Answer(Outcome.READY if fresh else Outcome.SILENT, request)
    return _keep(order, request)


def ask_bank(order: Order, *, at: datetime) -> Answer:
    """ "Tanya bank sekarang": book what the bank says of this order and tell what it was. Raises PayError."""
    if order.request_id is None:
        raise PayError(_("Pesanan ini belum punya QR, jadi belum ada yang dapat dibayar."))
    return asked(order.request_id, at=at)


def asked(request_id: UUID, *, at: datetime) -> Answer:
    """What the bank says now of a request, booked where it brings money."""
    request = incoming.confirm(request_id, at=at)
    if request.state == State.PAID:
        return Answer(Outcome.PAID, request)
    if request.last_asked_at != at:
        return Answer(Outcome.JUST_ASKED, request)
    return Answer(Outcome.SILENT if request.unanswered else Outcome.UNPAID, request)


def cancel(order: Order, *, at: datetime) -> Answer:
    """Give the order up: the QR is cancelled at the bank, which is asked a last time. Raises PayError."""
    if order.request_id is None:
        raise PayError(_("Pesanan ini belum punya QR, jadi tidak ada yang perlu dibatalkan."))
    return given_up(order.request_id, reason="Dibatalkan pengunjung", at=at)


def given_up(request_id: UUID, *, reason: str, at: datetime) -> Answer:
    """The QR cancelled at the bank, which is asked a last time."""
    request = incoming.cancel(request_id, reason=reason, by=None, at=at)
    outcomes = {State.PAID: Outcome.PAID, State.OPEN: Outcome.PENDING, State.REQUESTING: Outcome.PENDING}
    return Answer(outcomes.get(State(request.state), Outcome.CANCELLED), request)


def _check(order: Order, at: datetime) -> None:
    if order.is_paid:
        raise PayError(_("Pesanan ini sudah lunas."))
    if order.visit_date != day_of(at):
        raise PayError(_("Tanggal kunjungan pesanan ini sudah lewat. Buat pesanan baru; ini belum dibayar."))


def _keep(order: Order, request: PaymentRequest) -> Answer:
    Order.objects.filter(pk=order.pk).update(request=request)
    return heard(request)


def heard(request: PaymentRequest) -> Answer:
    """What asking for a QR brought."""
    outcomes = {
        State.PAID: Outcome.PAID,
        State.OPEN: Outcome.READY,
        State.REQUESTING: Outcome.SILENT,
        State.FAILED: Outcome.REFUSED,
    }
    return Answer(outcomes.get(State(request.state), Outcome.SILENT), request)
