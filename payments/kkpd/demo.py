"""The demo's cards: two for each pilot agency, one bill paid, one half tested, and reports not yet billed.

Everything goes through the services, dated back over the last weeks; names and amounts are invented.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd.demo import PILOTS, SUFFIXES, agency, holder, year_start
from opd.models import Opd, Role, User
from opd.office import attachments
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from opd.planning.models import BudgetLine
from payments.kkpd import rules, services
from payments.kkpd.models import Bill, Card, CardKind, DprLine, Via
from payments.kkpd.reading import COLUMNS, TRAILER
from payments.kkpd.services import CardDraft, CardSpend
from payments.spending.models import Method, TreasuryAccount
from payments.spending.services import claims

LAST_FOUR = {"113": ("1234", "1242"), "120": ("2034", "2042"), "146": ("3034", "3042")}
"""The cards that the sandbox bank issued to each agency."""
LIMIT = Decimal("25000000.00")
ATK, MEETING, TRIP = "5.1.02.01.01.0024", "5.1.02.01.01.0052", "5.1.02.04.01.0001"


@dataclass(frozen=True)
class Purchase:
    """What a holder bought: on which card (0 goods, 1 travel), and how it was paid."""

    card: int
    account: str
    merchant: str
    mcc: str
    amount: int
    purpose: str
    via: Via = Via.EDC


FINISHED = (
    Purchase(0, ATK, "UJI COBA TOKO ATK", "5943", 1_250_000, "Alat tulis dan kertas untuk rapat triwulan"),
    Purchase(0, MEETING, "RM RAFFLESIA (UJI COBA)", "5814", 2_400_000, "Konsumsi rapat koordinasi", Via.QRIS),
    Purchase(1, TRIP, "HOTEL PANTAI (UJI COBA)", "7011", 3_150_000, "Penginapan perjalanan dinas ke Curup"),
)
OPEN = (
    Purchase(0, ATK, "UJI COBA TOKO ATK", "5943", 875_000, "Tinta dan map arsip"),
    Purchase(0, MEETING, "UJI COBA WARUNG KOPI", "5814", 640_000, "Konsumsi rapat persiapan", Via.QRIS),
    Purchase(1, TRIP, "HOTEL PANTAI (UJI COBA)", "7011", 1_900_000, "Penginapan rapat di Manna"),
)
UNREPORTED = Purchase(0, ATK, "TOKO KOMPUTER NUSANTARA (UJI COBA)", "5943", 450_000, "")
"""On the open bill, but its holder has not reported it yet."""
LATEST = (
    Purchase(0, MEETING, "RM RAFFLESIA (UJI COBA)", "5814", 980_000, "Konsumsi rapat evaluasi"),
    Purchase(1, TRIP, "HOTEL PANTAI (UJI COBA)", "7011", 1_275_000, "Penginapan monitoring lapangan"),
)


@dataclass(frozen=True)
class Office:
    """An agency's people and cards."""

    code: str
    opd: Opd
    holders: tuple[User, User]
    cards: tuple[Card, Card]

    def by(self, role: Role) -> User:
        return holder(role, self.code)


def seed(*, at: datetime) -> str:
    """Cards and three stages of their cycle for each pilot agency, once. Says what it did."""
    if Card.objects.exists():
        return "sudah ada"
    today = day_of(at)
    for code in PILOTS:
        office = _cards(code, today)
        if today.timetuple().tm_yday > 60:
            _finished(office, today - timedelta(days=45))
            _half_tested(office, today - timedelta(days=9))
            _latest(office, today - timedelta(days=2))
    return f"{Card.objects.count()} kartu, {Bill.objects.count()} tagihan"


