"""The demo's printed QRIS: money claimed, claimed wrongly, and not yet; a counted week; a forged sticker."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from opd.demo import PARIWISATA, PENDIDIKAN, holder
from opd.models import Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments import qris
from payments.incoming.models import Payment
from payments.incoming.services import MoneySeen, record_money
from payments.qris import picture
from retribusi import demo as levies
from retribusi.models import CollectionPoint, Ticket
from retribusi.services import ordering
from retribusi.walkins.models import HeadCount, PhantomCase
from retribusi.walkins.services import claims, heads, phantom

HOUSE, MUSEUM = "rumah-bung-karno", "museum-negeri"
CREDITS = ((6, 10, 5, 2, 0), (5, 11, 40, 1, 1), (4, 9, 25, 2, 2), (2, 13, 50, 3, 0), (1, 10, 30, 2, 1))
"""Days back, hour, minute, adults and children of each claimed credit."""
UNFIT = Decimal("7500.00")
"""An amount that no tickets make."""
FITS = Decimal("13000.00")
"""An amount that somebody still has to claim."""
STRANGER = "93600999900000999"
"""The PAN of the forged sticker's merchant, of the sandbox acquirer."""
WEEK = (4, -1, 0, 3, 6, 0, 9)
"""Heads beyond the tickets of each of the last seven days; below zero, ticket holders who never came."""


def seed(*, at: datetime) -> str:
    """Claims, counts and cases of the last week, once; before the files are imported. Says what it did."""
    if HeadCount.objects.exists():
        return "sudah ada"
    place = CollectionPoint.objects.get(slug=HOUSE)
    officer = holder(Role.PETUGAS_LOKET, PARIWISATA)
    for number, (back, hour, minute, adults, children) in enumerate(CREDITS):
        when = moment(day_of(at) - timedelta(days=back), hour, minute)
        _claimed(place, officer, when, adults, children, number)
    _taken_back(place, officer, moment(day_of(at) - timedelta(days=3), 14, 10))
    yesterday = day_of(at) - timedelta(days=1)
    _credit(place, UNFIT, moment(yesterday, 15, 20), 90)
    _credit(place, FITS, moment(yesterday, 15, 35), 91)
    _week(place, officer, at)
    _cases(place, at)
    return f"{len(CREDITS)} klaim, {HeadCount.objects.count()} hitungan, {PhantomCase.objects.count()} kasus"


def _credit(place: CollectionPoint, amount: Decimal, when: datetime, number: int) -> Payment:
    payment = record_money(_seen(place, amount, when, number), by=None, at=when + timedelta(seconds=2))
    assert payment is not None
    return payment


def _seen(place: CollectionPoint, amount: Decimal, when: datetime, number: int, nmid: str = "") -> MoneySeen:
    account = place.receiving_account
    assert account is not None
    return MoneySeen(
        source="notice", partner_id=account.partner_id, reference_no=f"{when:%Y%m%d}98{number:010}",
        partner_reference_no="", rrn=f"{when:%y%j}98{number:05}", amount=amount, paid_at=when,
        nmid=nmid or account.nmid, terminal_id=account.terminal_id,
        issuer=levies.ISSUERS[number % len(levies.ISSUERS)], payer_mask=f"•••{100 + number}",
    )  # fmt: skip


def _claimed(
    place: CollectionPoint, officer: User, when: datetime, adults: int, children: int, number: int
) -> Payment:
    adult, child = place.tariffs.order_by("position")
    payment = _credit(place, adults * adult.amount + children * child.amount, when, number)
    claims.claim(
        payment_id=payment.pk, quantities={adult.pk: adults, child.pk: children},
        form_key=ordering.new_form_key(), by=officer, at=when + timedelta(minutes=6),
    )  # fmt: skip
    return payment


def _taken_back(place: CollectionPoint, officer: User, when: datetime) -> None:
    """Claimed as five children, taken back by the treasurer, and claimed as three adults."""
    adult = place.tariffs.order_by("position")[0]
    payment = _claimed(place, officer, when, 0, 5, 80)
    treasurer = holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA)
    reason = "(Peragaan) Yang datang tiga orang dewasa."
    claims.undo(payment_id=payment.pk, reason=reason, by=treasurer, at=when + timedelta(minutes=20))
    claims.claim(
        payment_id=payment.pk, quantities={adult.pk: 3}, form_key=ordering.new_form_key(), by=officer,
        at=when + timedelta(minutes=22),
    )  # fmt: skip


def _week(place: CollectionPoint, officer: User, at: datetime) -> None:
    """Seven days counted; on one the number was corrected."""
    for back, beyond in enumerate(reversed(WEEK), start=1):
        day = day_of(at) - timedelta(days=back)
        seen = max(_tickets(place, day) + beyond, 0)
        first = seen + 10 if back == 2 else seen
        _count(place, day, first, officer, moment(day, 16, 5), "")
        if first != seen:
            _count(place, day, seen, officer, moment(day, 16, 30), "Rombongan terhitung dua kali.")


def _tickets(place: CollectionPoint, day: date) -> int:
    return Ticket.objects.filter(point=place, valid_date=day).exclude(state=Ticket.State.VOID).count()


def _count(place: CollectionPoint, day: date, number: int, officer: User, when: datetime, note: str) -> None:
    heads.count(point=place, day=day, hour=None, heads=number, note=note, by=officer, at=when)


def _cases(place: CollectionPoint, at: datetime) -> None:
    """Money for a merchant that nobody registered, a sticker a visitor photographed, and one long closed."""
    when = moment(day_of(at) - timedelta(days=2), 11, 15)
    record_money(_seen(place, Decimal("10000.00"), when, 95, nmid="ID2099000000099"), by=None, at=when)
    phantom.open_from_money(at=when + timedelta(minutes=1))
    _reported(place, "UJI COBA TEMPELAN", STRANGER + "11", when + timedelta(hours=2))
    museum = CollectionPoint.objects.get(slug=MUSEUM)
    old = moment(day_of(at) - timedelta(days=9), 10, 40)
    case = _reported(museum, "UJI COBA KANTIN", STRANGER + "22", old)
    treasurer = holder(Role.BENDAHARA_PENERIMAAN, PENDIDIKAN)
    phantom.investigate(
        case_id=case.pk, text="QRIS milik kantin koperasi, ditempel di pintu kantin.", by=treasurer,
        at=old + timedelta(days=1),
    )  # fmt: skip
    phantom.close(
        case_id=case.pk, finding="foreign", text="Bukan retribusi; kantin diminta memasang namanya.",
        by=treasurer, at=old + timedelta(days=2),
    )  # fmt: skip


def _reported(place: CollectionPoint, name: str, pan: str, when: datetime) -> PhantomCase:
    merchant = qris.MerchantAccount("ID.CO.UJICOBA.WWW", pan, pan[-8:], "UMI")
    content = str(qris.build(
        merchants=[merchant], nmid=f"ID20990000000{pan[-2:]}", merchant_name=name, city="BENGKULU",
        postal_code="38117",
    ))  # fmt: skip
    photo = ContentFile(picture.png(content), name="contoh-stiker.png")
    return phantom.report(
        verdict=phantom.check(content, at=when), content=content, picture=photo, point=place,
        note="(Peragaan) Ditempel di dekat loket.", form_key=ordering.new_form_key(), by=None, at=when,
    )  # fmt: skip
