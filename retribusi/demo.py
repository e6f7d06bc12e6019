"""The demo's places, two weeks of takings, and what the sandbox bank must know of them.

The takings are the same on every installation and day: only the dates move. Nothing goes over HTTP: each
QRIS is built here as the bank would have built it, and its money comes through the one door, as the bank's
notices do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from opd.demo import PARIWISATA, PENDIDIKAN, agency
from opd.office.calendar import WIB, day_of
from opd.office.calendar import at as moment
from payments import qris
from payments.incoming import services as incoming
from payments.incoming.models import Payment, PaymentRequest, ReceivingAccount
from payments.incoming.services import MoneySeen
from payments.incoming.va import demo as paying_by_number
from payments.reconciliation import demo as files
from payments.snap import demo as banking
from retribusi import demo_points
from retribusi.demo_points import LO, LRA, PERDA
from retribusi.models import CollectionPoint, Order, TariffItem
from retribusi.services import ordering, points, static_qris
from retribusi.services.paying import KIND

DAYS = 14
BANKS_PAST = "sandbox-seed.json"
"""In DATA_DIR: what the sandbox bank takes in with ``sandbox_seed``."""
SINCE = date(2026, 1, 2)
RKUD = "0010100000017"
VA_PREFIX = "88099"
"""What the sandbox bank calls the province: five digits in front of each virtual account."""
ISSUERS = ("93600002", "93600008", "93600009", "93600014", "93600915", "93600918")
"""Acquirer numbers of banks and wallets that visitors pay from."""


@dataclass(frozen=True)
class Place:
    key: str
    agency: str
    name: str
    name_en: str
    address: str
    contact: str
    adult: int
    child: int
    weekday_orders: int
    weekend_orders: int
    story: str
    story_en: str


PLACES = (
    Place(
        key="rumah-bung-karno",
        agency=PARIWISATA,
        name="Rumah Pengasingan Bung Karno",
        name_en="Bung Karno's House of Exile",
        address="Jl. Soekarno-Hatta No. 8, Anggut Atas, Kota Bengkulu",
        contact="petugas loket atau bendahara penerimaan Dinas Pariwisata Provinsi Bengkulu",
        adult=5000,
        child=3000,
        weekday_orders=3,
        weekend_orders=6,
        story="Di rumah ini Bung Karno menjalani pengasingan di Bengkulu, 1938 sampai 1942.",
        story_en="In this house Bung Karno lived in exile in Bengkulu, from 1938 to 1942.",
    ),
    Place(
        key="museum-negeri",
        agency=PENDIDIKAN,
        name="Museum Negeri Bengkulu",
        name_en="Bengkulu State Museum",
        address="Kota Bengkulu",
        contact="petugas loket atau bendahara penerimaan Dinas Pendidikan dan Kebudayaan Provinsi Bengkulu",
        adult=3000,
        child=1000,
        weekday_orders=1,
        weekend_orders=2,
        story="Museum ini menyimpan kain besurek, naskah ulu, dan benda sejarah Bengkulu.",
        story_en="This museum keeps besurek cloth, ulu manuscripts and the history of Bengkulu.",
    ),
)


def seed(*, at: datetime) -> str:
    """Places, their takings before ``at``, and two open orders; once. Says what it did."""
    if CollectionPoint.objects.exists():
        return "sudah ada"
    made = [_place(place, at) for place in PLACES]
    dice = Random(1928)  # noqa: S311 - the same demo everywhere, nothing secret
    for day in (day_of(at) - timedelta(days=back) for back in range(DAYS, -1, -1)):
        for place, point in zip(PLACES, made, strict=True):
            for when in _visits(place, day, dice):
                if when < at - timedelta(minutes=20):
                    _sale(point, when, dice)
    _oddities(made[0], at)
    for point in made:
        _waiting(point, at)
        _print_code(point, at)
    return f"{len(made) + demo_points.seed(at=at)} titik, {Order.objects.count()} pesanan"


def _place(place: Place, at: datetime) -> CollectionPoint:
    opd = agency(place.agency)
    merchant = next(each for each in banking.credentials()["ours"]["merchants"] if each["key"] == place.key)
    account = incoming.register_account(
        by=None,
        at=at,
        opd=opd,
        name=place.name,
        kind="rkud",
        partner=banking.partner(),
        merchant_id=merchant["merchant_id"],
        nmid=merchant["nmid"],
        merchant_pan=merchant["merchant_pan"],
        merchant_name=merchant["name"],
        terminal_id=merchant["terminal_id"],
        va_prefix=VA_PREFIX,
        bank_account=RKUD,
        decree_number="SK Demo 2/2026",
        decree_date=SINCE,
        valid_from=SINCE,
    )
    point = points.create_point(
        by=None,
        at=at,
        slug=place.key,
        name=place.name,
        name_en=place.name_en,
        address=place.address,
        contact=place.contact,
        opd=opd,
        receiving_account=account,
        legal_basis=PERDA,
        story=place.story,
        story_en=place.story_en,
        sells_outside_hours=True,
    )
    points.set_hours(point=point, week=[(time(8), time(16))] * 7, valid_from=SINCE, by=None, at=at)
    _tariff(point, 1, "Dewasa", "Adult", TariffItem.Category.ADULT, place.adult, at)
    _tariff(point, 2, "Anak", "Child", TariffItem.Category.CHILD, place.child, at)
    return points.go_live(point=point, by=None, at=at)


def _tariff(
    point: CollectionPoint, position: int, name: str, name_en: str, category: str, amount: int, at: datetime
) -> None:
    points.add_tariff(
        point=point,
        by=None,
        at=at,
        position=position,
        name=name,
        name_en=name_en,
        category=category,
        amount=Decimal(amount),
        valid_from=date(2024, 1, 1),
        legal_basis=PERDA,
        status=TariffItem.Status.ACTIVE,
        needs_confirmation=True,
        kode_lra=LRA,
        kode_lo=LO,
    )


def _print_code(point: CollectionPoint, at: datetime) -> None:
    """The static QRIS that the acquirer would have printed for the place."""
    account = point.receiving_account
    assert account is not None
    payload = qris.build(
        merchants=[_merchant(account)],
        nmid=account.nmid,
        merchant_name=account.merchant_name,
        city="BENGKULU",
        postal_code="38117",
        additional=qris.AdditionalData(terminal_label=account.terminal_id),
    )
    static_qris.register(point=point, content=str(payload), by=None, at=at)


def _visits(place: Place, day: date, dice: Random) -> Iterator[datetime]:
    """The minutes at which visitors order on a day, in order."""
    usual = place.weekend_orders if day.weekday() >= 5 else place.weekday_orders
    minutes = sorted(dice.sample(range(8 * 60, 15 * 60 + 40), usual + dice.randint(-1, 2)))
    return (moment(day, minute // 60, minute % 60, dice.randrange(60)) for minute in minutes)


def _sale(point: CollectionPoint, when: datetime, dice: Random) -> None:
    adults, children = dice.choice([(1, 0), (2, 0), (2, 1), (2, 2), (3, 0), (1, 1), (4, 3), (5, 0)])
    order = _order(point, adults, children, when)
    request = _request(order, when, minutes=15)
    pay_qris(request, when + timedelta(seconds=dice.randint(35, 240)), dice.choice(ISSUERS))


def _order(point: CollectionPoint, adults: int, children: int, when: datetime) -> Order:
    adult, child = point.tariffs.order_by("position")
    return ordering.place_order(
        point=point,
        quantities={adult.pk: adults, child.pk: children},
        form_key=ordering.new_form_key(),
        at=when,
    )


def _request(order: Order, when: datetime, *, minutes: int) -> PaymentRequest:
    account = order.point.receiving_account
    assert account is not None
    request = ask_qris(kind=KIND, key=order.key, account=account, when=when, minutes=minutes)
    Order.objects.filter(pk=order.pk).update(request=request)
    return request


def ask_qris(
    *, kind: str, key: str, account: ReceivingAccount, when: datetime, minutes: int
) -> PaymentRequest:
    """A request for any payable, with the QRIS that the bank would have sent."""
    request = incoming.plan_request(
        kind=kind,
        key=key,
        receiving_account=account,
        expires_at=when + timedelta(minutes=minutes),
        by=None,
        at=when,
    )
    number = f"{when.astimezone(WIB):%Y%m%d}{request.pk.int % 10**12:012}"
    content = _qris(account, request, number)
    return incoming.accept_qr(request.pk, reference_no=number, qr_content=content, at=when)


def _qris(account: ReceivingAccount, request: PaymentRequest, number: str) -> str:
    extra = qris.AdditionalData(
        bill_number=request.partner_reference_no[-20:],
        reference_label=number,
        terminal_label=account.terminal_id,
    )
    payload = qris.build(
        merchants=[_merchant(account)],
        nmid=account.nmid,
        merchant_name=account.merchant_name,
        city="BENGKULU",
        postal_code="38117",
        amount=request.amount,
        additional=extra,
    )
    return str(payload)


def _merchant(account: ReceivingAccount) -> qris.MerchantAccount:
    return qris.MerchantAccount(
        guid="ID.CO.UJICOBA.WWW",
        pan=account.merchant_pan,
        merchant_id=account.merchant_id[-15:],
        criteria="URE",
    )


def pay_qris(request: PaymentRequest, paid_at: datetime, issuer: str) -> None:
    """Somebody paid a QRIS; the bank's notice came a second later."""
    seen = MoneySeen(
        source="notice",
        partner_id=request.receiving_account.partner_id,
        reference_no=request.reference_no,
        partner_reference_no=request.partner_reference_no,
        rrn=f"{paid_at.astimezone(WIB):%y%j}{Payment.objects.count() + 1:07}",
        amount=request.amount,
        paid_at=paid_at,
        nmid=request.receiving_account.nmid,
        terminal_id=request.receiving_account.terminal_id,
        issuer=issuer,
        payer_mask="•••001",
    )
    incoming.record_money(seen, by=None, at=paid_at + timedelta(seconds=1))


