"""Cash leaves the bank, comes back, goes to a PPTK as panjar and is accounted for; each with one journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from opd import access, audit
from opd.models import Role, RoleAssignment, User
from opd.office import rules
from opd.office.calendar import day_of
from opd.office.ids import uuid7
from opd.planning import services as planning
from payments.books import postings
from payments.books.errors import BookError, TooLittle
from payments.books.models import CashKind, CashMovement
from payments.books.queries import ledger
from payments.books.services import turns
from payments.books.shelf import BANK, CASH
from payments.ledger.services import post
from payments.money import format_rupiah, rupiah
from payments.spending.services import closing as spending_closing

NOTHING = "Tidak ada uang yang tercatat berpindah."


@dataclass(frozen=True)
class CashDraft:
    """What a treasurer asks for. ``request_key`` makes a repeated press harmless; ``amount`` in rupiah."""

    request_key: str
    opd_id: int
    kind: CashKind
    amount: Decimal
    moved_date: date
    reference: str
    reason: str
    in_bank: bool = False
    holder_id: int | None = None
    advance_id: UUID | None = None
    purse: str = ""


def move_cash(*, draft: CashDraft, by: User, at: datetime) -> CashMovement:
    """Record one movement and post its journal, once per ``request_key``.

    Raises TooLittle where bank, safe or panjar hold less, BookError for a future day, a missing reference
    or a key that stood for another movement; PermissionDenied without ``books.close``. Permendagri 77/2020.
    """
    access.require(by, "books.close", opd=draft.opd_id)
    amount = rupiah(draft.amount)
    _check_words(draft, amount, day_of(at))
    with transaction.atomic():
        turns.take(draft.opd_id)
        known = CashMovement.objects.filter(request_key=draft.request_key).first()
        if known:
            return _same(known, draft, amount)
        _check_holder(draft)
        _check_balance(draft, amount, day_of(at))
        return _record(draft, amount, by=by, at=at)


def _check_words(draft: CashDraft, amount: Decimal, today: date) -> None:
    if amount <= 0:
        raise BookError(f"Jumlah harus lebih dari nol. {NOTHING}")
    if draft.moved_date > today:
        raise BookError(f"Tanggal belum tiba; catat setelah uangnya berpindah. {NOTHING}")
    if not draft.reference.strip() or len(draft.reason.strip()) < 5:
        raise BookError(f"Isi rujukan (nomor slip atau kuitansi) dan keperluannya. {NOTHING}")


def _same(known: CashMovement, draft: CashDraft, amount: Decimal) -> CashMovement:
    told = (draft.opd_id, draft.kind, amount, draft.moved_date, draft.advance_id, draft.in_bank)
    if told != (known.opd_id, known.kind, known.amount, known.moved_date, known.advance_id, known.in_bank):
        raise BookError(f"Formulir ini sudah dipakai untuk catatan lain. Buka formulir baru. {NOTHING}")
    return known


def _check_holder(draft: CashDraft) -> None:
    if draft.kind != CashKind.ADVANCE:
        return
    held = RoleAssignment.objects.valid(on=draft.moved_date).filter(
        user=draft.holder_id, role=Role.PPTK, opd=draft.opd_id
    )
    if not draft.holder_id or not held.exists():
        raise BookError(f"Panjar hanya diberikan kepada PPTK OPD ini yang masih bertugas. {NOTHING}")


def _check_balance(draft: CashDraft, amount: Decimal, today: date) -> None:
    """What leaves must be there, counted today and on the day it left: nothing goes below zero."""
    if draft.kind in (CashKind.SPENT, CashKind.RETURNED):
        left, where = outstanding(_advance(draft)), "Panjar ini"
    else:
        role = _leaves(draft)
        days = {draft.moved_date, today}
        left = min(ledger.balances(draft.opd_id, day)[role] for day in days)
        where = "Rekening bendahara menurut buku" if role == BANK else "Tunai menurut buku"
    if amount > left:
        raise TooLittle(
            f"{where} tinggal {format_rupiah(left)}; {format_rupiah(amount)} melebihinya. {NOTHING}"
        )


def cash_held(opd_id: int, day: date) -> Decimal:
    """What the safe held on ``day`` and holds still, the lower of both; others post after this commits."""
    turns.take(opd_id)
    today = day_of(timezone.now())
    return min(ledger.balances(opd_id, one)[CASH] for one in {day, max(day, today)})


def bank_held(opd_id: int, day: date) -> Decimal:
    """What the treasurer's bank account holds by the books on ``day``; it keeps nobody out."""
    return ledger.balances(opd_id, day)[BANK]


def _leaves(draft: CashDraft) -> str:
    from_bank = draft.kind in (CashKind.WITHDRAWN, CashKind.FUND_BACK)
    return BANK if from_bank or (draft.kind == CashKind.ADVANCE and draft.in_bank) else CASH


def _advance(draft: CashDraft) -> CashMovement:
    rows = CashMovement.objects.filter(opd=draft.opd_id, kind=CashKind.ADVANCE)
    advance = rows.filter(pk=draft.advance_id).first() if draft.advance_id else None
    if advance is None:
        raise BookError(f"Panjar yang dimaksud tidak ada di OPD ini. {NOTHING}")
    if draft.moved_date < advance.moved_date:
        raise BookError(f"Pertanggungjawaban tidak boleh mendahului tanggal panjar. {NOTHING}")
    return advance


def _record(draft: CashDraft, amount: Decimal, *, by: User, at: datetime) -> CashMovement:
    effective = spending_closing.first_open_day(draft.opd_id, draft.moved_date)
    row = CashMovement(
        id=uuid7(), request_key=draft.request_key, opd_id=draft.opd_id, kind=draft.kind, amount=amount,
        moved_date=draft.moved_date, effective_date=effective, in_bank=draft.in_bank,
        holder_id=draft.holder_id, advance_id=draft.advance_id,
        purse=draft.purse, reference=draft.reference.strip()[:64],
        reason=" ".join(draft.reason.split())[:300], made_at=at, made_by=by,
    )  # fmt: skip
    if draft.kind == CashKind.FUND_BACK:
        _shrink(row, by=by, at=at)
    row.journal = post(postings.cash_draft(row), key=f"cash:{row.pk}:posted", by=by, at=at).journal_id
    row.save(force_insert=True)
    after = {"kind": row.kind, "amount": f"{amount:.2f}", "journal": row.journal, "reference": row.reference}
    audit.record("books.move_cash", row, by=by, at=at, after=after, reason=row.reason)
    return row


def _shrink(row: CashMovement, *, by: User, at: datetime) -> None:
    try:
        planning.shrink_purse(
            opd_id=row.opd_id, year=row.moved_date.year, kind=planning.PurseKind(row.purse),
            amount=row.amount, key=f"cash:{row.pk}:purse", reason=row.reason, by=by, at=at,
        )  # fmt: skip
    except planning.BudgetError as error:
        raise TooLittle(f"{error} {NOTHING}") from error


def outstanding(advance: CashMovement) -> Decimal:
    """What a panjar still has to be accounted for, in rupiah."""
    settled = advance.settlements.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return advance.amount - settled


def warning(opd_id: int, on: date) -> str:
    """A sentence where the safe holds more than the dated rule ``books.cash_limit`` allows, else ""."""
    limit, held = Decimal(rules.value("books.cash_limit", on)), ledger.balances(opd_id, on)[CASH]
    if held <= limit:
        return ""
    return (
        f"Tunai {format_rupiah(held)} melebihi batas {format_rupiah(limit)}. "
        f"Setor {format_rupiah(held - limit)} ke rekening bendahara."
    )
