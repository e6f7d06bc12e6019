"""An agency with two cards, their holders and an administrator; reports, bills and whole cycles."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.core.files.base import ContentFile
from PIL import Image

from opd.models import Role, User
from opd.office import attachments
from opd.planning.models import BudgetLine
from payments.kkpd import rules, services
from payments.kkpd.models import Bill, BillFile, BillLine, Card, CardKind, Dpr, DprLine, Via
from payments.kkpd.services import CardDraft, CardSpend
from payments.spending.services import claims
from tests.opd.cast import person
from tests.planning.world import line, rp
from tests.spending.claims import world as spending
from tests.spending.claims.world import AT, DAY, Office

HEADER = (
    "nomor_tagihan;nomor_kartu;pemegang;tanggal_transaksi;tanggal_posting;merchant;mcc;jenis;rrn;"
    "kode_otorisasi;nilai;jatuh_tempo"
)
DUE = date(2026, 6, 21)
_numbers = count(1)


@dataclass
class Cards:
    """The agency of ``place`` with a card for goods and one for travel."""

    place: Office
    holder: User
    traveller: User
    admin: User
    goods: Card
    travel: Card
    trip: BudgetLine


def cards(place: Office | None = None, *, limit: int = 10_000_000) -> Cards:
    office = spending.with_card_limit(place or spending.office())
    code = office.opd.code
    holder = person(f"pemegang.{code}", Role.PEMEGANG_KKPD, office.opd)
    traveller = person(f"pemegang2.{code}", Role.PEMEGANG_KKPD, office.opd)
    admin = person(f"admin.kkpd.{code}", Role.ADMINISTRATOR_KKPD, office.opd)

    def card(user: User, last4: str, kind: CardKind) -> Card:
        return services.register_card(
            opd_id=office.opd.pk, draft=draft(user, f"{code[-3:]}{last4}", kind, limit), by=admin, at=AT
        )

    return Cards(
        place=office, holder=holder, traveller=traveller, admin=admin,
        goods=card(holder, "1", CardKind.GOODS), travel=card(traveller, "2", CardKind.TRAVEL),
        trip=line(50_000_000, opd=office.opd, rekening="5.1.02.04.01.0001"),
    )  # fmt: skip


def draft(user: User, last4: str, kind: CardKind, limit: int = 10_000_000) -> CardDraft:
    return CardDraft(
        holder_id=user.pk, number=f"526422******{last4}", kind=kind, bank_code="997", bank_name="Bank Uji",
        bill_account_no="9970000000001", bill_account_name="PENAMPUNGAN", limit=rp(limit),
        decree_number="SK KKPD 1/2026", decree_date=date(2026, 1, 2), valid_from=date(2026, 1, 2),
        valid_to=date(2026, 12, 31),
    )  # fmt: skip


def bought(town: Cards, amount: int = 1_000_000, *, rrn: str | None = None) -> CardSpend:
    """What the holder of the goods card would report; a fresh RRN unless one is given ("" for none)."""
    return CardSpend(
        card_id=town.goods.pk, line_id=town.place.line.pk, transaction_date=DAY, merchant="TOKO UJI",
        amount=rp(amount), purpose=f"Belanja kartu {next(_numbers)}", via=Via.EDC,
        rrn=f"{next(_numbers):012}" if rrn is None else rrn,
    )  # fmt: skip


def travelled(town: Cards, amount: int = 2_000_000) -> CardSpend:
    return replace(bought(town, amount), card_id=town.travel.pk, line_id=town.trip.pk, merchant="HOTEL UJI")


def photo() -> ContentFile[bytes]:
    """A picture of its own, as a phone would take."""
    stream = io.BytesIO()
    number = next(_numbers)
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, 7)).save(stream, "PNG")
    return ContentFile(stream.getvalue(), name=f"bukti-{number}.png")


def reported(town: Cards, spend: CardSpend | None = None, *, by: User | None = None) -> DprLine:
    """A reported line with its photo."""
    row = services.report(spend=spend or bought(town), by=by or town.holder, at=AT)
    attachments.attach(subject=row, kind="receipt", upload=photo(), by=None, at=AT)
    return row


def signed(town: Cards, *rows: DprLine) -> Dpr:
    dpr = services.draft_dpr(
        card_id=rows[0].card_id, line_ids=[row.pk for row in rows], by=rows[0].card.holder, at=AT
    )
    return services.sign_dpr(dpr_id=dpr.pk, by=town.place.pptk, at=AT)


@dataclass(frozen=True)
class Charge:
    """A row of a bill to be."""

    card: Card
    amount: Decimal
    rrn: str = ""
    day: date = DAY
    merchant: str = "TOKO UJI"


def charge(row: DprLine) -> Charge:
    return Charge(row.card, row.spend.amount, row.rrn, row.transaction_date, row.spend.merchant_name)


def bill_text(*charges: Charge, number: str = "TGH1", due: date = DUE) -> str:
    lines = [
        ";".join(
            (
                number, f"{one.card.first6}******{one.card.last4}", "PEMEGANG", one.day.isoformat(),
                one.day.isoformat(), one.merchant, "5943", "EDC", one.rrn, f"{at:06}", f"{one.amount:.2f}",
                due.isoformat(),
            )
        )
        for at, one in enumerate(charges)
    ]  # fmt: skip
    total = sum((one.amount for one in charges), Decimal(0))
    return "\n".join([HEADER, *lines, f"JUMLAH;{len(charges)};{total:.2f}", ""])


def imported(town: Cards, text: str, *, name: str = "tagihan.csv", by: User | None = None) -> Bill:
    upload = ContentFile(text.encode(), name=name)
    return services.import_bill(opd_id=town.place.opd.pk, upload=upload, by=by or town.admin, at=later(1))


def strange_text(town: Cards, *amounts: str, number: str = "DTS/1", total: str = "", first: int = 42) -> str:
    """A bill as some bank writes it: number and due date above the table, the total (if any) below it."""
    card = f"{town.goods.first6}XXXXXX{town.goods.last4}"
    rows = [f"{card};1 Jun 2026;TOKO {at};{first + at:012};{amount};EDC" for at, amount in enumerate(amounts)]
    heads = [f"Nomor Tagihan: {number}", "Jatuh Tempo: 21/06/2026", ""]
    last = [f"Total;;;;{total};"] if total else []
    return "\n".join([*heads, "No. Kartu;Tgl. Trx;Keterangan;RRN;Nominal;Kanal", *rows, *last, ""])


def strange_bill(town: Cards) -> Bill | BillFile:
    """A bill in a bank's own writing, as it is uploaded."""
    content = strange_text(town, "1.250.000,00", "75.500,50", total="1.325.500,50", first=900).encode()
    upload = ContentFile(content, name="dts.csv")
    return services.receive(opd_id=town.place.opd.pk, upload=upload, by=town.admin, at=later(1))


