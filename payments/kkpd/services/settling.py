"""LPJ, SPP-GU KKPD, and the bill paid in full: from APBD what the DPT lists, from the holders the rest."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from opd import access, audit
from opd.models import User
from opd.office import documents
from opd.office.calendar import day_of
from opd.planning.services import PurseKind, restore_purse
from payments.kkpd import papers, postings
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import Bill, BillLine, Card, DprLine, LineState
from payments.kkpd.services import cards
from payments.kkpd.services.bills import locked_line
from payments.kkpd.services.dpts import locked_bill
from payments.ledger import services as ledger
from payments.spending import services as spending
from payments.spending.models import Claim, ClaimKind, ClaimState, Spend, SpendState, TreasuryAccount
from payments.spending.services import claims
from payments.spending.services.closing import first_open_day


@transaction.atomic
def verify_bill(*, bill_id: UUID, by: User, at: datetime) -> Bill:
    """PPK-OPD verifies every spend that the bill's DPT list; the LPJ is frozen. Raises KkpdError."""
    bill = locked_bill(bill_id)
    access.require(by, "spend.verify", opd=bill.opd_id)
    if documents.current("npd_kkpd", bill) is None:
        raise KkpdError("NPD KKPD belum dibuat PA/KPA. Belum ada yang diverifikasi.")
    waiting = charged(bill).filter(state=SpendState.PAID).order_by("pk")
    if not waiting:
        raise KkpdError("Seluruh belanja tagihan ini sudah diverifikasi. Tidak ada yang berubah.")
    for spend in waiting:
        spending.verify_spend(spend_id=spend.pk, by=by, at=at)
    papers.issue_lpj(bill, by=by, at=at, on=day_of(at))
    audit.record("kkpd_bill.verify", bill, by=by, at=at, after={"spends": len(waiting)})
    return bill


@transaction.atomic
def claim_bill(*, bill_id: UUID, by: User, at: datetime) -> Claim:
    """SPP-GU KKPD of all that the bill's DPT list; again after a rejection. Raises KkpdError, ClaimError."""
    bill = locked_bill(bill_id)
    access.require(by, "claim.raise", opd=bill.opd_id)
    if bill.claim and bill.claim.state != ClaimState.REJECTED:
        raise KkpdError("Tagihan ini sudah punya SPP-GU KKPD. Tidak ada yang berubah.")
    spends = list(charged(bill))
    if not spends or any(spend.state != SpendState.VERIFIED for spend in spends):
        raise KkpdError("Belanja tagihan ini belum seluruhnya diverifikasi PPK-OPD. SPP belum dibuat.")
    claim = claims.raise_claim(
        kind=ClaimKind.GU_KKPD, opd_id=bill.opd_id, year=bill.year, by=by, at=at,
        purpose=f"Pelunasan tagihan KKPD {bill.number}", spend_ids=[spend.pk for spend in spends],
    )  # fmt: skip
    Bill.objects.filter(pk=bill.pk).update(claim=claim)
    audit.record("kkpd_bill.claim", bill, by=by, at=at, after={"claim": str(claim.pk)})
    return claim


def charged(bill: Bill) -> QuerySet[Spend]:
    """The spends that the bill's DPT list."""
    return Spend.objects.filter(kkpd_line__bill_line__bill=bill, kkpd_line__bill_line__dpt__isnull=False)


@transaction.atomic
def settle_bill(
    *, bill_id: UUID, account_id: int, paid_date: date, reference_no: str, by: User, at: datetime
) -> Bill:
    """The treasurer has paid the issuer what SP2D-GU KKPD brought (rupiah, WIB day), by the bank's reference.

    The debt falls, the purse UP KKPD and the cards' limits are whole again. Once; the same reference again
    returns the bill. Rejected lines are not paid from APBD: ``record_holder_payment``. Raises KkpdError.
    """
    bill = locked_bill(bill_id)
    access.require(by, "kkpd.settle", opd=bill.opd_id)
    reference = " ".join(reference_no.split())[:64]
    if bill.settled_at is not None:
        return _same_settlement(bill, reference)
    claim = _check_settlement(bill, account_id, paid_date, reference, at)
    Bill.objects.filter(pk=bill.pk, settled_at=None).update(
        settled_at=at, settled_by=by, paid_date=paid_date, account=account_id, reference_no=reference
    )
    effective = first_open_day(bill.opd_id, paid_date)  # the books' turn comes before cards and purse
    _free_cards(bill, at)
    restore_purse(
        opd_id=bill.opd_id, year=bill.year, kind=PurseKind.UP_KKPD, amount=claim.amount,
        key=f"card_bill:{bill.pk}", reason=f"Tagihan {bill.number} lunas", by=by, at=at,
    )  # fmt: skip
    _post(bill, effective, paid_date, by=by, at=at)
    after = {"amount": f"{claim.amount:.2f}", "reference": reference, "date": str(paid_date)}
    audit.record("kkpd_bill.settle", bill, by=by, at=at, after=after)
    bill.refresh_from_db()
    return bill


