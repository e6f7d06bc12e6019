"""Payments with their lights, in the order in which they were booked: the event stream's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework import serializers

from opd.access import Scope as Reach
from opd.office.calendar import bounds, day_of
from payments.incoming.models import Payment, PaymentEvent
from payments.incoming.queries import horizon
from payments.incoming.rules import Kind, Method
from payments.reconciliation.queries import Lights, lights
from tp2dd.api import paging
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.problems import not_found
from tp2dd.api.resources.base import (
    FRESH,
    LIST,
    Consistency,
    Resource,
    Row,
    day,
    day_field,
    instant,
    instant_field,
    money_field,
    rupiah,
    text_field,
)
from tp2dd.api.scopes import Scope


class LightsForm(serializers.Serializer[Any]):
    requested_at = instant_field("Diminta (UTC)", allow_null=True)
    paid_at = instant_field("Dibayar menurut bank (UTC)", allow_null=True)
    settled_on = day_field("Hari disetor bank (WIB); null bila belum", allow_null=True)
    credited_on = day_field("Hari masuk RKUD (WIB); null bila belum", allow_null=True)
    booked_on = day_field("Hari dibukukan sebagai pendapatan (WIB); null bila belum", allow_null=True)
    settlement_differs = serializers.BooleanField(help_text="Jumlah menurut bank berbeda")
    refunded = money_field("Rupiah yang sudah kembali kepada pembayar")


class PaymentForm(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Nomor pembayaran, tetap")
    agency = text_field("Kode OPD")
    account = text_field("Rekening penerimaan (titik)")
    nmid = text_field("NMID")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind], help_text="Sifat pembayaran")
    method = serializers.ChoiceField(choices=[str(one) for one in Method], help_text="Cara bayar")
    amount = money_field("Rupiah yang dibayar")
    levy_amount = money_field("Bagian retribusi saat dibukukan")
    deposit_amount = money_field("Bagian titipan saat dibukukan")
    day = day_field("Hari bayar (WIB)")
    paid_at = instant_field("Waktu bayar menurut bank (UTC)")
    recorded_at = instant_field("Waktu dibukukan (UTC)")
    rrn = text_field("RRN; kosong bila bank belum menyebutnya", allow_blank=True)
    reference = text_field("Nomor rujukan kita", allow_blank=True)
    kode_rekening = text_field("Kode rekening LRA", allow_blank=True)
    lights = LightsForm(help_text="Sejauh mana uangnya")


def read(reach: Reach, asked: Asked) -> Page[Row]:
    found = list(_events(reach, asked)[: asked.limit + 1])
    page = paging.page_of("payments", found, asked, lambda event: (event.xid, event.pk))
    rows = rows_of([event.payment for event in page.rows if event.payment])
    return Page(rows, page.next, page.resume)


def _events(reach: Reach, asked: Asked) -> QuerySet[PaymentEvent]:
    rows = PaymentEvent.objects.filter(kind="payment.recorded", payment__isnull=False, xid__lt=horizon())
    place = paging.decode("payments", asked.cursor, int, int)
    if place:
        rows = rows.filter(Q(xid__gt=place[0]) | Q(xid=place[0], pk__gt=place[1]))
    rows = reach.filter(rows, "payment__opd").filter(asked.of_agency("payment__opd"))
    rows = rows.filter(_paid(asked)).select_related("payment__opd", "payment__receiving_account")
    return rows.order_by("xid", "pk")


def _paid(asked: Asked) -> Q:
    start, end = bounds(asked.since or date(1900, 1, 1), asked.until or date(2999, 12, 31))
    return Q(payment__paid_at__gte=start, payment__paid_at__lt=end) if asked.since or asked.until else Q()


def one(reach: Reach, key: str) -> Row:
    """Raises Problem where there is none within reach."""
    try:
        found = Payment.objects.select_related("opd", "receiving_account").filter(pk=UUID(key))
    except ValueError:
        found = Payment.objects.none()
    payment = reach.filter(found).first()
    if payment is None:
        raise not_found("Tidak ada pembayaran dengan nomor itu di OPD yang boleh dibaca token ini.")
    return rows_of([payment])[0]


def rows_of(payments: Collection[Payment]) -> list[Row]:
    """In one query for the lights of all."""
    shown = lights([payment.pk for payment in payments])
    return [_row(payment, shown[payment.pk]) for payment in payments]


def _row(payment: Payment, lit: Lights) -> Row:
    return {
        "id": str(payment.pk),
        "agency": payment.opd.code,
        "account": payment.receiving_account.name,
        "nmid": payment.receiving_account.nmid,
        "kind": payment.kind,
        "method": payment.method,
        "amount": rupiah(payment.amount),
        "levy_amount": rupiah(payment.revenue_amount),
        "deposit_amount": rupiah(payment.liability_amount),
        "day": day(day_of(payment.paid_at)),
        "paid_at": instant(payment.paid_at),
        "recorded_at": instant(payment.recorded_at),
        "rrn": payment.rrn,
        "reference": payment.partner_reference_no,
        "kode_rekening": payment.kode_lra,
        "lights": _lights(lit),
    }


def _lights(lit: Lights) -> Row:
    return {
        "requested_at": instant(lit.requested),
        "paid_at": instant(lit.paid),
        "settled_on": _day(lit.settled),
        "credited_on": _day(lit.credited),
        "booked_on": _day(lit.booked),
        "settlement_differs": "settled" in lit.crossed,
        "refunded": rupiah(lit.refunded),
    }


def _day(found: date | datetime | None) -> str | None:
    return day(day_of(found) if isinstance(found, datetime) else found)


_CONSISTENCY = Consistency(
    "Pembayaran yang sudah dibukukan, menurut aliran kejadian (satu kursor).",
    FRESH,
    "Urutan pembukuan. Tidak ada yang terlewat atau muncul dua kali, juga bila transaksi lain berjalan; "
    "simpan resume terakhir dan lanjutkan dari sana.",
    "Lampu maju seiring uang berjalan, dan mundur hanya bila pencocokan dibatalkan; rrn terisi sekali. "
    "Jumlah dan waktu bayar tidak pernah berubah; baris tidak pernah hilang.",
)
PAYMENTS = Resource(
    "payments",
    "payments",
    Scope.PAYMENTS,
    "Pembayaran dengan lima lampu",
    PaymentForm,
    LIST,
    _CONSISTENCY,
    read,
)
ONE = Resource(
    "payment",
    "payments/{payment_id}",
    Scope.PAYMENTS,
    "Satu pembayaran menurut nomornya",
    PaymentForm,
    (),
    _CONSISTENCY,
    lambda reach, asked: {},
    is_list=False,
)
