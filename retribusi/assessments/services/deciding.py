"""What an agency's head decides about a SKRD: void it, remit part of it, let it be paid in instalments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from opd.office import documents
from opd.office.calendar import day_of
from payments.incoming.models import PaymentRequest
from payments.incoming.rules import LIVE
from payments.money import format_rupiah
from retribusi.assessments import rules, terms
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import Debt, Decision, Skrd
from retribusi.assessments.payable import KIND, interest_on
from retribusi.assessments.services import numbers

NOTHING = "Tidak ada yang berubah."


@dataclass(frozen=True)
class Grounds:
    """The decision's number, day and reason, as the decree says."""

    number: str
    decided_on: date
    reason: str


@transaction.atomic
def void(*, skrd_id: UUID, reason: str, by: User, at: datetime) -> Skrd:
    """Void a SKRD of which nothing is paid, or all of it went back; its number stays taken, its reason is in
    the register.

    Raises AssessmentError, DocumentError (no reason); PermissionDenied without ``assessments.decide``.
    """
    row, debts = _standing(skrd_id, by)
    settled = Debt.objects.settled().filter(skrd=row)
    if not debts and not settled.exists():
        raise AssessmentError(f"Seluruh SKRD ini sudah dibebaskan oleh keputusan. {NOTHING}")
    if settled.keeping_money().exists():
        paid = "dibayar sebagian" if debts else "lunas"
        raise AssessmentError(f"SKRD ini sudah {paid}; kembalikan dahulu uangnya. {NOTHING}")
    documents.void(document=row.document, reason=reason, by=by, at=at)
    for debt in debts:
        Debt.objects.filter(pk=debt.pk).update(version=debt.version + 1)
    numbers.close_for(debts, reason="SKRD dibatalkan", by=by, at=at)
    after = {"number": row.document.number_text, "amount": f"{row.principal:.2f}"}
    audit.record("skrd.void", row, by=by, at=at, after=after, reason=reason[:300])
    return row


@transaction.atomic
def grant_instalments(
    *, skrd_id: UUID, number: int, first_due: date, grounds: Grounds, by: User, at: datetime
) -> Decision:
    """Let what is still owed be paid in ``number`` monthly parts from ``first_due`` on; their sum stays.

    Interest that has run until today is carried into the first part; from then on each part is late from its
    own day. Raises AssessmentError, PermissionDenied.
    """
    row, debts = hold(skrd_id, by)
    _check_grounds(grounds, at)
    if first_due < day_of(at):
        raise AssessmentError(f"Angsuran pertama jatuh tempo paling cepat hari ini. {NOTHING}")
    owed = sum((debt.amount for debt in debts), Decimal(0))
    try:
        parts = rules.instalments(owed, number, first_due)
    except ValueError as error:
        raise AssessmentError(f"{str(error).capitalize()}. {NOTHING}") from error
    table, today = terms.interest_table(), day_of(at)
    carried = sum((interest_on(debt, today, table) for debt in debts), Decimal(0))
    decision = _decide(row, Decision.Kind.INSTALMENTS, grounds, Decimal(0), by, at)
    _replace(row, debts, parts, carried, decision, at)
    return decision


@transaction.atomic
def grant_reduction(*, skrd_id: UUID, amount: Decimal, grounds: Grounds, by: User, at: datetime) -> Decision:
    """Remit ``amount`` (rupiah) of what is still owed, the last parts first; due days stay.

    Interest follows what is left: a part that is remitted whole takes its interest along. Raises
    AssessmentError, also for more than is owed; PermissionDenied.
    """
    row, debts = hold(skrd_id, by)
    _check_grounds(grounds, at)
    try:
        left = rules.spread_reduction([debt.amount for debt in debts], amount)
    except ValueError as error:
        owed = format_rupiah(sum((debt.amount for debt in debts), Decimal(0)))
        raise AssessmentError(f"{str(error).capitalize()} ({owed}). {NOTHING}") from error
    decision = _decide(row, Decision.Kind.REDUCTION, grounds, amount, by, at)
    changed = [(debt, rest) for debt, rest in zip(debts, left, strict=True) if rest != debt.amount]
    _retire([debt for debt, _ in changed], decision, at)
    fresh = Debt.objects.bulk_create(
        Debt(
            skrd=row, position=debt.position, amount=rest, carried=debt.carried, due_on=debt.due_on,
            decision=decision, made_at=at,
        )
        for debt, rest in changed
        if rest
    )  # fmt: skip
    numbers.open_for(fresh, [row], by=by, at=at)
    return decision


