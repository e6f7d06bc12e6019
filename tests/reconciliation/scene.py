"""A small province: two points of two agencies, a bank, and people; payments through the real door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from opd.models import Opd
from payments.incoming import registry
from payments.incoming.models import Payment, PaymentRequest, ReceivingAccount
from payments.incoming.registry import Quote
from payments.incoming.services import MoneySeen, plan_request, record_money, register_account
from payments.reconciliation import services
from payments.reconciliation.models import ImportedFile, ReconciliationException
from tests.opd.cast import agency
from tests.reconciliation.files import RKUD, WIB, Sale

AT = datetime(2026, 11, 25, 8, 0, tzinfo=WIB)
"""The morning on which the files of 24 November arrive."""
DAY = date(2026, 11, 24)
OTHER = "ID20260000002"


class Stall:
    """A payable that costs what its key says: "5000:1" is five thousand rupiah."""

    def __init__(self, opd_id: int) -> None:
        self.opd_id = opd_id

    def quote(self, key: str) -> Quote:
        amount = Decimal(key.partition(":")[0])
        return Quote(amount, "Tiket uji", self.opd_id, "4.1.02.02.17.0001", "8.1.02")

    def on_settled(self, key: str, payment_id: UUID, at: datetime) -> None: ...

    def on_exception(self, key: str, payment_id: UUID, kind: str, at: datetime) -> None: ...

    def on_refunded(self, key: str, payment_id: UUID, amount: Decimal, at: datetime) -> None: ...


@dataclass
class Scene:
    tourism: Opd
    culture: Opd
    house: ReceivingAccount
    museum: ReceivingAccount
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def request(
        self, amount: int = 5000, *, museum: bool = False, at: datetime | None = None
    ) -> PaymentRequest:
        """An open request of ``amount`` rupiah, made ten minutes before ``at``."""
        when = (at or datetime(2026, 11, 24, 10, 0, tzinfo=WIB)) - timedelta(minutes=10)
        kind = "uji.museum" if museum else "uji.house"
        return plan_request(
            kind=kind,
            key=f"{amount}:{next(self.numbers)}",
            receiving_account=self.museum if museum else self.house,
            expires_at=when + timedelta(minutes=30),
            by=None,
            at=when,
        )

    def sale(self, request: PaymentRequest, **changes: Any) -> Sale:
        """The settlement line that pays ``request``."""
        account = request.receiving_account
        values = {
            "rrn": f"6328{next(self.numbers):08}",
            "gross": int(request.amount * 100),
            "at": request.created_at.astimezone(WIB) + timedelta(minutes=10),
            "nmid": account.nmid,
            "terminal": account.terminal_id,
            "pan": account.merchant_pan,
            "partner_reference": request.partner_reference_no,
        }
        return Sale(**{**values, **changes})

    def paid(self, sale: Sale, *, rrn: str | None = None, sen: int | None = None) -> Payment:
        """The bank's notice of ``sale`` arrived and was booked."""
        payment = record_money(
            MoneySeen(
                source="notice",
                partner_id=self.house.partner_id,
                reference_no=sale.reference,
                partner_reference_no=sale.partner_reference,
                rrn=sale.rrn if rrn is None else rrn,
                amount=Decimal(sale.gross if sen is None else sen) / 100,
                paid_at=sale.at,
                nmid=sale.nmid,
                terminal_id=sale.terminal,
                issuer=sale.issuer,
            ),
            by=None,
            at=sale.at + timedelta(seconds=2),
        )
        assert payment is not None
        return payment

    def sold(self, amount: int = 5000, **changes: Any) -> tuple[Payment, Sale]:
        """A request, paid and known to us, and its line for the settlement file."""
        museum = bool(changes.pop("museum", False))
        sale = self.sale(self.request(amount, museum=museum, at=changes.get("at")), **changes)
        return self.paid(sale), sale


@contextmanager
def stalls() -> Iterator[Scene]:
    """Build the scene; its payable kinds are taken out of the registry again."""
    tourism, culture = agency("3.26", "Dinas Pariwisata"), agency("2.22", "Dinas Pendidikan")
    partner = apps.get_model("snap", "Partner").objects.create(
        slug="bank-uji", name="Bank Uji", base_url="http://bank.invalid", client_id="kami", partner_id="kami"
    )
    house = _account(tourism, partner, "Rumah Bung Karno", "ID20260000001", "A01", "9360099900000000017")
    museum = _account(culture, partner, "Museum Negeri", OTHER, "A02", "9360099900000000025")
    registry.register("uji.house", Stall(tourism.pk))
    registry.register("uji.museum", Stall(culture.pk))
    try:
        yield Scene(tourism, culture, house, museum)
    finally:
        registry.unregister("uji.house")
        registry.unregister("uji.museum")


def _account(opd: Opd, partner: Any, name: str, nmid: str, terminal: str, pan: str) -> ReceivingAccount:
    return register_account(
        opd=opd,
        name=name,
        partner=partner,
        merchant_id=f"M-{nmid}",
        nmid=nmid,
        merchant_pan=pan,
        merchant_name="UJI COBA",
        terminal_id=terminal,
        bank_account=RKUD,
        decree_number="SK 7/2026",
        decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        by=None,
        at=AT,
    )


def upload(
    text: str | bytes, *, name: str = "berkas.csv", profile: str = "", at: datetime = AT
) -> ImportedFile:
    raw = text if isinstance(text, bytes) else text.encode()
    return services.import_file(profile=profile, name=name, content=ContentFile(raw, name), by=None, at=at)


def imported(text: str | bytes, *, name: str = "berkas.csv", at: datetime = AT) -> ImportedFile:
    """Uploaded, and run by a worker."""
    file = upload(text, name=name, at=at)
    services.run_import(file.pk, at=at)
    file.refresh_from_db()
    return file


def open_kinds() -> list[str]:
    rows = ReconciliationException.objects.waiting().order_by("kind")
    return list(rows.values_list("kind", flat=True))


def legs(*, kind: str, source: str = "") -> list[tuple[str, str, Decimal]]:
    """(book, role's account, amount) of the journals of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.book, a.slug, e.amount FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id"
            " JOIN ledger_account a ON a.id = e.account_id WHERE j.kind = %s AND j.source LIKE %s"
            " ORDER BY j.id, e.line_no",
            [kind, source or "%"],
        )
        return cursor.fetchall()  # type: ignore[no-any-return]


def facts(row: object, *names: str) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in names)


def journal_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_journal")
        return int(cursor.fetchone()[0])
