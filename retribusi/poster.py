"""What hangs at the gate: the two codes, the short address, the tariff board. Facts only, no drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from opd.office.calendar import day_of
from opd.templatetags.tampilan import tanggal
from payments.incoming.models import ReceivingAccount
from payments.money import format_rupiah
from retribusi import hours
from retribusi.catalogue import HoursText, week_words
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import static_qris

PAY, ORDER = "Bayar (aplikasi)", "Pesan (kamera)"
PAY_HOW = "Pindai dengan aplikasi bank atau dompet digital, lalu tulis jumlahnya."
PAY_EN = "Pay: scan with a banking app, then type the amount."
ORDER_HOW = "Pindai dengan kamera ponsel: pilih, bayar, simpan tiketnya."
ORDER_EN = "Order: scan with your camera, pay, keep the ticket."
WARNING = "Petugas tidak menerima transfer ke rekening pribadi."


@dataclass(frozen=True)
class BoardLine:
    """One tariff as the board tells it; ``since`` where it is not yet in force."""

    name: str
    name_en: str
    per: str
    amount: Decimal
    legal_basis: str
    needs_confirmation: bool
    since: date | None


@dataclass(frozen=True)
class PayCode:
    """The static QRIS and what the payer must see in the app before paying."""

    content: str
    merchant_name: str
    nmid: str
    terminal_id: str


@dataclass(frozen=True)
class Poster:
    """``page`` is the address behind *Pesan*, ``typed`` the short one without its scheme; ``pay`` is None
    where the acquirer's static QRIS is not registered, and then no code may be shown for paying."""

    point: CollectionPoint
    made_at: datetime
    page: str
    typed: str
    pay: PayCode | None
    board: list[BoardLine]
    week: list[HoursText]

    @property
    def laws(self) -> list[str]:
        """The legal bases of the board, each once, in its order."""
        return list(dict.fromkeys(line.legal_basis for line in self.board)) or [self.point.legal_basis]

    @property
    def needs_confirmation(self) -> bool:
        return any(line.needs_confirmation for line in self.board)


def of(point: CollectionPoint, *, at: datetime) -> Poster:
    """The poster of a point as of an instant; five queries."""
    day, account = day_of(at), point.receiving_account
    code = static_qris.standing(account)
    pay = None
    if account and code and _in_force(account, day):
        pay = PayCode(code.content, account.merchant_name, account.nmid, account.terminal_id)
    return Poster(
        point=point,
        made_at=at,
        page=_absolute(reverse("retribusi:point", args=[point.slug])),
        typed=short_address(point),
        pay=pay,
        board=_board(point, day),
        week=week_words(hours.week(list(point.hours.all()), day)),
    )


def _in_force(account: ReceivingAccount, day: date) -> bool:
    """Nobody is led to pay into an account whose decree has ended."""
    return account.valid_from <= day and (account.valid_to is None or day <= account.valid_to)


def short_address(point: CollectionPoint) -> str:
    """What a visitor types: the site and the point's number, without scheme."""
    return _absolute(reverse("retribusi:point_short", args=[point.pk])).partition("://")[2].rstrip("/")


def doubt() -> str:
    """Where anybody asks whether a QRIS is official."""
    address = _absolute(reverse("walkins:check")).partition("://")[2]
    return f"Ragu QRIS ini asli? Periksa di {address.rstrip('/')}"


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _board(point: CollectionPoint, day: date) -> list[BoardLine]:
    """Today's tariffs; where there is none yet, those that are announced, with their first day."""
    items = list(point.tariffs.on_sale(on=day))
    if not items:
        coming = point.tariffs.exclude(status=TariffItem.Status.SUSPENDED)
        items = list(coming.filter(Q(valid_to=None) | Q(valid_to__gte=day)).filter(valid_from__gt=day))
    return [_line(item, day) for item in items]


def _line(item: TariffItem, day: date) -> BoardLine:
    return BoardLine(
        name=item.name,
        name_en=item.name_en,
        per=f"per {item.unit}" if item.lasts_one_day else f"per {item.unit}, {item.lasts_text}",
        amount=item.amount,
        legal_basis=item.legal_basis,
        needs_confirmation=item.needs_confirmation,
        since=item.valid_from if item.valid_from > day else None,
    )


def hours_text(line: HoursText) -> str:
    """One line of the opening hours: "Senin–Jumat 08.00–16.00 WIB"."""
    if line.hours is None:
        return f"{line.days}: tutup"
    return f"{line.days}: {line.hours[0]:%H.%M}–{line.hours[1]:%H.%M} WIB"


def amount_text(line: BoardLine) -> str:
    return format_rupiah(line.amount, zero="gratis")


def since_text(line: BoardLine) -> str:
    return f"mulai {tanggal(line.since)}" if line.since else ""
