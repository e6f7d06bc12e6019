"""The money leaves: begin, settle, fail; card charges, LS and refunds.

Between ``begin_payment`` and the answer of a bank nothing is open: the intent is committed, then the bank is
called, then the answer is settled or failed. Paid never goes back.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from opd.office.ids import uuid7
from opd.planning import services as planning
from payments.ledger.services import post
from payments.spending import postings, rules
from payments.spending.errors import BadDraft, Contradicted, Missing, Twice
from payments.spending.models import (
    BulkFile,
    Channel,
    Claim,
    Contradiction,
    Disbursement,
    DisbursementState,
    Ruling,
    RulingState,
    Source,
    Spend,
    TreasuryAccount,
    Verdict,
    Way,
)
from payments.spending.rules import Deed
from payments.spending.services.booking import facts_of
from payments.spending.services.checking import check_payee, check_qris_limit
from payments.spending.services.locking import check, locked, move, require_any
from payments.spending.services.spends import pass_spends

_LIVE = (DisbursementState.INTENDED, DisbursementState.PENDING)
_NOT_PAID = "Belum ada uang yang keluar."


@transaction.atomic
def begin_payment(
    *,
    spend_id: UUID,
    way: Way,
    account_id: int | None,
    by: User,
    at: datetime,
    reference_no: str = "",
    rrn: str = "",
    bulk_file: BulkFile | None = None,
    bulk_line: int | None = None,
) -> Disbursement:
    """Write the intent to pay a tested spend (tested → paying); commit it before any bank is called.

    The row holds what leaves (gross less withheld taxes, rupiah) and our own reference. Raises WrongState
    where somebody else pays it already, BadDraft for a way or account that doesn't fit, Blocked, Twice for a
    known RRN; PermissionDenied without ``spend.pay`` (``claim.sp2d`` for SP2D-LS).
    """
    spend = locked(spend_id)
    _may_pay(by, way, spend.opd_id)
    check(spend, Deed.BEGIN)
    _check_not_paid_after_all(spend, way)
    _check_way(spend, way, account_id, at)
    move(spend, Deed.BEGIN, action="spend.pay_begin", by=by, at=at, facts={"way": str(way)})
    return _intend(
        spend, way, account_id=account_id, reference_no=reference_no, rrn=rrn, bulk_file=bulk_file,
        bulk_line=bulk_line, made_by=by, made_at=at,
    )  # fmt: skip


def _may_pay(by: User, way: Way, opd_id: int) -> None:
    if way == Way.SP2D:
        access.require(by, "claim.sp2d", opd=opd_id)
    elif way == Way.CARD:
        require_any(by, ("kkpd.test", "kkpd.settle"), opd_id)
    else:
        access.require(by, "spend.pay", opd=opd_id)


def _check_not_paid_after_all(spend: Spend, way: Way) -> None:
    """While the bank says that an earlier, failed payment left after all, no second one is ordered."""
    if way in rules.RECORDED:
        return
    told = Contradiction.objects.open().filter(disbursement__spend=spend, told=Verdict.PAID)
    if told.exists():
        raise Twice(
            "Menurut kabar bank yang terakhir, belanja ini sudah dibayar oleh percobaan yang tercatat gagal. "
            "Tidak ada pembayaran baru yang dibuat. Selesaikan dahulu kabar itu pada halaman Bank belum "
            "memastikan; bila uangnya memang keluar, catat sebagai sudah dibayar."
        )


def _check_way(spend: Spend, way: Way, account_id: int | None, at: datetime) -> None:
    if way not in rules.ways(spend.source, spend.channel):
        raise BadDraft(
            f"Belanja {Source(spend.source).label} melalui {Channel(spend.channel).label} tidak dibayar "
            f"dengan cara “{Way(way).label}”. {_NOT_PAID}"
        )
    day = day_of(at)
    if day.year != spend.year:
        raise BadDraft(
            f"Tahun anggaran {spend.year} sudah lewat, jadi belanja ini tidak dibayar lagi. {_NOT_PAID}"
        )
    if spend.payee_id:
        check_payee(spend.payee)
    if way in rules.TO_ACCOUNT and not (spend.payee and spend.payee.account_no):
        raise BadDraft(f"Penerima belum punya rekening di buku penerima. {_NOT_PAID}", "payee")
    if spend.channel == Channel.QRIS:
        check_qris_limit(net_of(spend), day)
    _check_account(spend, way, account_id, day)


def _check_account(spend: Spend, way: Way, account_id: int | None, day: date) -> None:
    if way not in rules.FROM_ACCOUNT:
        return
    accounts = TreasuryAccount.objects.valid(on=day).filter(opd=spend.opd_id)
    if account_id is None or not accounts.filter(pk=account_id).exists():
        raise BadDraft(
            f"Rekening sumber ini bukan rekening bendahara OPD ini yang berlaku hari ini. {_NOT_PAID} "
            "Pilih rekening dari daftar.",
            "account",
        )


def net_of(spend: Spend) -> Decimal:
    """What leaves: gross less withheld taxes (rupiah)."""
    withheld = spend.taxes.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")
    return rules.net(spend.amount, withheld)


def _intend(spend: Spend, way: Way, **fields: Any) -> Disbursement:
    made = Disbursement(pk=uuid7(), spend=spend, way=way, amount=net_of(spend), **fields)
    made.partner_reference_no = made.pk.hex
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise _twice(error, made.rrn) from error
    return made


def _twice(error: IntegrityError, rrn: str) -> Twice:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "spend_rrn_once":
        return Twice(
            f"RRN {rrn} sudah dipakai pembayaran lain. {_NOT_PAID} Periksa RRN pada bukti; satu transaksi "
            "QRIS hanya membayar satu belanja."
        )
    return Twice("Belanja ini sedang dibayar lewat jalan lain. Tidak ada pembayaran kedua yang dibuat.")


@transaction.atomic
def settle_payment(
    *,
    disbursement_id: UUID,
    paid_date: date,
    reference_no: str,
    rrn: str,
    by: User | None,
    at: datetime,
) -> Spend:
    """The bank paid (or the person saw that it did): paying → paid, budget realised, journal posted, once.

    A second call gives back the same spend. ``by`` is None where the machine learned it. ``paid_date`` is the
    bank's day (WIB). Raises Contradicted for a payment that certainly failed, Twice for a known RRN.
    """
    spend, payment = locked_payment(disbursement_id)
    if by is not None:
        _may_pay(by, Way(payment.way), spend.opd_id)
    return settle_locked(spend, payment, paid_date, reference_no=reference_no, rrn=rrn, by=by, at=at)


def settle_locked(
    spend: Spend,
    payment: Disbursement,
    paid_date: date,
    *,
    reference_no: str,
    rrn: str,
    by: User | None,
    at: datetime,
) -> Spend:
    """``settle_payment`` of what ``locked_payment`` gave; the caller has checked who may."""
    if payment.state == DisbursementState.SUCCEEDED:
        return spend
    return _settle(spend, payment, Deed.SETTLE, paid_date, reference_no=reference_no, rrn=rrn, by=by, at=at)


def locked_payment(disbursement_id: UUID) -> tuple[Spend, Disbursement]:
    """The spend and its payment, locked in this order. Raises Missing."""
    spend_id = Disbursement.objects.filter(pk=disbursement_id).values_list("spend_id", flat=True).first()
    if spend_id is None:
        raise Missing("Pembayaran ini tidak ada. Tidak ada yang berubah.")
    spend = locked(spend_id)
    return spend, Disbursement.objects.select_for_update(no_key=True).get(pk=disbursement_id)


def _settle(
    spend: Spend,
    payment: Disbursement,
    deed: Deed,
    paid_date: date,
    *,
    reference_no: str,
    rrn: str,
    by: User | None,
    at: datetime,
) -> Spend:
    _succeed(payment, paid_date, reference_no or payment.reference_no, rrn or payment.rrn, at)
    _lapse_ruling(spend, payment, at)
    move(
        spend, deed, action="spend.paid", by=by, at=at, paid_at=at, paid_date=paid_date,
        facts={"way": payment.way, "amount": f"{payment.amount:.2f}", "reference_no": payment.reference_no,
               "rrn": payment.rrn},
    )  # fmt: skip
    facts = facts_of(spend, paid_date, taxes=True)  # the books' lock comes before the budget's
    planning.realise(key=spend.hold_key, amount=spend.amount, on=_in_year(spend, paid_date), by=by, at=at)
    if spend.source == Source.LS:
        draft = postings.paid_direct(facts)
    else:
        draft = postings.paid(facts, role=postings.cash_role(spend.source, spend.channel))
    post(draft, key=f"{spend.hold_key}:paid", by=by, at=at)
    return spend


def _in_year(spend: Spend, day: date) -> date:
    """The day in the spend's own year: what left on 31 December at midnight is still that year's budget."""
    return min(max(day, date(spend.year, 1, 1)), date(spend.year, 12, 31))


def _succeed(payment: Disbursement, paid_date: date, reference_no: str, rrn: str, at: datetime) -> None:
    rows = Disbursement.objects.filter(pk=payment.pk, state__in=_LIVE)
    try:
        with transaction.atomic():
            done = rows.update(
                state=DisbursementState.SUCCEEDED, paid_date=paid_date, reference_no=reference_no[:64],
                rrn=rrn[:40], finished_at=at, claimed_until=None, next_ask_at=None,
            )  # fmt: skip
    except IntegrityError as error:
        raise _twice(error, rrn) from error
    if not done:
        raise Contradicted(
            "Pembayaran ini sudah tercatat gagal, jadi tidak dapat dicatat berhasil. Bila uangnya ternyata "
            "keluar, periksa rekening koran dan catat belanjanya dengan rujukan itu."
        )
    payment.refresh_from_db()


def _lapse_ruling(spend: Spend, payment: Disbursement, at: datetime) -> None:
    """The bank's own word came before a second person confirmed what the first proposed."""
    waiting = Ruling.objects.filter(disbursement=payment, state=RulingState.PROPOSED)
    if waiting.update(state=RulingState.LAPSED, decided_at=at):
        audit.record("payment.ruling_lapse", spend, by=None, at=at, after={"payment": str(payment.pk)})


