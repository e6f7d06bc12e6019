"""DPT of what passed, the letter for what did not, and the NPD: numbered and frozen as they are issued."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.models import Document
from payments.kkpd import papers
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import Bill, BillLine, Dpt, LineState
from payments.spending import services as spending


@transaction.atomic
def issue_dpt(*, bill_id: UUID, card_id: int | None, by: User, at: datetime) -> Dpt:
    """A DPT of the approved lines of a card, or of all cards together (``card_id`` None), by PA or KPA.

    Each of its spends is charged: expense against the debt to the issuer. A line stands in one DPT. Raises
    KkpdError where nothing waits, SpendError.
    """
    bill = locked_bill(bill_id)
    access.require(by, "kkpd.test", opd=bill.opd_id)
    rows = BillLine.objects.select_for_update(of=("self",), no_key=True).filter(
        bill=bill, state=LineState.APPROVED, dpt=None
    )
    rows = rows.filter(card=card_id) if card_id is not None else rows
    lines = list(rows.select_related("card__holder", "report__spend__line").order_by("line_no"))
    if not lines:
        raise KkpdError("Tidak ada baris yang lolos uji dan belum masuk DPT. DPT belum diterbitkan.")
    total = sum((line.amount for line in lines), Decimal(0))
    dpt = Dpt.objects.create(bill=bill, card_id=card_id, amount=total, issued_at=at, issued_by=by)
    BillLine.objects.filter(pk__in=[line.pk for line in lines]).update(dpt=dpt)
    for line in sorted(lines, key=lambda one: str(one.report_id)):
        _charge(line, by=by, at=at)
    papers.issue_dpt(dpt, lines, by=by, at=at, on=day_of(at))
    after = {"amount": f"{total:.2f}", "lines": len(lines)}
    audit.record("kkpd_dpt.issue", dpt, by=by, at=at, after=after)
    return dpt


def _charge(line: BillLine, *, by: User, at: datetime) -> None:
    assert line.report is not None  # an approved line has its report
    spending.charge_card(
        spend_id=line.report.spend_id,
        paid_date=line.transaction_date,
        rrn=line.rrn or line.report.rrn,
        by=by,
        at=at,
    )


@transaction.atomic
def issue_letter(*, bill_id: UUID, by: User, at: datetime) -> Document:
    """The letter that tells the Pelaksana Kuasa Pengguna KKPD what was rejected and why. Once per bill."""
    bill = locked_bill(bill_id)
    access.require(by, "kkpd.test", opd=bill.opd_id)
    if standing := documents.current("tolak_kkpd", bill):
        return standing
    _all_decided(bill, "Surat belum diterbitkan.")
    lines = list(bill.lines.filter(state=LineState.REJECTED).select_related("card__holder", "report__spend"))
    if not lines:
        raise KkpdError("Tidak ada baris yang ditolak. Surat belum diterbitkan.")
    letter = papers.issue_letter(bill, lines, by=by, at=at, on=day_of(at))
    audit.record("kkpd_bill.letter", bill, by=by, at=at, after={"number": letter.number_text})
    return letter


@transaction.atomic
def issue_npd(*, bill_id: UUID, by: User, at: datetime) -> Document:
    """The NPD KKPD (konsep; SIPD numbers it) for all that the DPT of a bill list. Once per bill."""
    bill = locked_bill(bill_id)
    access.require(by, "kkpd.test", opd=bill.opd_id)
    if standing := documents.current("npd_kkpd", bill):
        return standing
    nothing = "NPD belum dibuat."
    _all_decided(bill, nothing)
    if bill.lines.filter(state=LineState.APPROVED, dpt=None).exists():
        raise KkpdError(f"Masih ada baris yang lolos uji tetapi belum masuk DPT. {nothing}")
    if not bill.dpts.exists():
        raise KkpdError(f"Seluruh tagihan ditolak, jadi tidak ada yang dibebankan ke APBD. {nothing}")
    npd = papers.issue_npd(bill, by=by, at=at, on=day_of(at))
    audit.record("kkpd_bill.npd", bill, by=by, at=at, after={"amount": f"{npd.amount:.2f}"})
    return npd


def _all_decided(bill: Bill, nothing: str) -> None:
    left = bill.lines.filter(state=LineState.OPEN).count()
    if left:
        raise KkpdError(f"{left} baris tagihan belum diuji. {nothing}")


def locked_bill(bill_id: UUID) -> Bill:
    """The bill, locked: its steps are taken one at a time. Raises KkpdError."""
    bill = (
        Bill.objects.select_for_update(of=("self",), no_key=True)
        .select_related("opd", "claim")
        .filter(pk=bill_id)
        .first()
    )
    if bill is None:
        raise KkpdError("Tagihan ini tidak ada.")
    return bill