def _same_settlement(bill: Bill, reference: str) -> Bill:
    if bill.reference_no == reference:
        return bill
    raise KkpdError(
        "Tagihan ini sudah dilunasi dengan rujukan lain. Tidak ada yang berubah dan tidak dibayar dua kali."
    )


def _check_settlement(bill: Bill, account_id: int, paid_date: date, reference: str, at: datetime) -> Claim:
    nothing = "Pelunasan belum dicatat."
    claim = bill.claim
    if claim is None or claim.state != ClaimState.PAID or claim.sp2d_date is None:
        raise KkpdError(f"SP2D-GU KKPD untuk tagihan ini belum terbit. {nothing}")
    if not reference:
        raise KkpdError(f"Isi rujukan bank dari bukti transfer. {nothing}", "reference_no")
    if not claim.sp2d_date <= paid_date <= day_of(at):
        raise KkpdError(
            f"Tanggal bayar ada di antara tanggal SP2D ({claim.sp2d_date:%d/%m/%Y}) dan hari ini. {nothing}",
            "paid_date",
        )
    held = TreasuryAccount.objects.valid(on=paid_date).filter(pk=account_id, opd=bill.opd_id)
    if not held.exists():
        raise KkpdError(
            f"Rekening ini bukan rekening bendahara OPD ini pada tanggal itu. {nothing}", "account"
        )
    return claim


def _free_cards(bill: Bill, at: datetime) -> None:
    """In the order of the cards, before the purse: as a report takes them."""
    lines = DprLine.objects.filter(bill_line__bill=bill, bill_line__dpt__isnull=False, freed_at=None)
    sums: dict[int, Decimal] = {}
    for card_id, amount in lines.values_list("card_id", "spend__amount"):
        sums[card_id] = sums.get(card_id, Decimal(0)) + amount
    for card_id in sorted(sums):
        cards.give_back(card_id, sums[card_id])
    lines.update(freed_at=at)


def _post(bill: Bill, effective: date, paid_date: date, *, by: User, at: datetime) -> None:
    sums: dict[str, Decimal] = {}
    for line in bill.claim.lines.select_related("spend__line"):  # type: ignore[union-attr]
        code = line.spend.line.kode_rekening
        sums[code] = sums.get(code, Decimal(0)) + line.amount
    draft = postings.bill_paid(
        bill_id=bill.pk, opd_id=bill.opd_id, number=bill.number, sums=sums,
        effective=effective, value=paid_date,
    )  # fmt: skip
    ledger.post(draft, key=postings.paid_key(bill.pk), by=by, at=at)


@transaction.atomic
def record_holder_payment(
    *, bill_line_id: int, paid_date: date, reference: str, by: User, at: datetime
) -> BillLine:
    """The holder paid a rejected line to the issuer himself; never from APBD. Raises KkpdError."""
    line = locked_line(bill_line_id, by, "kkpd.bill")
    words = " ".join(reference.split())[:120]
    nothing = "Pembayaran pemegang belum dicatat."
    if line.state != LineState.REJECTED or line.holder_paid_at:
        raise KkpdError(f"Baris ini tidak ditolak, atau sudah dibayar pemegangnya. {nothing}")
    if not words or paid_date > day_of(at):
        raise KkpdError(f"Isi nomor bukti bayar dan tanggal yang sudah lewat. {nothing}", "reference")
    BillLine.objects.filter(pk=line.pk).update(
        holder_paid_at=at, holder_paid_date=paid_date, holder_reference=words
    )
    if line.report_id and DprLine.objects.filter(pk=line.report_id, freed_at=None).update(freed_at=at):
        report = DprLine.objects.select_related("spend").get(pk=line.report_id)
        Card.objects.select_for_update(no_key=True).get(pk=report.card_id)
        cards.give_back(report.card_id, report.spend.amount)
    line.refresh_from_db()
    audit.record(
        "kkpd_bill.holder_paid", line, by=by, at=at, after={"reference": words, "date": str(paid_date)}
    )
    return line
