"""The demo's assessments: stalls and a hall for rent, SKRD in each state, one late with its STRD, a file."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.core.files.base import ContentFile

from opd.demo import PARIWISATA, agency, holder
from opd.models import Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.incoming import services as incoming
from payments.snap import demo as banking
from retribusi import demo as levies
from retribusi.assessments.models import Debt, Letter, Skrd, WajibRetribusi
from retribusi.assessments.payable import KIND
from retribusi.assessments.services import collecting, deciding, files, issuing, register
from retribusi.assessments.services.deciding import Grounds
from retribusi.assessments.services.reading import COLUMNS
from retribusi.demo_points import LO, LRA, PERDA
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import points

SLUG = "lapak-aula"
PREFIX = "98810113"
TENANTS = (
    ("Warung Ombak (demo)", "nik", "1771000000000011", "Lapak 1, Pantai Panjang"),
    ("Kedai Rafflesia (demo)", "nik", "1771000000000012", "Lapak 2, Pantai Panjang"),
    ("Toko Cendera Mata Fort (demo)", "npwp", "001234567311000", "Lapak 5, Pantai Panjang"),
    ("Sanggar Tari Bumi (demo)", "npwp", "001234568311000", "Jl. Contoh 7, Kota Bengkulu"),
    ("CV Pesta Pantai (demo)", "npwp", "001234569311000", "Jl. Contoh 9, Kota Bengkulu"),
)
"""Invented people and numbers."""


def seed(*, at: datetime) -> str:
    """The place, its tenants and their SKRD before ``at``, once. Says what it did."""
    if Skrd.objects.exists():
        return "sudah ada"
    today, officer = day_of(at), holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA)
    point = _place(at)
    stall, hall = point.tariffs.order_by("position")
    ombak, kedai, toko, sanggar, pesta = [_tenant(row, officer, at) for row in TENANTS]
    late = _skrd(point, ombak, stall, 1, today - timedelta(days=45), officer)
    _collect(late, officer)
    instalments = _skrd(point, pesta, hall, 3, today - timedelta(days=20), officer)
    _divide(instalments, today)
    wrong = _skrd(point, sanggar, hall, 2, today - timedelta(days=13), officer)
    _void(wrong, today - timedelta(days=12))
    _skrd(point, sanggar, hall, 1, today - timedelta(days=12), officer, replaces=wrong)
    paid = _skrd(point, kedai, stall, 1, today - timedelta(days=11), officer)
    _pay(paid, moment(today - timedelta(days=9), 10, 15))
    _pay(instalments, moment(today - timedelta(days=8), 14, 40), twice=True)
    _skrd(point, toko, stall, 2, today - timedelta(days=2), officer)
    _file(point, stall, today - timedelta(days=1), officer)
    return f"{Skrd.objects.count()} SKRD"


def _place(at: datetime) -> CollectionPoint:
    """Stalls and a hall whose rent is fixed by SKRD; the account has a prefix for virtual accounts."""
    merchant = next(each for each in banking.credentials()["ours"]["merchants"] if each["key"] == SLUG)
    opd = agency(PARIWISATA)
    account = incoming.register_account(
        by=None, at=at, opd=opd, name="Lapak dan aula Pantai Panjang (contoh)", kind="rkud",
        partner=banking.partner(), merchant_id=merchant["merchant_id"], nmid=merchant["nmid"],
        merchant_pan=merchant["merchant_pan"], merchant_name=merchant["name"],
        terminal_id=merchant["terminal_id"], bank_account=levies.RKUD, va_prefix=PREFIX,
        decree_number="SK Demo 3/2026", decree_date=levies.SINCE, valid_from=levies.SINCE,
    )  # fmt: skip
    point = points.create_point(
        by=None, at=at, slug=SLUG, kind=CollectionPoint.Kind.SKRD,
        name="Lapak dan aula Pantai Panjang (contoh)",
        name_en="Pantai Panjang stalls and hall (sample)", address="Pantai Panjang, Kota Bengkulu",
        contact="bendahara penerimaan Dinas Pariwisata Provinsi Bengkulu", opd=opd,
        receiving_account=account, legal_basis=PERDA,
    )  # fmt: skip
    for position, (name, name_en, category, amount, unit, span) in enumerate(
        (
            ("Sewa lapak sebulan", "Stall, a month", "stall", 300_000, "lapak", "month"),
            ("Sewa aula sehari", "Hall, a day", "hall", 1_250_000, "kegiatan", "day"),
        ),
        start=1,
    ):
        points.add_tariff(
            point=point, by=None, at=at, position=position, name=name, name_en=name_en, category=category,
            amount=Decimal(amount), unit=unit, lasts=1, lasts_span=span, valid_from=date(2024, 1, 1),
            legal_basis=PERDA, status=TariffItem.Status.ACTIVE, needs_confirmation=True, kode_lra=LRA,
            kode_lo=LO,
        )  # fmt: skip
    return points.go_live(point=point, by=None, at=at)


def _tenant(row: tuple[str, str, str, str], officer: User, at: datetime) -> WajibRetribusi:
    name, kind, number, address = row
    facts = register.checked(name=name, kind=kind, identity=number, address=address, contact="")
    return register.register(facts=facts, opd=agency(PARIWISATA), by=officer, at=at)


def _skrd(
    point: CollectionPoint, tenant: WajibRetribusi, tariff: TariffItem, quantity: int, day: date,
    officer: User, *, replaces: Skrd | None = None,
) -> Skrd:  # fmt: skip
    when = moment(day, 9, 30)
    first = day.replace(day=1)
    ready = issuing.judged(
        form_key=f"demo:{uuid4()}", point=point, wajib=tenant, quantities={tariff.pk: quantity},
        period=(first, first.replace(day=monthrange(first.year, first.month)[1])), replaces=replaces, at=when,
    )  # fmt: skip
    return issuing.issue(assessment=ready, by=officer, at=when)


def _collect(row: Skrd, officer: User) -> None:
    """A week after the due day a teguran, another week later the STRD."""
    for kind, days in ((Letter.Kind.TEGURAN, 7), (Letter.Kind.STRD, 14)):
        when = moment(row.due_on + timedelta(days=days), 8, 15)
        collecting.issue_letters(kind=kind, opd=row.opd, by=officer, at=when)


def _divide(row: Skrd, today: date) -> None:
    grounds = Grounds("SK Demo 4/2026", today - timedelta(days=18), "permohonan angsuran (demo)")
    deciding.grant_instalments(
        skrd_id=row.pk, number=3, first_due=today + timedelta(days=3), grounds=grounds,
        by=holder(Role.PA, PARIWISATA), at=moment(today - timedelta(days=18), 11),
    )  # fmt: skip


def _void(row: Skrd, day: date) -> None:
    reason = "banyaknya keliru, diganti (demo)"
    deciding.void(skrd_id=row.pk, reason=reason, by=holder(Role.PA, PARIWISATA), at=moment(day, 9))
    row.document.refresh_from_db()


def _pay(row: Skrd, when: datetime, *, twice: bool = False) -> None:
    """The next debt of a SKRD, paid by QRIS; ``twice``: once more on the same code, which is titipan."""
    debt = Debt.objects.open().filter(skrd=row).order_by("position")[0]
    account = row.point.receiving_account
    assert account is not None
    request = levies.ask_qris(kind=KIND, key=debt.key, account=account, when=when, minutes=15)
    Debt.objects.filter(pk=debt.pk).update(request=request)
    for number in range(1 + twice):
        levies.pay_qris(request, when + timedelta(minutes=2 + number), levies.ISSUERS[2])


def _file(point: CollectionPoint, tariff: TariffItem, day: date, officer: User) -> None:
    """Three more stalls, issued from a file."""
    rows = [
        (
            f"Pedagang Pantai {n} (demo)",
            "NIK",
            f"17710000000001{n:02}",
            f"Lapak {n}, Pantai Panjang",
            tariff.name,
            1,
        )
        for n in (11, 12, 13)
    ]
    text = "\n".join(";".join(map(str, row)) for row in (COLUMNS, *rows))
    first, when = day.replace(day=1), moment(day, 10)
    file = files.keep(
        point=point, period=(first, first.replace(day=monthrange(first.year, first.month)[1])),
        content=ContentFile(text.encode(), "lapak-demo.csv"), name="lapak-demo.csv", by=officer, at=when,
    )  # fmt: skip
    files.confirm(file_id=file.pk, by=officer, at=when)
    files.run(file.pk, at=when)