@transaction.atomic
def fail_payment(*, disbursement_id: UUID, message: str, by: User | None, at: datetime) -> Spend:
    """The payment certainly failed: paying → tested, so that it may be paid another way. Idempotent.

    Only where the bank said so, never on silence. Raises Contradicted for a payment that succeeded.
    """
    spend, payment = locked_payment(disbursement_id)
    if by is not None:
        _may_pay(by, Way(payment.way), spend.opd_id)
    return fail_locked(spend, payment, message, by=by, at=at)


def fail_locked(spend: Spend, payment: Disbursement, message: str, *, by: User | None, at: datetime) -> Spend:
    """``fail_payment`` of what ``locked_payment`` gave; the caller has checked who may."""
    if payment.state == DisbursementState.FAILED:
        return spend
    done = Disbursement.objects.filter(pk=payment.pk, state__in=_LIVE).update(
        state=DisbursementState.FAILED, message=message[:300], finished_at=at, claimed_until=None,
        next_ask_at=None,
    )  # fmt: skip
    if not done:
        raise Contradicted(
            "Pembayaran ini sudah berhasil; uangnya sudah keluar dan tidak dapat dicatat gagal."
        )
    _lapse_ruling(spend, payment, at)
    return move(
        spend, Deed.FAIL, action="spend.pay_fail", by=by, at=at, reason=message, facts={"way": payment.way}
    )