def lock_skrd(skrd_id: UUID) -> None:
    """One deed on a SKRD at a time, until the transaction ends: its append-only row cannot be locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('assessments.skrd:' || %s, 0))", [str(skrd_id)]
        )


def hold(skrd_id: UUID, by: User) -> tuple[Skrd, list[Debt]]:
    """A standing SKRD of which something is owed, with its open debts, locked; refused while somebody is
    paying. Raises AssessmentError; PermissionDenied without ``assessments.decide``."""
    row, debts = _standing(skrd_id, by)
    if not debts:
        raise AssessmentError(f"SKRD ini sudah lunas. {NOTHING}")
    return row, debts


def _standing(skrd_id: UUID, by: User) -> tuple[Skrd, list[Debt]]:
    lock_skrd(skrd_id)
    row = Skrd.objects.select_related("document", "opd", "point", "wajib_retribusi").get(pk=skrd_id)
    access.require(by, "assessments.decide", opd=row.opd_id)
    if row.document.voided_at:
        raise AssessmentError(f"SKRD ini sudah dibatalkan. {NOTHING}")
    debts = list(Debt.objects.open().filter(skrd=row).select_for_update().order_by("position"))
    keys = [str(debt.pk) for debt in debts]
    live = PaymentRequest.objects.filter(payable_kind=KIND, payable_key__in=keys, state__in=list(LIVE))
    if live.exists():
        raise AssessmentError(
            f"Wajib retribusi sedang membayar dengan QRIS. Tunggu QR itu lunas atau berakhir. {NOTHING}"
        )
    return row, debts


def _check_grounds(grounds: Grounds, at: datetime) -> None:
    if not grounds.number.strip() or not grounds.reason.strip():
        raise AssessmentError(f"Isi nomor keputusan dan alasannya. {NOTHING}")
    if grounds.decided_on > day_of(at):
        raise AssessmentError(f"Tanggal keputusan tidak boleh di masa depan. {NOTHING}")


def _decide(
    row: Skrd, kind: Decision.Kind, grounds: Grounds, amount: Decimal, by: User, at: datetime
) -> Decision:
    number = " ".join(grounds.number.split())[:100]
    if Decision.objects.filter(skrd=row, kind=kind, number=number).exists():
        raise AssessmentError(f"Keputusan {number} sudah dicatat untuk SKRD ini. {NOTHING}")
    decision = Decision.objects.create(
        skrd=row, kind=kind, number=number, decided_on=grounds.decided_on,
        reason=grounds.reason.strip()[:300], amount=amount, made_at=at, made_by=by,
    )  # fmt: skip
    after = {"kind": str(kind), "number": number, "amount": f"{amount:.2f}"}
    audit.record("skrd.decide", row, by=by, at=at, after=after, reason=decision.reason)
    return decision


def _replace(
    row: Skrd, debts: Sequence[Debt], parts: Sequence[rules.Part], carried: Decimal, decision: Decision,
    at: datetime,
) -> None:  # fmt: skip
    _retire(debts, decision, at)
    paid = Debt.objects.current().filter(skrd=row).aggregate(last=Max("position"))["last"] or 0
    fresh = Debt.objects.bulk_create(
        Debt(
            skrd=row, position=paid + place, amount=part.amount, carried=rules.ZERO if place > 1 else carried,
            due_on=part.due_on, decision=decision, made_at=at,
        )
        for place, part in enumerate(parts, 1)
    )  # fmt: skip
    numbers.open_for(fresh, [row], by=decision.made_by, at=at)


def _retire(debts: Sequence[Debt], decision: Decision, at: datetime) -> None:
    for debt in debts:
        Debt.objects.filter(pk=debt.pk, retired_at=None).update(retired_at=at, version=debt.version + 1)
    numbers.close_for(debts, reason=f"Diganti keputusan {decision.number}", by=decision.made_by, at=at)
