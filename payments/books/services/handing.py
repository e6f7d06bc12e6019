"""Cash counted by an inspection, books handed from treasurer to treasurer, proofs of payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Role, RoleAssignment, User
from opd.office.calendar import day_of
from opd.office.models import Document
from payments.books import papers
from payments.books.days import words
from payments.books.errors import BookError, Unexplained
from payments.books.models import CashInspection, HandOver
from payments.books.notes import total_of
from payments.books.queries import ledger, unfinished
from payments.books.services import turns
from payments.books.shelf import BANK, CASH
from payments.money import format_rupiah
from payments.spending.models import Spend

TREASURERS = (Role.BENDAHARA_PENGELUARAN, Role.BENDAHARA_PENGELUARAN_PEMBANTU)


@transaction.atomic
def inspect_cash(
    *, opd_id: int, day: date, counted: Mapping[str, int], explanation: str, by: User, at: datetime
) -> CashInspection:
    """Count the safe on a day against the book and print the berita acara. Raises Unexplained for a
    difference without an explanation; PermissionDenied without ``books.close``."""
    access.require(by, "books.close", opd=opd_id)
    if day > day_of(at):
        raise BookError("Tanggal pemeriksaan belum tiba. Belum ada yang dicatat.")
    turns.take(opd_id)
    held, found, explanation = ledger.balances(opd_id, day), total_of(counted), " ".join(explanation.split())
    if found != held[CASH] and len(explanation) < 5:
        raise Unexplained(
            f"Uang dihitung {format_rupiah(found)}, menurut buku {format_rupiah(held[CASH])}. Jelaskan "
            f"selisih {format_rupiah(found - held[CASH])}; pemeriksaan belum dicatat."
        )
    row = CashInspection.objects.create(
        opd_id=opd_id, day=day, counted=dict(counted), counted_total=found, book_total=held[CASH],
        bank_total=held[BANK], explanation=explanation[:400], at=at, by=by,
    )  # fmt: skip
    after = {"counted": f"{found:.2f}", "book": f"{held[CASH]:.2f}"}
    audit.record("books.inspect_cash", row, by=by, at=at, after=after, reason=explanation[:300])
    papers.issue_inspection(row, by=by, at=at)
    return row


def hand_over(
    *,
    opd_id: int,
    day: date,
    from_user_id: int,
    to_user_id: int,
    decree_number: str,
    note: str,
    by: User,
    at: datetime,
) -> HandOver:
    """Record what stands in every book on a day and who passes it to whom, and print the berita acara.

    It changes no right: the decree's roles do. Both must be treasurers of this agency by decree.
    """
    access.require(by, "books.close", opd=opd_id)
    if day > day_of(at) or not decree_number.strip():
        raise BookError("Isi nomor SK dan tanggal yang sudah tiba. Serah terima belum dicatat.")
    _both_treasurers(opd_id, from_user_id, to_user_id)
    try:
        with transaction.atomic():
            turns.take(opd_id)
            row = HandOver.objects.create(
                opd_id=opd_id, day=day, from_user_id=from_user_id, to_user_id=to_user_id,
                decree_number=decree_number.strip()[:120], figures=_figures(opd_id, day),
                outstanding=unfinished.listed(opd_id, day), note=" ".join(note.split())[:400], at=at, by=by,
            )  # fmt: skip
            after = {"from": from_user_id, "to": to_user_id, "bku": row.figures["bku"]["closing"]}
            audit.record("books.hand_over", row, by=by, at=at, after=after)
            papers.issue_hand_over(row, by=by, at=at)
    except IntegrityError as error:
        raise BookError(
            f"Serah terima {words(day)} sudah dicatat, atau kedua pihak orang yang sama."
        ) from error
    return row


def _figures(opd_id: int, day: date) -> dict[str, Any]:
    found = ledger.between(opd_id, day.replace(day=1), day)
    return {one.book.code: one.as_json() for one in found}


def _both_treasurers(opd_id: int, *user_ids: int) -> None:
    if len(set(user_ids)) != len(user_ids):
        raise BookError("Yang menyerahkan dan yang menerima harus dua orang. Serah terima belum dicatat.")
    held = RoleAssignment.objects.filter(opd=opd_id, role__in=TREASURERS, user__in=user_ids)
    if held.values("user").distinct().count() != len(user_ids):
        raise BookError(
            "Kedua pihak harus bendahara OPD ini menurut SK. Tetapkan perannya dahulu; belum ada yang "
            "dicatat."
        )


@transaction.atomic
def issue_tbp(*, spend_id: UUID, by: User, at: datetime) -> Document:
    """The TBP of a paid spend, once: pressing again gives the same konsep."""
    spend = Spend.objects.select_related("opd", "payee", "line").prefetch_related("taxes").get(pk=spend_id)
    access.require(by, "books.close", opd=spend.opd_id)
    if spend.paid_date is None:
        raise BookError("Belanja ini belum dibayar; TBP dibuat setelah uangnya keluar.")
    return papers.standing("tbp", spend) or papers.issue_payment_proof(spend, by=by, at=at)