def pay_by_qris(order: Order, *, at: datetime, issuer: str = ISSUERS[0]) -> None:
    """The QRIS of an order that was made elsewhere, paid a minute after ``at``."""
    pay_qris(_request(order, at, minutes=15), at + timedelta(minutes=1), issuer)


def _oddities(point: CollectionPoint, at: datetime) -> None:
    """One visitor who paid twice, one who paid late, and a school that paid by number, a few days ago."""
    day = day_of(at) - timedelta(days=3)
    twice = moment(day, 10, 20)
    request = _request(_order(point, 2, 1, twice), twice, minutes=15)
    pay_qris(request, twice + timedelta(minutes=2), ISSUERS[0])
    pay_qris(request, twice + timedelta(minutes=4), ISSUERS[3])
    late = moment(day, 13, 5)
    request = _request(_order(point, 2, 0, late), late, minutes=15)
    pay_qris(request, late + timedelta(minutes=31), ISSUERS[1])
    _by_number(point, moment(day, 9, 5))


def _by_number(point: CollectionPoint, at: datetime) -> None:
    """A class whose treasurer paid at the bank, under a virtual account."""
    order = _order(point, 2, 30, at)
    assert point.receiving_account is not None
    va = incoming.open_va(
        kind=KIND,
        key=order.key,
        receiving_account=point.receiving_account,
        name="SD Negeri 1 Kota Bengkulu",
        expires_at=at + timedelta(hours=2),
        by=None,
        at=at,
    )
    paying_by_number.pay(va, at=at + timedelta(minutes=6))