@transaction.atomic
def record_paid(
    *,
    spend_id: UUID,
    way: Way,
    paid_date: date,
    reference_no: str,
    rrn: str,
    account_id: int | None,
    by: User,
    at: datetime,
) -> Spend:
    """What was paid outside (CMS, the bank's app, cash, e-money): intent and result in one transaction.

    Raises BadDraft for a day in the future, of another year or before the approval, and whatever
    ``begin_payment`` and ``settle_payment`` raise.
    """
    spend = locked(spend_id)
    _check_day(spend, way, paid_date, at)
    made = begin_payment(
        spend_id=spend_id, way=way, account_id=account_id, by=by, at=at, reference_no=reference_no[:64],
        rrn=rrn[:40],
    )  # fmt: skip
    return settle_payment(
        disbursement_id=made.pk, paid_date=paid_date, reference_no=reference_no, rrn=rrn, by=by, at=at
    )


def _check_day(spend: Spend, way: Way, paid_date: date, at: datetime) -> None:
    if paid_date > day_of(at):
        raise BadDraft(f"Tanggal bayar {paid_date:%d/%m/%Y} belum tiba. Belum dicatat.", "paid_date")
    if paid_date.year != spend.year:
        raise BadDraft(
            f"Tanggal bayar {paid_date:%d/%m/%Y} di luar tahun anggaran {spend.year}. Belum dicatat.",
            "paid_date",
        )
    early = spend.approved_at is not None and paid_date < day_of(spend.approved_at)
    if early and way not in (Way.EMONEY, Way.CARD):
        raise BadDraft(
            f"Tanggal bayar {paid_date:%d/%m/%Y} mendahului persetujuan. Belum dicatat; uang hanya keluar "
            "sesudah belanja disetujui.",
            "paid_date",
        )


@transaction.atomic
def charge_card(*, spend_id: UUID, paid_date: date, rrn: str, by: User, at: datetime) -> Spend:
    """A card spend that the DPT passed: approved → paid, owed to the card's bank until the bill is paid.

    ``paid_date`` is the day of the card transaction. A QRIS paid by the card is the same spend, booked once
    by its RRN. Raises WrongState, BadDraft, Twice; PermissionDenied without ``kkpd.test`` or ``kkpd.settle``.
    """
    spend = locked(spend_id)
    _may_pay(by, Way.CARD, spend.opd_id)
    if spend.source != Source.KKPD:
        raise BadDraft(f"Belanja ini tidak memakai KKPD. {_NOT_PAID}")
    check(spend, Deed.CHARGE)
    _check_day(spend, Way.CARD, paid_date, at)
    made = _intend(spend, Way.CARD, rrn=rrn[:40], made_by=by, made_at=at)
    return _settle(spend, made, Deed.CHARGE, paid_date, reference_no="", rrn=rrn, by=by, at=at)


@transaction.atomic
def pay_direct(*, spend_id: UUID, claim_id: UUID, sp2d_date: date, by: User, at: datetime) -> Spend:
    """LS: BUD pays from RKUD by SP2D; the spend is paid and passed at once (for ``claims.pay_claim``).

    Raises WrongState, BadDraft; PermissionDenied without ``claim.sp2d``.
    """
    spend = record_paid(
        spend_id=spend_id, way=Way.SP2D, paid_date=sp2d_date, reference_no="", rrn="", account_id=None, by=by,
        at=at,
    )  # fmt: skip
    claim = Claim.objects.get(pk=claim_id)
    return pass_spends(spend_ids=[spend.pk], claim=claim, on=sp2d_date, by=by, at=at)[0]
