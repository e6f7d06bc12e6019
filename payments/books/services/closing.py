"""Months close in order, once, with every difference explained; later payments go to the open month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.books import papers
from payments.books.days import last_of, named, words
from payments.books.errors import BookError, NotInOrder, Unexplained
from payments.books.models import MonthClosing, Report, ReportKind, ReportState, YearClosing
from payments.books.notes import total_of
from payments.books.queries import ledger, overview
from payments.books.services import reconciling, turns
from payments.books.shelf import CASH
from payments.money import format_rupiah


def first_open_day(opd_id: int, day: date) -> date:
    """``day``, or the first day after the last closed month. Registered with ``payments.spending``: runs in
    the payment's transaction and shares the books with it, so that no closing overtakes the posting."""
    turns.share(opd_id)
    last = newest(opd_id)
    return day if last is None or day > last.last_day else last.last_day + timedelta(days=1)


def newest(opd_id: int) -> MonthClosing | None:
    """The last month that stands closed."""
    return MonthClosing.objects.standing().filter(opd=opd_id).order_by("-year", "-month").first()


def close_month(
    *,
    opd_id: int,
    year: int,
    month: int,
    counted: Mapping[str, int],
    explanation: str,
    by: User,
    at: datetime,
) -> MonthClosing:
    """Close a month: seal its entries, keep each book's figures, print the register penutupan kas.

    ``counted`` are notes and coins by denomination (rupiah → pieces) on the last day. Raises NotInOrder for
    another month than the next, Unexplained where the safe or the bank differs without an explanation,
    BookError before the month is over; PermissionDenied without ``books.close``. Permendagri 77/2020.
    """
    access.require(by, "books.close", opd=opd_id)
    try:
        with transaction.atomic():
            turns.take(opd_id)
            _in_order(opd_id, year, month, day_of(at))
            explanation = " ".join(explanation.split())
            _cash_agrees(opd_id, last_of(year, month), total_of(counted), explanation)
            reconciling.must_be_explained(opd_id, year, month)
            closing = _keep(opd_id, year, month, counted, explanation, by=by, at=at)
            papers.issue_cash_register(closing, by=by, at=at)
    except IntegrityError as error:
        raise NotInOrder(f"{named(year, month)} sudah ditutup orang lain. Tidak ada yang berubah.") from error
    return closing


def _in_order(opd_id: int, year: int, month: int, today: date) -> None:
    expected = overview.next_month(opd_id)
    if expected is None:
        raise BookError("Belum ada satu pun transaksi di buku OPD ini; tidak ada yang ditutup.")
    if (year, month) != expected:
        raise NotInOrder(
            f"Bulan ditutup berurutan: yang berikutnya {named(*expected)}, bukan {named(year, month)}. "
            "Tidak ada yang berubah."
        )
    if today < last_of(year, month):
        raise BookError(
            f"{named(year, month)} baru dapat ditutup mulai {words(last_of(year, month))}. "
            "Tidak ada yang berubah."
        )


def _cash_agrees(opd_id: int, on: date, counted: Decimal, explanation: str) -> None:
    held = ledger.balances(opd_id, on)[CASH]
    if counted != held and len(explanation) < 5:
        raise Unexplained(
            f"Uang dihitung {format_rupiah(counted)}, menurut buku {format_rupiah(held)}: selisih "
            f"{format_rupiah(counted - held)}. Jelaskan selisihnya; bulan belum ditutup."
        )


def _keep(
    opd_id: int,
    year: int,
    month: int,
    counted: Mapping[str, int],
    explanation: str,
    *,
    by: User,
    at: datetime,
) -> MonthClosing:
    figures = {one.book.code: one.as_json() for one in ledger.figures(opd_id, year, month)}
    seal = ledger.seal(opd_id, year, month)
    closing = MonthClosing.objects.create(
        opd_id=opd_id, year=year, month=month, figures=figures, entries=seal.entries,
        last_journal=seal.last_journal, sha256=seal.sha256, counted=dict(counted),
        counted_total=total_of(counted), explanation=explanation[:400], closed_at=at, closed_by=by,
    )  # fmt: skip
    after_it = {"month": f"{year}-{month:02}", "bku": figures["bku"]["closing"], "sha256": seal.sha256}
    audit.record("books.close_month", closing, by=by, at=at, after=after_it, reason=explanation[:300])
    return closing


@transaction.atomic
def reopen_month(*, closing_id: int, reason: str, by: User, at: datetime) -> MonthClosing:
    """Open the last closed month again; the row and its register stay as voided history.

    Only PA (``books.approve``), with a reason, and not once its LPJ was submitted or its year is closed.
    """
    closing = MonthClosing.objects.get(pk=closing_id)
    access.require(by, "books.approve", opd=closing.opd_id)
    turns.take(closing.opd_id)
    reason = " ".join(reason.split())
    _may_reopen(closing, reason)
    done = MonthClosing.objects.standing().filter(pk=closing.pk)
    if not done.update(reopened_at=at, reopened_by=by, reopen_reason=reason[:300]):
        raise BookError("Bulan ini sudah dibuka lagi sebelumnya.")
    closing.refresh_from_db()
    papers.void_all(closing, reason=reason, by=by, at=at)
    audit.record(
        "books.reopen_month", closing, by=by, at=at, after={"month": str(closing)}, reason=reason[:300]
    )
    return closing


def _may_reopen(closing: MonthClosing, reason: str) -> None:
    if len(reason) < 5:
        raise BookError("Tulis alasan membuka bulan ini lagi. Bulan tetap tertutup.")
    if newest(closing.opd_id) != closing:
        raise NotInOrder("Hanya bulan tertutup yang terakhir yang dapat dibuka lagi. Bulan tetap tertutup.")
    reports = Report.objects.filter(
        opd=closing.opd_id, year=closing.year, month=closing.month, kind=ReportKind.SPENDING
    )
    if reports.exclude(state=ReportState.DRAFT).exists():
        raise BookError("LPJ bulan ini sudah disampaikan. Kembalikan LPJ dahulu, baru bulan dapat dibuka.")
    if YearClosing.objects.filter(opd=closing.opd_id, year=closing.year).exists():
        raise BookError("Tahun anggaran ini sudah ditutup; bulannya tidak dapat dibuka lagi.")
