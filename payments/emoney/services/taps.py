"""From a tap to a spending: the holder hands in receipt and purpose, the heads approve, the treasurer
charges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.planning.models import BudgetLine
from opd.planning.services import BudgetError
from payments.emoney.errors import EmoneyError, Missing, Reused
from payments.emoney.models import Movement, MovementKind, Return, ReturnKind
from payments.emoney.services import moving
from payments.emoney.services.cards import locked
from payments.spending import services as spending
from payments.spending.models import (
    SPENT,
    Channel,
    Source,
    Spend,
    SpendState,
    SpendType,
    Way,
)

CLOSED = (SpendState.REJECTED, SpendState.CANCELLED)
"""A spend in these states leaves its tap to be reported anew."""


def report(
    *,
    movement_id: int,
    line_id: int,
    purpose: str,
    receipts: Sequence[File[bytes]],
    by: User,
    at: datetime,
) -> Spend:
    """The holder says what a tap was for: it becomes a spend on a budget line, held and waiting for approval.

    At least one receipt (photo or PDF). Raises Reused where the tap is accounted for already, EmoneyError
    with the budget's or the evidence's own sentence; then nothing is kept.
    """
    if not receipts:
        raise EmoneyError("Lampirkan foto struk. Belum ada yang dikirim.", "receipts")
    if not purpose.strip():
        raise EmoneyError("Tulis keperluannya. Belum ada yang dikirim.", "purpose")
    try:
        with transaction.atomic():
            tap = _own_tap(movement_id, by)
            line = _line(tap, line_id)
            spend = spending.raise_spend(draft=_draft(tap, line, purpose), by=by, at=at)
            for upload in receipts:
                attachments.attach(subject=spend, kind="receipt", upload=upload, by=by, at=at, via="phone")
            spend = spending.submit(spend_id=spend.pk, by=by, at=at)
            Movement.objects.filter(pk=tap.pk).update(spend=spend)
            after = {"spend": str(spend.pk), "amount": f"{tap.amount:.2f}"}
            audit.record("emoney.report", tap, by=by, at=at, after=after)
    except (AttachmentError, BudgetError, spending.SpendError) as error:
        raise EmoneyError(f"{error} Laporan belum dikirim.") from error
    return spend


def withdraw_report(*, movement_id: int, reason: str, by: User, at: datetime) -> Spend:
    """The holder takes back a report that is not yet paid for; the hold on the budget is released."""
    if not reason.strip():
        raise EmoneyError("Tulis alasannya, sedikitnya lima huruf. Laporan tidak ditarik.")
    try:
        with transaction.atomic():
            tap = _tap(movement_id)
            _check_holder(tap, by)
            if tap.spend is None:
                raise EmoneyError("Transaksi ini belum dilaporkan. Tidak ada yang berubah.")
            spend = spending.cancel(spend_id=tap.spend.pk, reason=reason, by=by, at=at)
            audit.record("emoney.withdraw_report", tap, by=by, at=at, reason=reason[:300])
    except spending.SpendError as error:
        raise EmoneyError(str(error)) from error
    return spend


def charge(*, movement_id: int, checks: Mapping[str, bool], note: str, by: User, at: datetime) -> Spend:
    """The treasurer tests an approved report and charges it: the advance becomes spending on its budget line.

    A second call gives the same spend. Raises EmoneyError where it is not approved or its amount is not the
    tap's.
    """
    try:
        with transaction.atomic():
            tap = _tap(movement_id)
            access.require(by, "emoney.manage", opd=tap.card.opd_id)
            spend = _reported(tap)
            if spend.state in SPENT:
                return spend
            if spend.state == SpendState.APPROVED:
                spending.test_spend(spend_id=spend.pk, checks=checks, note=note, by=by, at=at)
            spend = spending.record_paid(
                spend_id=spend.pk, way=Way.EMONEY, paid_date=tap.day, reference_no=tap.reference_no, rrn="",
                account_id=None, by=by, at=at,
            )  # fmt: skip
            after = {"spend": str(spend.pk), "amount": f"{tap.amount:.2f}"}
            audit.record("emoney.charge", tap, by=by, at=at, after=after)
    except (BudgetError, spending.SpendError) as error:
        raise EmoneyError(f"{error} Belum ada yang dibebankan.") from error
    return spend


def repay(
    *, movement_id: int, account_id: int, paid_date: date, reference_no: str, by: User, at: datetime
) -> Return:
    """The holder paid back a tap that the agency does not bear: no spending, the advance falls by its
    amount."""
    with transaction.atomic():
        tap = _tap(movement_id)
        access.require(by, "emoney.manage", opd=tap.card.opd_id)
        _check_free(tap)
        account = moving.account_of(tap.card, account_id, paid_date, at)
        reference = moving.reference_of(reference_no)
        made = moving.give_back(
            tap.card, ReturnKind.REPAYMENT, account, tap.amount, paid_date, reference, by=by, at=at
        )
        Movement.objects.filter(pk=tap.pk).update(given_back=made, spend=None)
        after = {"return": str(made.pk), "amount": f"{tap.amount:.2f}"}
        audit.record("emoney.repay", tap, by=by, at=at, after=after)
    return made


def explain(*, movement_id: int, reason: str, by: User, at: datetime) -> Movement:
    """Say where a top-up or withdrawal comes from that is none of ours; the difference stays, now
    explained."""
    if len(reason.strip()) < 5:
        raise EmoneyError("Tulis penjelasannya. Belum ada yang disimpan.", "reason")
    with transaction.atomic():
        row = Movement.objects.select_for_update(no_key=True, of=("self",)).filter(pk=movement_id).first()
        if row is None:
            raise Missing("Transaksi ini tidak ada.")
        access.require(by, "emoney.manage", opd=row.card.opd_id)
        if row.kind == MovementKind.BUY or row.top_up_id or row.given_back_id:
            raise EmoneyError("Transaksi ini tidak perlu dijelaskan. Tidak ada yang berubah.")
        before = {"explanation": row.explanation} if row.explanation else None
        row.explanation, row.explained_at, row.explained_by = reason.strip()[:300], at, by
        row.save(update_fields=["explanation", "explained_at", "explained_by"])
        audit.record("emoney.explain", row, by=by, at=at, before=before, reason=row.explanation)
    return row


def _tap(movement_id: int) -> Movement:
    """A purchase on its locked card, so that two people never account for one tap. Raises Missing."""
    card_id = (
        Movement.objects.filter(pk=movement_id, kind=MovementKind.BUY).values_list("card", flat=True).first()
    )
    if card_id is None:
        raise Missing("Transaksi ini tidak ada.")
    locked(card_id)
    return Movement.objects.select_related("card", "spend").get(pk=movement_id)


def _own_tap(movement_id: int, by: User) -> Movement:
    tap = _tap(movement_id)
    _check_holder(tap, by)
    _check_free(tap)
    return tap


def _check_holder(tap: Movement, by: User) -> None:
    access.require(by, "emoney.report", opd=tap.card.opd_id)
    if tap.card.holder_id != by.pk:
        raise PermissionDenied("Kartu ini bukan atas nama Anda.")


def _check_free(tap: Movement) -> None:
    if tap.given_back_id:
        raise Reused("Transaksi ini sudah diganti pemegangnya. Tidak ada yang berubah.")
    if tap.spend and tap.spend.state not in CLOSED:
        raise Reused(
            f"Transaksi ini sudah dilaporkan ({tap.spend.get_state_display().lower()}). Tidak ada yang "
            "berubah."
        )


def _line(tap: Movement, line_id: int) -> BudgetLine:
    line = BudgetLine.objects.filter(pk=line_id, opd=tap.card.opd_id, year=tap.day.year).first()
    if line is None:
        raise EmoneyError(
            f"Pilih baris anggaran OPD pemilik kartu untuk tahun {tap.day.year}. Laporan belum dikirim.",
            "line",
        )
    return line


def _draft(tap: Movement, line: BudgetLine, purpose: str) -> spending.SpendDraft:
    return spending.SpendDraft(
        opd_id=tap.card.opd_id,
        year=tap.day.year,
        line_id=line.pk,
        source=Source.UP,
        channel=Channel.EMONEY,
        amount=tap.amount,
        description=purpose.strip()[:1000],
        spend_date=tap.day,
        merchant_name=tap.merchant,
        type=_type(line.kode_rekening),
    )


def _type(kode_rekening: str) -> SpendType:
    if kode_rekening.startswith("5.2"):
        return SpendType.CAPITAL
    return SpendType.TRAVEL if kode_rekening.startswith("5.1.02.04") else SpendType.GOODS


def _reported(tap: Movement) -> Spend:
    """The spend of a tap, fit to be charged. Raises EmoneyError."""
    spend = tap.spend
    if spend is None or spend.state in CLOSED:
        raise EmoneyError("Pemegang belum melaporkan transaksi ini. Belum ada yang dibebankan.")
    if (spend.amount, spend.channel) != (tap.amount, Channel.EMONEY):
        raise EmoneyError(
            "Pengajuannya tidak lagi sama dengan transaksi kartu. Belum ada yang dibebankan; tolak "
            "pengajuannya agar pemegang melapor ulang."
        )
    if spend.state not in {*SPENT, SpendState.APPROVED, SpendState.TESTED}:
        raise EmoneyError(
            f"Pengajuannya {spend.get_state_display().lower()}. Belum ada yang dibebankan; PA atau KPA "
            "menyetujui dahulu."
        )
    return spend
