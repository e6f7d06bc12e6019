"""What is late in the card's cycle, by whom, and how much money stands exposed. Deadlines are dated rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from opd.models import User
from opd.office import rules as dated
from opd.office.calendar import day_of
from payments.kkpd import queries, rules
from payments.kkpd.models import Bill, BillLine, Dpt, LineState
from payments.spending.models import ClaimState, SpendState


@dataclass(frozen=True)
class Late:
    """Something past its day: what it is, who should have acted, since when, and the rupiah exposed."""

    what: str
    who: str
    opd: str
    due: date
    days: int
    amount: Decimal
    url: str


def late(user: User, today: date) -> list[Late]:
    """Everything late within reach, the longest first."""
    found = [
        *_unsigned(user, today),
        *_unreported(user, today),
        *_untested(user, today),
        *_bills(user, today),
    ]
    return sorted(found, key=lambda one: (-one.days, one.what))


def _unsigned(user: User, today: date) -> Iterator[Late]:
    """Reports whose DPR no PPTK has signed."""
    waiting = queries.lines(user).filter(withdrawn_at=None, freed_at=None, dpr__signed_at=None)
    waiting = waiting.exclude(spend__state__in=[SpendState.REJECTED, SpendState.CANCELLED])
    for row in waiting.filter(transaction_date__lt=_before(today, "kkpd.evidence_days")):
        who = f"PPTK {row.spend.opd.short_name}" if row.dpr_id else row.card.holder.name
        what = "DPR belum ditandatangani" if row.dpr_id else "Belanja belum masuk DPR"
        due = rules.due(row.transaction_date, _days("kkpd.evidence_days", today))
        url = reverse("kkpd:line_detail", args=[row.pk])
        yield _late(what, who, row.spend.opd.short_name, due, today, row.spend.amount, url)


def _unreported(user: User, today: date) -> Iterator[Late]:
    """Billed lines that their holder has not reported."""
    rows = _billed(user).filter(report=None, state=LineState.OPEN)
    for row in rows.filter(transaction_date__lt=_before(today, "kkpd.evidence_days")):
        due = rules.due(row.transaction_date, _days("kkpd.evidence_days", today))
        url = reverse("kkpd:bill_line", args=[row.pk])
        who = row.card.holder.name
        yield _late("Belum ada bukti", who, row.bill.opd.short_name, due, today, row.amount, url)


def _untested(user: User, today: date) -> Iterator[Late]:
    """Bills that PA or KPA has not tested to the end."""
    waiting = BillLine.objects.filter(bill=OuterRef("pk"), dpt=None).exclude(state=LineState.REJECTED)
    for bill in queries.bills(user).filter(Exists(waiting)):
        due = rules.due(day_of(bill.imported_at), _days("kkpd.dpt_days", today))
        amount = bill.total - (bill.passed or queries.ZERO) - (bill.rejected or queries.ZERO)
        yield from _if_late("DPT belum terbit", "PA atau KPA", bill, due, today, amount)


def _bills(user: User, today: date) -> Iterator[Late]:
    """Bills without SPM, not paid in time, or whose rejected lines their holders still owe."""
    newest = Dpt.objects.filter(bill=OuterRef("pk")).order_by("-issued_at").values("issued_at")[:1]
    for bill in queries.bills(user).annotate(last_dpt=Subquery(newest)):
        passed = bill.passed or queries.ZERO
        ordered = bill.claim is not None and bill.claim.state in (ClaimState.ORDERED, ClaimState.PAID)
        if bill.last_dpt and not ordered:
            due = rules.due(day_of(bill.last_dpt), _days("kkpd.spm_days", today))
            yield from _if_late("SPM-GU KKPD belum terbit", _waits_for(bill), bill, due, today, passed)
        if bill.settled_at is None and passed:
            who = "Bendahara pengeluaran"
            yield from _if_late("Tagihan belum dilunasi", who, bill, bill.due_date, today, passed)
        if bill.unpaid:
            what = "Bagian pemegang belum dibayar"
            yield from _if_late(what, "Pemegang kartu", bill, bill.due_date, today, bill.unpaid)


def _waits_for(bill: Bill) -> str:
    if bill.claim is None or bill.claim.state == ClaimState.REJECTED:
        return "PPK-OPD dan bendahara"
    return "PPK-OPD" if bill.claim.state == ClaimState.RAISED else "Pengguna Anggaran"


def exposure(user: User) -> Decimal:
    """Rupiah that the issuer has laid out and nobody has paid back: reported and open, or on a bill."""
    reported = queries.lines(user).filter(withdrawn_at=None, freed_at=None, bill_line=None)
    reported = reported.exclude(spend__state=SpendState.CANCELLED)
    billed = _billed(user).filter(bill__settled_at=None).exclude(holder_paid_at__isnull=False)
    burden = _billed(user).filter(
        bill__settled_at__isnull=False, state=LineState.REJECTED, holder_paid_at=None
    )
    return queries.total(reported) + _sum(billed) + _sum(burden)


def _sum(rows: QuerySet[BillLine]) -> Decimal:
    return sum(rows.values_list("amount", flat=True), queries.ZERO)


def _billed(user: User) -> QuerySet[BillLine]:
    rows = BillLine.objects.select_related("bill__opd", "card__holder")
    return queries.oversight(user).filter(rows, "bill__opd")


def _if_late(what: str, who: str, bill: Bill, due: date, today: date, amount: Decimal) -> Iterator[Late]:
    if due < today:
        url = reverse("kkpd:bill_detail", args=[bill.pk])
        yield _late(f"{what} ({bill.number})", who, bill.opd.short_name, due, today, amount, url)


def _late(what: str, who: str, opd: str, due: date, today: date, amount: Decimal, url: str) -> Late:
    return Late(what, who, opd, due, (today - due).days, amount, url)


def _days(key: str, on: date) -> int:
    return int(dated.value(key, on))


def _before(today: date, key: str) -> date:
    return rules.due(today, -_days(key, today))
