"""What a payee gives back: a correction of what was paid, never its undoing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from opd.planning import services as planning
from opd.planning.services import PurseKind
from payments.ledger.services import Draft, post
from payments.money import format_rupiah, rupiah
from payments.spending import postings, rules
from payments.spending.errors import BadDraft, Twice, WrongState
from payments.spending.models import Channel, Claim, ClaimLine, ClaimState, Refund, Spend, SpendState
from payments.spending.services.booking import facts_of
from payments.spending.services.locking import locked, reason_of
from payments.spending.services.payments import net_of
from payments.spending.services.spends import refunded

_NOTHING = "Pengembalian belum dicatat."


@transaction.atomic
def refund(
    *,
    spend_id: UUID,
    amount: Decimal,
    paid_date: date,
    reference_no: str,
    reason: str,
    by: User,
    at: datetime,
) -> Spend:
    """Record ``amount`` (rupiah) that the payee gave back on a day, once by its reference.

    Before SP2D it returns to the treasurer and her purse; after SP2D it belongs in RKUD. Raises WrongState,
    BadDraft, Twice; PermissionDenied without ``spend.pay``.
    """
    spend = locked(spend_id)
    access.require(by, "spend.pay", opd=spend.opd_id)
    back, reference = rupiah(amount), reference_no.strip()[:64]
    known = Refund.objects.filter(spend=spend, reference_no=reference).first()
    if known:
        return _same(spend, known, back)
    _check(spend, back, paid_date, reference, at)
    made = Refund.objects.create(
        spend=spend, number=spend.refunds.count() + 1, amount=back, paid_date=paid_date,
        reference_no=reference, to_rkud=spend.state == SpendState.PASSED,
        reason=reason_of(reason, "dikembalikan"), at=at, by=by,
    )  # fmt: skip
    draft = _draft(spend, made)  # asks the books for their open day, whose lock comes before the budget's
    _correct_budget(spend, made, by, at)
    post(draft, key=made.key, by=by, at=at)
    after = {"amount": f"{back:.2f}", "reference_no": reference, "to_rkud": made.to_rkud}
    audit.record("spend.refund", spend, by=by, at=at, after=after, reason=made.reason)
    return spend


def _same(spend: Spend, known: Refund, amount: Decimal) -> Spend:
    if known.amount != amount:
        raise Twice(
            f"Pengembalian dengan rujukan {known.reference_no} sudah dicatat {format_rupiah(known.amount)}. "
            "Tidak ada yang berubah."
        )
    return spend


def _check(spend: Spend, amount: Decimal, paid_date: date, reference: str, at: datetime) -> None:
    if rules.State(spend.state) not in rules.SPENT or spend.paid_date is None:
        raise WrongState(f"Belanja ini belum dibayar, jadi tidak ada yang dikembalikan. {_NOTHING}")
    if not reference:
        raise BadDraft(f"Isi rujukan bukti setor atau transfernya. {_NOTHING}", "reference_no")
    if not spend.paid_date <= paid_date <= day_of(at) or paid_date.year != spend.year:
        raise BadDraft(
            f"Tanggal kembali antara {spend.paid_date:%d/%m/%Y} dan hari ini, dalam tahun {spend.year}. "
            f"{_NOTHING}",
            "paid_date",
        )
    left = net_of(spend) - refunded(spend)
    if not 0 < amount <= left:
        raise BadDraft(
            f"Yang dapat dikembalikan lebih dari nol dan paling banyak {format_rupiah(left)}. {_NOTHING}",
            "amount",
        )
    open_claims = Claim.objects.exclude(state__in=[ClaimState.PAID, ClaimState.REJECTED])
    if ClaimLine.objects.filter(spend=spend, live=True, claim__in=open_claims).exists():
        raise WrongState(
            f"Belanja ini sedang dalam SPP. {_NOTHING} Tunggu SP2D-nya, atau tolak SPP itu dahulu."
        )


def _correct_budget(spend: Spend, made: Refund, by: User, at: datetime) -> None:
    planning.correct_realisation(
        key=spend.hold_key, correction_key=made.key, amount=made.amount, reason=made.reason, by=by, at=at,
        to_purse=not made.to_rkud,
    )  # fmt: skip
    if spend.channel == Channel.EMONEY and not made.to_rkud:  # the top-up took the purse, not the hold
        planning.restore_purse(
            opd_id=spend.opd_id, year=spend.year, kind=PurseKind.UP_CASH, amount=made.amount, key=made.key,
            reason=made.reason, by=by, at=at,
        )  # fmt: skip


def _draft(spend: Spend, made: Refund) -> Draft:
    facts = facts_of(spend, made.paid_date, gross=made.amount)
    if made.to_rkud:
        return postings.refunded_to_rkud(facts)
    role = postings.cash_role(spend.source, spend.channel)
    return postings.refunded(facts, role="bp_bank" if role == "emoney_advance" else role)