def billed(town: Cards, *rows: DprLine, number: str = "TGH1") -> Bill:
    return imported(town, bill_text(*map(charge, rows), number=number))


def approved(town: Cards, bill: Bill) -> list[BillLine]:
    return [approved_line(town, row) for row in bill.lines.all()]


def approved_line(town: Cards, row: BillLine) -> BillLine:
    return services.approve_line(
        bill_line_id=row.pk, checks=dict.fromkeys(rules.CHECKS, True), by=town.place.kpa, at=later(2)
    )


def later(hours: int) -> datetime:
    return AT + timedelta(hours=hours)


def listed(town: Cards, bill: Bill) -> Bill:
    """Tested, in a DPT, with its NPD."""
    approved(town, bill)
    services.issue_dpt(bill_id=bill.pk, card_id=None, by=town.place.kpa, at=later(3))
    services.issue_npd(bill_id=bill.pk, by=town.place.kpa, at=later(3))
    return bill


def funded(town: Cards, bill: Bill) -> Bill:
    """Claimed and paid out by SP2D-GU KKPD."""
    services.verify_bill(bill_id=bill.pk, by=town.place.ppk, at=later(4))
    claim = services.claim_bill(bill_id=bill.pk, by=town.place.bp, at=later(4))
    claims.verify_claim(claim_id=claim.pk, by=town.place.ppk, at=later(4))
    claims.order_claim(claim_id=claim.pk, by=town.place.pa, at=later(5))
    claims.pay_claim(
        claim_id=claim.pk,
        sp2d_number=f"SP2D/KKPD/{bill.number}",
        sp2d_date=DAY,
        by=town.place.bud,
        at=later(6),
    )
    return bill


def settled(town: Cards, bill: Bill, *, reference: str = "TRF1") -> Bill:
    return services.settle_bill(
        bill_id=bill.pk, account_id=town.place.account.pk, paid_date=DAY, reference_no=reference,
        by=town.place.bp, at=later(7),
    )  # fmt: skip
