"""The demo's e-money: two cards for each pilot agency, one with a past, one to try at the sandbox bank.

Everything goes through the services at instants of the past month, as people would have done it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, agency, holder, year_start
from opd.models import Opd, Role
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from opd.planning.models import BudgetLine
from payments.emoney import services
from payments.emoney.models import Card, Movement
from payments.emoney.reading import HEADER
from payments.emoney.services import CardDraft, EmoneyError
from payments.spending import services as spending
from payments.spending.models import TreasuryAccount
from payments.spending.rules import CHECKS

ISSUER = "Uang Elektronik Uji Coba"
SINCE = date(2026, 1, 5)
DECREE = "SK Demo 9/2026"
LOADED = Decimal(400_000)


@dataclass(frozen=True)
class Office:
    """``to_try`` is a card of the sandbox bank without a past; ``used`` has one."""

    code: str
    to_try: str
    used: str


OFFICES = (
    Office(PARIWISATA, "603298******0001", "603298******1001"),
    Office(PENDIDIKAN, "603298******0003", "603298******1003"),
    Office(KOMINFO, "603298******0004", "603298******1004"),
)


@dataclass(frozen=True)
class Past:
    """A purchase ``back`` days ago and how far it has come: charged, approved, reported or nothing."""

    back: int
    merchant: str
    amount: int
    step: str
    purpose: str = ""


PAST = (
    Past(24, "UJI COBA PARKIR", 10_000, "charged", "Parkir saat rapat di DPRD"),
    Past(21, "TOL BENGKULU (UJI COBA)", 31_500, "charged", "Tol menuju rapat koordinasi"),
    Past(17, "UJI COBA TOKO ATK", 46_000, "charged", "Map dan amplop untuk rapat"),
    Past(12, "UJI COBA PARKIR", 10_000, "approved", "Parkir saat verifikasi lapangan"),
    Past(9, "TOL BENGKULU (UJI COBA)", 31_500, "reported", "Tol mengantar dokumen"),
    Past(4, "UJI COBA WARUNG KOPI", 58_000, ""),
    Past(2, "UJI COBA PARKIR", 5_000, ""),
)


def seed(*, at: datetime) -> str:
    """Cards, a top-up, a history and what became of its purchases; once. Says what it did."""
    if Card.objects.exists():
        return "sudah ada"
    for office in OFFICES:
        _office(office, at)
    return f"{Card.objects.count()} kartu, {Movement.objects.count()} transaksi"


def _office(office: Office, at: datetime) -> None:
    opd = agency(office.code)
    employee = holder(Role.PEGAWAI, office.code)
    cards = [_card(opd, employee.pk, number, at) for number in (office.to_try, office.used)]
    _past(cards[1], office, at)


def _card(opd: Opd, holder_id: int, number: str, at: datetime) -> Card:
    draft = CardDraft(
        opd_id=opd.pk, issuer=ISSUER, number=number, holder_id=holder_id, is_registered=False,
        decree_number=DECREE, decree_date=SINCE, valid_from=SINCE,
    )  # fmt: skip
    return services.register_card(draft=draft, by=None, at=at)


def _past(card: Card, office: Office, at: datetime) -> None:
    treasurer = holder(Role.BENDAHARA_PENGELUARAN, office.code)
    first = _day(at, 26)
    account = TreasuryAccount.objects.valid(on=first).filter(opd=card.opd_id, kind="bp").first()
    if account is None:
        return
    services.top_up(
        card_id=card.pk, account_id=account.pk, amount=LOADED, paid_date=first,
        reference_no=f"DEMO-UE-{office.code}", by=treasurer, at=moment(first, 9),
    )  # fmt: skip
    text = ContentFile(_history(card, first, at).encode(), name=f"riwayat-{office.code}.csv")
    file = services.upload_history(upload=text, name=str(text.name), by=treasurer, at=at)
    services.save_history(file_id=file.pk, by=treasurer, at=at)
    taps = Movement.objects.filter(card=card, kind="buy").order_by("position")
    for tap, past in zip(taps, PAST, strict=True):
        if past.step:
            _account_for(tap, past, office, at)


def _day(at: datetime, back: int) -> date:
    """A day of the past month, never in another budget year."""
    return max(day_of(at) - timedelta(days=back), year_start(day_of(at)))


def _history(card: Card, first: date, at: datetime) -> str:
    """The file as the issuer would give it."""
    balance, number = LOADED, f"{card.first6}******{card.last4}"
    loaded = moment(first, 9, 5).isoformat()
    rows = [f"{number};{loaded};TOPUP;;;{LOADED:.2f};{balance:.2f};UE{card.last4}00"]
    for place, past in enumerate(PAST, start=1):
        balance -= past.amount
        when = moment(_day(at, past.back), 10, place).isoformat()
        rows.append(
            f"{number};{when};BELI;{past.merchant};T{place};{past.amount}.00;{balance:.2f};"
            f"UE{card.last4}{place:02d}"
        )
    return "\n".join([";".join(HEADER), *rows, f"JUMLAH;{len(rows)};{balance:.2f};;;;;"]) + "\n"


def _account_for(tap: Movement, past: Past, office: Office, at: datetime) -> None:
    """Reported the next morning, approved and charged the day after."""
    spend = None
    for line in _lines(tap):
        try:
            spend = services.report(
                movement_id=tap.pk, line_id=line.pk, purpose=past.purpose, receipts=[_receipt(tap)],
                by=holder(Role.PEGAWAI, office.code), at=min(at, moment(tap.day + timedelta(days=1), 8)),
            )  # fmt: skip
        except EmoneyError:  # the anggaran kas of that line is used up for the month
            continue
        break
    if spend is None or past.step == "reported":
        return
    later = min(at, moment(tap.day + timedelta(days=2), 9))
    spending.approve(spend_id=spend.pk, by=holder(Role.PA, office.code), at=later)
    if past.step == "charged":
        services.charge(
            movement_id=tap.pk, checks=dict.fromkeys(CHECKS, True), note="",
            by=holder(Role.BENDAHARA_PENGELUARAN, office.code), at=later,
        )  # fmt: skip


def _lines(tap: Movement) -> list[BudgetLine]:
    """Where a small purchase may go; travel asks for papers that a tap does not have."""
    rows = BudgetLine.objects.filter(opd=tap.card.opd_id, year=tap.day.year)
    goods = rows.filter(kode_rekening__startswith="5.1.02").exclude(kode_rekening__startswith="5.1.02.04")
    return sorted(goods, key=lambda line: -line.free)[:4]


def _receipt(tap: Movement) -> ContentFile[bytes]:
    """A small PDF that says it is a demonstration; each one differs, since bytes are kept once."""
    words = f"Struk uji coba {tap.merchant} {tap.amount} {tap.reference_no}"
    stream = f"BT /F1 14 Tf 40 100 Td ({words}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 200]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
    )
    body = "".join(f"{number} 0 obj{text}endobj\n" for number, text in enumerate(objects, start=1))
    return ContentFile(
        f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode(), name=f"struk-{tap.pk}.pdf"
    )
