"""One open museum with two tariffs, and a bank in memory behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.test import Client

from opd.models import Opd
from opd.office.calendar import WIB
from payments import qris
from payments.incoming import services as incoming
from payments.incoming.models import Payment, PaymentRequest, ReceivingAccount
from payments.incoming.services import MoneySeen
from payments.snap.models import Partner
from retribusi.models import CollectionPoint, OpeningHours, Order, TariffItem
from retribusi.services import ordering, paying
from tests.incoming.bank import Bank

AT = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
SINCE = date(2026, 1, 1)
RRN = "632811000001"


def make_point(opd: Opd, account: ReceivingAccount | None, **fields: Any) -> CollectionPoint:
    given: dict[str, Any] = {
        "slug": "rumah-uji",
        "name": "Rumah Uji",
        "name_en": "Test House",
        "address": "Jl. Contoh No. 8",
        "contact": "loket Rumah Uji",
        "legal_basis": "Perda uji",
        "status": CollectionPoint.Status.LIVE,
        **fields,
    }
    point = CollectionPoint.objects.create(opd=opd, receiving_account=account, **given)
    OpeningHours.objects.bulk_create(
        OpeningHours(point=point, weekday=day, opens=time(8), closes=time(16), valid_from=SINCE)
        for day in range(7)
    )
    return point


def make_tariff(point: CollectionPoint, name: str, amount: int, **fields: Any) -> TariffItem:
    given: dict[str, Any] = {
        "category": TariffItem.Category.ADULT,
        "valid_from": SINCE,
        "legal_basis": "Perda uji",
        "status": TariffItem.Status.ACTIVE,
        "kode_lra": "4.1.02.02.17.0001",
        "kode_lo": "8.1.02.02.17.0001",
        **fields,
    }
    return TariffItem.objects.create(point=point, name=name, amount=Decimal(amount), **given)


@dataclass
class Museum:
    opd: Opd
    partner: Partner
    point: CollectionPoint
    adult: TariffItem
    child: TariffItem
    bank: Bank

    def order(self, *, adults: int = 2, children: int = 1, key: str = "", at: datetime = AT) -> Order:
        return ordering.place_order(
            point=self.point,
            quantities={self.adult.pk: adults, self.child.pk: children},
            form_key=key or ordering.new_form_key(),
            at=at,
        )

    def waiting(self, *, at: datetime = AT, adults: int = 2, children: int = 1) -> Order:
        """An order with its QR."""
        order = self.order(at=at, adults=adults, children=children)
        paying.ask_for_qr(order, at=at)
        return self.again(order)

    def pay(self, order: Order, *, after: timedelta = timedelta(minutes=1), **changes: Any) -> Payment:
        """The bank tells of money for this order's QR."""
        request = self.request(order)
        paid_at = changes.pop("paid_at", request.created_at + after)
        facts: dict[str, Any] = {
            "source": "notice",
            "partner_id": self.partner.pk,
            "reference_no": request.reference_no,
            "partner_reference_no": request.partner_reference_no,
            "rrn": RRN,
            "amount": order.total,
            "paid_at": paid_at,
            **changes,
        }
        payment = incoming.record_money(MoneySeen(**facts), by=None, at=paid_at + timedelta(seconds=1))
        assert payment is not None
        return payment

    def paid(self, *, at: datetime = AT, adults: int = 2, children: int = 1) -> Order:
        order = self.waiting(at=at, adults=adults, children=children)
        self.pay(order)
        return self.again(order)

    def request(self, order: Order) -> PaymentRequest:
        request = self.again(order).request
        assert request is not None
        return request

    def again(self, order: Order) -> Order:
        return Order.objects.select_related("point", "request").get(pk=order.pk)


def printed(museum: Museum, **changes: Any) -> str:
    """The static QRIS that the acquirer printed for the museum; ``changes`` are those of ``qris.build``."""
    account = museum.point.receiving_account
    assert account is not None
    merchant = qris.MerchantAccount("ID.CO.UJICOBA.WWW", account.merchant_pan, account.merchant_id, "URE")
    given: dict[str, Any] = {
        "merchants": [merchant],
        "nmid": account.nmid,
        "merchant_name": account.merchant_name,
        "city": "BENGKULU",
        "postal_code": "38117",
        "additional": qris.AdditionalData(terminal_label=account.terminal_id),
        **changes,
    }
    return str(qris.build(**given))


def text(response: Any) -> str:
    """The page as words and markup, unpacked."""
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def form_key(client: Client, slug: str = "rumah-uji") -> str:
    page = text(client.get(f"/r/{slug}/"))
    return page.split('name="kunci" value="')[1].split('"')[0]
