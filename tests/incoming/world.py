"""The small world of these tests: an agency, a partner, an account, a thing to pay for, a bank in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from opd.models import Opd
from opd.office.calendar import WIB
from payments.incoming import registry, services
from payments.incoming.models import Payment, PaymentRequest, ReceivingAccount
from payments.incoming.services import MoneySeen
from payments.snap import client
from payments.snap.codes import Service
from payments.snap.models import Partner
from tests.incoming.bank import Bank

AT = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
SOON = AT + timedelta(minutes=1)
KIND = "tests.thing"
PRICE = Decimal("13000.00")
LRA, LO = "4.1.02.02.17.0001", "8.1.02"
RRN, OTHER_RRN = "632811000001", "632811000002"
_numbers = count(1)


def seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


@dataclass
class Things:
    """A payable kind that remembers what it was told, and can be told to fail."""

    opd_id: int = 0
    price: Decimal = PRICE
    settled: list[tuple[str, UUID]] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    def quote(self, key: str) -> registry.Quote:
        return registry.Quote(self.price, f"Karcis {key}", self.opd_id, LRA, LO)

    def on_settled(self, key: str, payment_id: UUID, at: datetime) -> None:
        self._fail()
        self.settled.append((key, payment_id))

    def on_exception(self, key: str, payment_id: UUID, kind: str, at: datetime) -> None:
        self._fail()
        self.odd.append((key, kind))

    def on_refunded(self, key: str, payment_id: UUID, amount: Decimal, at: datetime) -> None:
        raise AssertionError

    def _fail(self) -> None:
        if self.broken:
            raise RuntimeError("karcis rusak")


def make_partner(slug: str = "bank-uji", **fields: Any) -> Partner:
    return Partner.objects.create(slug=slug, name="Bank uji", **fields)


def make_opd() -> Opd:
    fields = {"name": "Dinas Pariwisata (uji)", "short_name": "Dispar"}
    return Opd.objects.get_or_create(code="3.26", valid_from=date(2024, 1, 1), defaults=fields)[0]


def make_account(partner: Partner, opd: Opd, **fields: Any) -> ReceivingAccount:
    given = {
        "name": "Rumah Bung Karno",
        "merchant_id": "MID0001",
        "nmid": "ID20260000001",
        "merchant_pan": "9360099900000000017",
        "merchant_name": "UJI COBA RBK",
        "terminal_id": "A01",
        "bank_account": "0010100000017",
        "decree_number": "SK 7/2026",
        "decree_date": date(2026, 1, 2),
        "valid_from": date(2026, 1, 2),
        **fields,
    }
    return services.register_account(partner=partner, opd=opd, by=None, at=AT, **given)


@dataclass
class World:
    opd: Opd
    partner: Partner
    account: ReceivingAccount
    things: Things
    bank: Bank

    def request(self, key: str = "", *, at: datetime = AT, minutes: int = 15) -> PaymentRequest:
        return services.request_payment(
            kind=KIND,
            key=key or f"thing-{next(_numbers)}",
            receiving_account=self.account,
            expires_at=at + timedelta(minutes=minutes),
            by=None,
            at=at,
        )

    def seen(self, request: PaymentRequest | None, **changes: Any) -> MoneySeen:
        facts: dict[str, Any] = {
            "source": "notice",
            "partner_id": self.partner.pk,
            "reference_no": request.reference_no if request else "",
            "partner_reference_no": request.partner_reference_no if request else "",
            "rrn": RRN,
            "amount": PRICE,
            "paid_at": SOON,
            "nmid": self.account.nmid,
            "terminal_id": self.account.terminal_id,
            "issuer": "93600002",
            **changes,
        }
        return MoneySeen(**facts)

    def book(self, request: PaymentRequest | None, *, at: datetime = SOON, **changes: Any) -> Payment:
        payment = services.record_money(self.seen(request, **changes), by=None, at=at)
        assert payment is not None
        return payment


def in_memory(bank: Bank) -> Callable[..., client.Success | client.Refused | client.Unknown]:
    """``snap.client.call`` as if the bank were next door: no wire, no signature."""

    def call(
        partner: Partner, service: Service, body: dict[str, Any], *, at: datetime
    ) -> client.Success | client.Refused | client.Unknown:
        answer = bank.answer(service, body)
        if answer is None:
            return client.Unknown(reason="diam", call_id=0)
        status, content = answer
        if status == 200:
            return client.Success(body=content, call_id=0)
        return client.Refused(
            code=content["responseCode"], message=content["responseMessage"], body=content, call_id=0
        )

    return call


def state(request: PaymentRequest) -> str:
    return PaymentRequest.objects.get(pk=request.pk).state