def _cards(code: str, today: date) -> Office:
    opd, at = agency(code), moment(date(today.year, 1, 5), 9)
    first = holder(Role.PEMEGANG_KKPD, code)
    second = User.objects.get(username=f"pemegang.kkpd2{SUFFIXES[code]}", is_demo=True)
    kinds = (CardKind.GOODS, CardKind.TRAVEL)
    made = [
        services.register_card(
            opd_id=opd.pk, by=holder(Role.ADMINISTRATOR_KKPD, code), at=at,
            draft=CardDraft(
                holder_id=person.pk, number=f"526422******{digits}", kind=kind, bank_code="997",
                bank_name="BANK PENERBIT UJI COBA", bill_account_no="9970000000001",
                bill_account_name="PENAMPUNGAN TAGIHAN KKPD (UJI COBA)", limit=LIMIT,
                decree_number=f"SK Gubernur Demo/KKPD/{today.year}", decree_date=year_start(today),
                valid_from=year_start(today), valid_to=date(today.year + 2, 12, 31),
            ),
        )
        for person, digits, kind in zip((first, second), LAST_FOUR[code], kinds, strict=True)
    ]  # fmt: skip
    return Office(code, opd, (first, second), (made[0], made[1]))


def _finished(office: Office, start: date) -> None:
    """A cycle to its end: reported, signed, billed, tested, claimed, paid out and settled."""
    rows = _reported(office, FINISHED, start, stage=1)
    _signed(office, rows, start + timedelta(days=3))
    bill = _billed(office, [(row.card, row.spend.merchant_name, row) for row in rows], start, number=1)
    pa, day = office.by(Role.PA), start + timedelta(days=8)
    for line in bill.lines.all():
        services.approve_line(
            bill_line_id=line.pk, checks=dict.fromkeys(rules.CHECKS, True), by=pa, at=moment(day, 9)
        )
    services.issue_dpt(bill_id=bill.pk, card_id=None, by=pa, at=moment(day, 10))
    services.issue_npd(bill_id=bill.pk, by=pa, at=moment(day, 11))
    _claimed(office, bill, day + timedelta(days=1))


def _claimed(office: Office, bill: Bill, day: date) -> None:
    treasurer, ppk = office.by(Role.BENDAHARA_PENGELUARAN), office.by(Role.PPK_OPD)
    services.verify_bill(bill_id=bill.pk, by=ppk, at=moment(day, 9))
    claim = services.claim_bill(bill_id=bill.pk, by=treasurer, at=moment(day, 10))
    claims.verify_claim(claim_id=claim.pk, by=ppk, at=moment(day, 13))
    claims.order_claim(claim_id=claim.pk, by=office.by(Role.PA), at=moment(day, 14))
    paid = day + timedelta(days=1)
    claims.pay_claim(
        claim_id=claim.pk, sp2d_number=f"SP2D Demo/GU-KKPD/{office.code}/1/{bill.year}", sp2d_date=paid,
        by=User.objects.get(username="kuasabud", is_demo=True), at=moment(paid, 9),
    )  # fmt: skip
    accounts = TreasuryAccount.objects.valid(on=paid).filter(opd=office.opd, kind=TreasuryAccount.Kind.BP)
    account = accounts.first()
    if account is not None:
        services.settle_bill(
            bill_id=bill.pk, account_id=account.pk, paid_date=paid, by=treasurer, at=moment(paid, 15),
            reference_no=f"TRF-DEMO-{office.code}-1",
        )  # fmt: skip


def _half_tested(office: Office, start: date) -> None:
    """A bill with one line that passed, one rejected, one that waits, and one without a report."""
    rows = _reported(office, OPEN, start, stage=2)
    _signed(office, rows, start + timedelta(days=2))
    charges: list[tuple[Card, str, DprLine | None]] = [
        (row.card, row.spend.merchant_name, row) for row in rows
    ]
    charges.append((office.cards[UNREPORTED.card], UNREPORTED.merchant, None))
    bill = _billed(office, charges, start, number=2)
    passed, failed, *_ = bill.lines.order_by("line_no")
    pa, at = office.by(Role.PA), moment(start + timedelta(days=6), 9)
    services.approve_line(bill_line_id=passed.pk, checks=dict.fromkeys(rules.CHECKS, True), by=pa, at=at)
    services.reject_line(
        bill_line_id=failed.pk, checks={"payee": True}, by=pa, at=at,
        reason="Tanpa undangan dan daftar hadir rapat",
    )  # fmt: skip