def _waiting(point: CollectionPoint, at: datetime) -> None:
    """An order that waits at the demo's start: the newcomer may pay it at the sandbox bank."""
    _request(_order(point, 2, 1, at), at, minutes=110)


def write_banks_past(*, at: datetime, openings: Sequence[dict[str, str]] = ()) -> Path:
    """Leave the bank's side of the demo in DATA_DIR (0600); after the seed of reconciliation.

    ``openings`` are balances of treasurers' accounts ({"account", "balance"}) that the bank begins with.
    """
    path = Path(settings.DATA_DIR) / BANKS_PAST
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({**banks_past(at=at), "openings": list(openings)}, file, ensure_ascii=False, indent=1)
    return path


def banks_past(*, at: datetime) -> dict[str, Any]:
    """Every QRIS and payment of the demo as the bank would know them, and the day it has open."""
    requests = PaymentRequest.objects.exclude(qr_content="")
    payments = Payment.objects.filter(request__isnull=False).exclude(request__qr_content="")
    payments = payments.select_related("request")
    return {
        "opened_on": day_of(at).isoformat(),
        "opening_balance": f"{files.opening_balance(at=at):.2f}",
        "qrs": [
            _known_qr(request)
            for request in requests.select_related("receiving_account").order_by("created_at")
        ],
        "payments": [_known_payment(payment) for payment in payments.order_by("paid_at")],
    }


def _known_qr(request: PaymentRequest) -> dict[str, str]:
    return {
        "reference_no": request.reference_no,
        "partner_reference_no": request.partner_reference_no,
        "merchant_id": request.receiving_account.merchant_id,
        "bill_no": request.partner_reference_no[-20:],
        "amount": f"{request.amount:.2f}",
        "qr_content": request.qr_content,
        "created_at": _stamp(request.created_at),
        "validity": _stamp(request.expires_at),
    }


def _known_payment(payment: Payment) -> dict[str, Any]:
    return {
        "rrn": payment.rrn,
        "reference_no": payment.reference_no,
        "amount": f"{payment.amount:.2f}",
        "paid_at": _stamp(payment.paid_at),
        "business_date": day_of(payment.paid_at).isoformat(),
        "issuer_code": payment.issuer,
        "settled": files.is_settled(payment),
    }


def _stamp(instant: datetime) -> str:
    return instant.astimezone(WIB).isoformat(timespec="seconds")