def _latest(office: Office, start: date) -> None:
    """Reports that no DPR holds and no bank has billed."""
    _reported(office, LATEST, start, stage=3)


def _reported(office: Office, purchases: Sequence[Purchase], start: date, *, stage: int) -> list[DprLine]:
    found = []
    for number, bought in enumerate(purchases):
        day = start + timedelta(days=min(number, 1))
        line = BudgetLine.objects.filter(
            opd=office.opd, year=day.year, kode_rekening=bought.account
        ).order_by("-pagu")[0]
        spend = CardSpend(
            card_id=office.cards[bought.card].pk, line_id=line.pk, transaction_date=day,
            merchant=bought.merchant, amount=Decimal(bought.amount), purpose=bought.purpose, via=bought.via,
            rrn=_rrn(office, stage, number), method=Method.SHOP, is_domestic=True,
        )  # fmt: skip
        person, at = office.holders[bought.card], moment(day, 15, number)
        row = services.report(spend=spend, by=person, at=at)
        attachments.attach(
            subject=row,
            kind="receipt",
            upload=_receipt(bought, day, spend.rrn),
            by=person,
            at=at,
            via="phone",
        )
        found.append(row)
    return found


def _rrn(office: Office, stage: int, number: int) -> str:
    return f"{int(office.code):04}{stage:04}{number + 1:04}"


def _receipt(bought: Purchase, day: date, rrn: str) -> ContentFile[bytes]:
    """A picture that looks a little like a receipt, and says that it is none."""
    picture = Image.new("RGB", (420, 300), "white")
    words = [
        "STRUK CONTOH (UJI COBA)", bought.merchant, f"{day:%d/%m/%Y}", f"RRN {rrn}", f"Rp {bought.amount:,}",
    ]  # fmt: skip
    drawing = ImageDraw.Draw(picture)
    for at, text in enumerate(words):
        drawing.text((24, 24 + 48 * at), text, fill="black")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return ContentFile(stream.getvalue(), name=f"struk-{rrn}.png")


def _signed(office: Office, rows: Sequence[DprLine], day: date) -> None:
    for person, card in zip(office.holders, office.cards, strict=True):
        mine = [row.pk for row in rows if row.card_id == card.pk]
        dpr = services.draft_dpr(card_id=card.pk, line_ids=mine, by=person, at=moment(day, 9))
        services.sign_dpr(dpr_id=dpr.pk, by=office.by(Role.PPTK), at=moment(day, 11))


def _billed(
    office: Office, charges: Sequence[tuple[Card, str, DprLine | None]], start: date, *, number: int
) -> Bill:
    """The issuer's bill of these purchases, imported by the administrator four days later."""
    name = f"TGH-DEMO-{office.code}-{number}"
    due = start + timedelta(days=20)
    lines = [
        ";".join(
            (
                name, f"{card.first6}******{card.last4}", card.holder.name,
                (row.transaction_date if row else start).isoformat(),
                (row.transaction_date if row else start).isoformat(), merchant, "",
                (row.via if row else "edc").upper(), row.rrn if row else _rrn(office, 9, number),
                f"{place:06}", f"{row.spend.amount if row else Decimal(UNREPORTED.amount):.2f}",
                due.isoformat(),
            )
        )
        for place, (card, merchant, row) in enumerate(charges, 1)
    ]  # fmt: skip
    total = sum(
        (row.spend.amount if row else Decimal(UNREPORTED.amount) for _, _, row in charges), Decimal(0)
    )
    text = "\n".join([";".join(COLUMNS), *lines, f"{TRAILER};{len(charges)};{total:.2f}", ""])
    return services.import_bill(
        opd_id=office.opd.pk, upload=ContentFile(text.encode(), name=f"{name}.csv"),
        by=office.by(Role.ADMINISTRATOR_KKPD), at=moment(start + timedelta(days=4), 10),
    )  # fmt: skip
